// All that is compiled once where a program compiles separately.
#include <langexport/src.hpp>
