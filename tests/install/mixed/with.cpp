#define LANGEXPORT_SEPARATE_COMPILATION
#include <langexport/version.hpp>
