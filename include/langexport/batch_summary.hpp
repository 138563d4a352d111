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

/// The results of a batch. A plain value, cheap to move.
class batch_summary {
public:
    /// Nothing was done.
    batch_summary() noexcept {}

    std::uint64_t taken = 0;          ///< Taken from the range; the sum of the next five.
    std::uint64_t exported = 0;       ///< Exported.
    std::uint64_t partial = 0;        ///< Exported from jobs that ended as `partiallyCompleted`.
    std::uint64_t failed = 0;         ///< Failed.
    std::uint64_t unfinished = 0;     ///< Stopped: cancelled, or the client was closed.
    std::uint64_t skipped = 0;        ///< Skipped, because the checkpoint knew that they were done.
    std::uint64_t bytes = 0;          ///< The size of all results in bytes.
    std::string first_failed;         ///< The first project that failed; empty: none did.
    std::exception_ptr first_failure; ///< Why it failed.
    /// The jobs of unfinished exports, which continue at the service. At most as many as were in progress at
    /// the same time.
    std::vector<export_job> unfinished_jobs;
    /// Whether the batch reached the end of the range.
    bool is_exhausted = false;
    std::chrono::steady_clock::duration elapsed{}; ///< From the start to the end.
};

/// Why a batch did not export the whole range: it was cancelled, its client was closed, or a function of the
/// caller threw. Its summary says what was done.
class batch_error : public export_error {
public:
    /// @param code           What went wrong.
    /// @param what_is_known  The diagnostics.
    /// @param what_was_done  The summary until then.
    LANGEXPORT_DECL batch_error(error_code code, langexport::diagnostics what_is_known,
                                batch_summary what_was_done);
    // No move, as in export_error.
    /// Copies share their contents.
    batch_error(const batch_error&) noexcept = default;
    /// Copies share their contents.
    batch_error& operator=(const batch_error&) noexcept = default;

    /// What was done before the error.
    const batch_summary& summary() const noexcept { return *summary_; }

private:
    std::shared_ptr<const batch_summary> summary_;
};

/// The `batch_error` in an exception pointer.
///
/// @param error  The pointer; may be null.
/// @return       The error, which lives as long as `error` does; null if `error` holds none.
LANGEXPORT_DECL const batch_error* get_batch_error(const std::exception_ptr& error) noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/batch_summary.ipp>
#endif

#endif
