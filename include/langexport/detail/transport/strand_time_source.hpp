#ifndef LANGEXPORT_DETAIL_TRANSPORT_STRAND_TIME_SOURCE_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_STRAND_TIME_SOURCE_HPP

#include <langexport/detail/policy/time_source.hpp>
#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/version.hpp>

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The clocks of the system, and an Asio timer whose events run on a strand.
class strand_time_source final : public time_source {
public:
    explicit strand_time_source(const strand_type& strand) : timer_(strand) {}

    steady_time now() const noexcept override { return std::chrono::steady_clock::now(); }
    system_time system_now() const noexcept override { return std::chrono::system_clock::now(); }

    LANGEXPORT_DECL void arm(steady_time due, std::weak_ptr<timer_listener> listener) override;
    void disarm() override { timer_.cancel(); }

private:
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, strand_type>
        timer_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/strand_time_source.ipp>
#endif

#endif
