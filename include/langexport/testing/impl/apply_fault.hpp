#ifndef LANGEXPORT_TESTING_IMPL_APPLY_FAULT_HPP
#define LANGEXPORT_TESTING_IMPL_APPLY_FAULT_HPP

#include <langexport/testing/fault.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <chrono>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Adds Retry-After. In scaled time a second is long, so the exact wait is in a second field.
LANGEXPORT_DECL void add_retry_after(header_list& headers, std::chrono::nanoseconds wait,
                                     double time_scale);

// Applies the rule to a response: the headers and body now, the rest while it is sent.
LANGEXPORT_DECL void apply_fault(const canned_response& fault, double time_scale,
                                 service_response& response);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/apply_fault.ipp>
#endif

#endif
