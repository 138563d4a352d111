#include <langexport.hpp>

int minor_of_second();

int minor_of_second() {
    return LANGEXPORT_VERSION_MINOR;
}
