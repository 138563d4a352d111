#include <langexport/src.hpp>
