#include <langexport/version.hpp>

int main() {}
