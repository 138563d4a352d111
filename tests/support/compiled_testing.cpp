#include <langexport/testing/src.hpp>
