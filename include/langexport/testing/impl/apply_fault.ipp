#ifndef LANGEXPORT_TESTING_IMPL_APPLY_FAULT_IPP
#define LANGEXPORT_TESTING_IMPL_APPLY_FAULT_IPP

#include <langexport/testing/body_source.hpp>
#include <langexport/testing/impl/apply_fault.hpp>
#include <langexport/testing/impl/response_maker.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL void add_retry_after(header_list& headers, std::chrono::nanoseconds wait,
                                     double time_scale) {
    set_header(headers, "Retry-After", whole_seconds(wait));
    if (time_scale != 1)
        set_header(headers, "retry-after-ms", whole_milliseconds(wait));
}

LANGEXPORT_DECL void apply_fault(const canned_response& fault, double time_scale,
                                 service_response& response) {
    for (const auto& field : fault.headers) {
        const bool frames = equal_ignoring_case(field.first, "Content-Length") ||
                            equal_ignoring_case(field.first, "Transfer-Encoding");
        if (frames && field.second.empty())
            response.framing = body_framing::until_close;
        set_header(response.headers, field.first, field.second);
    }
    if (fault.retry_after)
        add_retry_after(response.headers, scaled(*fault.retry_after, time_scale), time_scale);
    if (fault.body_size) {
        response.body.clear();
        response.stream = open_filler(*fault.body_size);
    }
    response.fault = fault;
    response.fault->delay = scaled(fault.delay, time_scale);
    response.fault->drip_pause = scaled(fault.drip_pause, time_scale);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
