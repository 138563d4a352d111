#ifndef LANGEXPORT_DRAIN_SUMMARY_HPP
#define LANGEXPORT_DRAIN_SUMMARY_HPP

#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <vector>

namespace langexport {
inline namespace v0 {

/// How the operations ended that were in progress when a client was drained; see `client::drain`.
///
/// A plain value. Thread safety: as the standard library's types.
class drain_summary {
public:
    /// All zero.
    drain_summary() noexcept {}

    std::uint64_t finished = 0; ///< Operations that succeeded within the time.
    std::uint64_t failed = 0; ///< Operations that failed within the time, each for its own reason.
    std::uint64_t not_sent =
        0; ///< Submissions that were not sent: it is safe to submit them again.
    /// Submissions without a response at the end: a job may exist. The observer receives a late
    /// `submitted_event` for each job that is confirmed afterwards.
    std::uint64_t unconfirmed = 0;
    /// Jobs that operations still waited for or fetched at the end: resume them with their tokens.
    std::vector<export_job> unfinished;
};

} // namespace v0
} // namespace langexport

#endif
