#ifndef LANGEXPORT_IMPL_ENVIRONMENT_IPP
#define LANGEXPORT_IMPL_ENVIRONMENT_IPP

#include <langexport/environment.hpp>

#include <cstdlib>
#include <string_view>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL std::string environment_text(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    const std::string_view text = value ? value : "";
    return std::string(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

} // namespace v0
} // namespace langexport

#endif
