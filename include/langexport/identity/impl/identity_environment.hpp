#ifndef LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_HPP
#define LANGEXPORT_IDENTITY_IMPL_IDENTITY_ENVIRONMENT_HPP

#include <langexport/version.hpp>

#include <functional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// The environment of a source. Tests replace both members.
struct identity_environment {
    // Returns the value of a variable; empty if it is not set.
    std::function<std::string(const std::string&)> variable;
    // The endpoint of the virtual machine.
    std::string machine_endpoint = "http://169.254.169.254";
};

// The environment of this process.
LANGEXPORT_DECL identity_environment system_identity_environment();

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/identity_environment.ipp>
#endif

#endif
