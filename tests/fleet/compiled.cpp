// What this tier compiles with the Boost that has Boost.Redis, instead of the libraries of the other tiers.

#include <langexport/src.hpp>
#include <langexport/testing/src.hpp>

#include <boost/json/src.hpp>
