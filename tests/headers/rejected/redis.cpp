// An old Boost has no Boost.Redis: one sentence says so.
#include <langexport/fleet/redis_quota.hpp>
