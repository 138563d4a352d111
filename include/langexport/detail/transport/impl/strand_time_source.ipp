#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_STRAND_TIME_SOURCE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_STRAND_TIME_SOURCE_IPP

#include <langexport/detail/transport/strand_time_source.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void strand_time_source::arm(steady_time due,
                                             std::weak_ptr<timer_listener> listener) {
    timer_.expires_at(due);
    timer_.async_wait(done_function([to = std::move(listener)](error_code ec) {
        const auto found = to.lock();
        if (found && !ec)
            found->on_timer();
    }));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
