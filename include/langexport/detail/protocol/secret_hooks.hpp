#ifndef LANGEXPORT_DETAIL_PROTOCOL_SECRET_HOOKS_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_SECRET_HOOKS_HPP

#include <langexport/version.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Replaces parts of secrets in a text from the service, which may echo the request. May be empty.
using redact_hook = std::function<void(std::string&)>;

// Whether a link from the service contains a whole secret. May be empty.
using secret_check_hook = std::function<bool(std::string_view)>;

inline void redact_with(const redact_hook& redact, std::string& text) {
    if (redact && !text.empty())
        redact(text);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
