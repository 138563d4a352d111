#ifndef LANGEXPORT_DRAIN_SUMMARY_HPP
#define LANGEXPORT_DRAIN_SUMMARY_HPP

#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What became of the operations that were under way when a client was drained; see `client::drain`.
///
/// A plain value. Thread safety: as the standard library's types.
class drain_summary {
public:
    drain_summary() noexcept {}

    std::uint64_t finished = 0; ///< Operations that ended well within the time.
    std::uint64_t failed = 0;   ///< … that failed within the time, each for its own reason.
    std::uint64_t not_sent = 0; ///< Submissions that had not been sent: they can be made anew.
    /// Submissions without an answer at the end: there may be a job. The observer is told if one turns up.
    std::uint64_t unconfirmed = 0;
    /// Jobs that were still waited for, or fetched, at the end: resume them with their tokens.
    std::vector<export_job> unfinished;
};

} // namespace v0
} // namespace langexport

#endif
