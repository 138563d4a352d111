#include <langexport.hpp>

int minor_of_second();

int main() {
    return minor_of_second() == LANGEXPORT_VERSION_MINOR ? 0 : 1;
}
