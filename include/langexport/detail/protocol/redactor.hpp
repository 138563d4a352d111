#ifndef LANGEXPORT_DETAIL_PROTOCOL_REDACTOR_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_REDACTOR_HPP

#include <langexport/version.hpp>

#include <functional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Replaces the secrets in a text of the service's, which may echo what it was sent. It is applied before
// a text is cut: half of a secret would not be found. May be empty.
using redactor = std::function<void(std::string&)>;

inline void redact_with(const redactor& redact, std::string& text) {
    if (redact)
        redact(text);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
