#include <langexport/endpoint.hpp>
#include <langexport/version.hpp>

#include <iostream>

// Enough to need the include folder, the language version and Boost of the target, and no more:
// the whole library is built in the other ways of using it.
int main() {
    const auto service = langexport::endpoint::parse("https://example.cognitiveservices.azure.com");
    std::cout << "langexport " LANGEXPORT_VERSION_STRING " for " << service.to_string() << '\n';
}
