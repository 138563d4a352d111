#ifndef LANGEXPORT_IMPL_BATCH_OPTIONS_IPP
#define LANGEXPORT_IMPL_BATCH_OPTIONS_IPP

#include <langexport/batch_options.hpp>
#include <langexport/error.hpp>

#include <string>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL bool batch_outcome::is_unfinished() const noexcept {
    const error_code code = code_of(error);
    return code == make_error_code(errc::cancelled) || code == make_error_code(errc::client_closed);
}

LANGEXPORT_DECL void validate(const batch_options& options) {
    if (options.max_in_flight < 1 || options.max_in_flight > 1'000'000)
        detail::throw_error(errc::invalid_configuration, "batch_options::max_in_flight is " +
                                                             std::to_string(options.max_in_flight) +
                                                             "; it must be from 1 to 1000000");
}

} // namespace v0
} // namespace langexport

#endif
