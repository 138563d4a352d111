#ifndef LANGEXPORT_BATCH_SUMMARY_HPP
#define LANGEXPORT_BATCH_SUMMARY_HPP

#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What became of a batch. A plain value, cheap to move.
class batch_summary {
public:
    batch_summary() noexcept {}

    std::uint64_t taken = 0;          ///< Taken from the range; the sum of the next five.
    std::uint64_t exported = 0;       ///< Exported.
    std::uint64_t partial = 0;        ///< The same, of jobs that ended as `partiallyCompleted`.
    std::uint64_t failed = 0;         ///< Failed.
    std::uint64_t unfinished = 0;     ///< Stopped: cancelled, or the client was closed.
    std::uint64_t skipped = 0;        ///< Done before, as the checkpoint knew.
    std::uint64_t bytes = 0;          ///< Of all results.
    std::string first_failed;         ///< The project that failed first; empty: none did.
    std::exception_ptr first_failure; ///< Why.
    /// The jobs of those that are unfinished, and go on at the service; at most as many as were under way
    /// at the same time.
    std::vector<export_job> unfinished_jobs;
    /// Whether the range was taken to its end.
    bool is_exhausted = false;
    std::chrono::steady_clock::duration elapsed{}; ///< From the start to the end.
};

/// Why a batch did not do all that it was asked to: it was cancelled, its client was closed, or a function
/// of the caller's threw. What was done is in its summary.
class batch_error : public export_error {
public:
    LANGEXPORT_DECL batch_error(error_code code, langexport::diagnostics what_is_known,
                                batch_summary what_was_done);
    // As export_error: copies alone.
    batch_error(const batch_error&) noexcept = default;
    batch_error& operator=(const batch_error&) noexcept = default;

    /// What was done until then.
    const batch_summary& summary() const noexcept { return *summary_; }

private:
    std::shared_ptr<const batch_summary> summary_;
};

/// The `batch_error` in an exception pointer.
///
/// @return  The error, which lives as long as `error` does; null if there is none in it.
LANGEXPORT_DECL const batch_error* get_batch_error(const std::exception_ptr& error) noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/batch_summary.ipp>
#endif

#endif
