#ifndef LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_HPP
#define LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_HPP

#include <langexport/version.hpp>

#include <functional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Where a source looks for its settings. A test replaces both.
struct identity_environment {
    // The value of a variable; empty if there is none.
    std::function<std::string(const std::string&)> variable;
    // The endpoint of the virtual machine.
    std::string machine_endpoint = "http://169.254.169.254";
};

// The process's own.
LANGEXPORT_DECL identity_environment system_identity_environment();

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/identity_environment.ipp>
#endif

#endif
