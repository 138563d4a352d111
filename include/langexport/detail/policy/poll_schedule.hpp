#ifndef LANGEXPORT_DETAIL_POLICY_POLL_SCHEDULE_HPP
#define LANGEXPORT_DETAIL_POLICY_POLL_SCHEDULE_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/backoff.hpp>
#include <langexport/version.hpp>

#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// The shortest interval between two polls of one job, so that `waiting` jobs share the GETs that results leave. Every
// job needs one GET for its result, so as many GETs are reserved as there are POSTs.
LANGEXPORT_DECL steady_duration poll_pace(std::size_t waiting, std::size_t gets_a_window,
                                          std::size_t posts_a_window,
                                          steady_duration window) noexcept;

// The wait before the next poll of a job. `age` is the time since its 202, `pace` a result of `poll_pace`, `least`
// the minimum wait that the last response demands, and `random` is in [0, 1).
LANGEXPORT_DECL steady_duration wait_before_poll(const poll_params& polling, steady_duration age,
                                                 steady_duration pace, steady_duration least,
                                                 double random) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/policy/impl/poll_schedule.ipp>
#endif

#endif
