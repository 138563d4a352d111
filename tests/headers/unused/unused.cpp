#include <langexport.hpp>
