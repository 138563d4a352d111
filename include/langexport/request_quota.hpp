#ifndef LANGEXPORT_REQUEST_QUOTA_HPP
#define LANGEXPORT_REQUEST_QUOTA_HPP

#include <langexport/client_params.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {

class request_quota;
class quota_source;

namespace detail {
class request_budget;
inline const std::shared_ptr<request_budget>& budget_of(const request_quota& quota) noexcept;
} // namespace detail

/// The request budget of one resource, as a handle that several clients can use.
///
/// Clients of one origin on one execution context share a budget without it. Clients on different
/// contexts, or that reach one resource through different origins, share an explicit one:
/// `params.shared_quota = std::make_shared<request_quota>(quota_params())`.
///
/// Thread safety: several threads may use all of it at the same time.
class request_quota {
public:
    /// @param params  How many requests in which window; see quota_params.
    /// @throws export_error (errc::invalid_configuration) naming a field that is out of its range.
    LANGEXPORT_DECL explicit request_quota(const quota_params& params);

    /// The same, and remembers requests in a file. A process that uses the file of an earlier one keeps
    /// the quota together with it, even if that process was killed. Two processes at the same time need a
    /// file each.
    ///
    /// @param params   How many requests in which window; see quota_params.
    /// @param journal  The file; created if it does not exist and there is a limit. A few KB, overwritten
    ///                 with each request.
    /// @throws export_error (errc::invalid_configuration) naming a field that is out of its range.
    /// @throws std::system_error  The file cannot be written, or an existing one cannot be read.
    LANGEXPORT_DECL request_quota(const quota_params& params, const std::filesystem::path& journal);

    /// The same, shared with other processes by a quota source. Requests are sent only with the permits that the
    /// source grants. All processes that use the shared state must have the same `params`.
    ///
    /// @param params  How many requests in which window; see quota_params.
    /// @param source  See quota_source; for one resource. Requests of earlier processes are in its shared state, so
    ///                `remember_submission` has no effect.
    /// @throws export_error (errc::invalid_configuration) naming a field that is out of its range, or because
    ///         `source` is null.
    LANGEXPORT_DECL request_quota(const quota_params& params, std::shared_ptr<quota_source> source);

    /// Counts a submission of an earlier process, so that a restart does not exceed the quota.
    ///
    /// @param received  When its response was received, or when that process ended its attempt. Times that have left
    ///                  the window, and those in the journal, change nothing. A time in the future (the clock
    ///                  was corrected) counts as now.
    LANGEXPORT_DECL void remember_submission(std::chrono::system_clock::time_point received);

    /// Counts several submissions: see remember_submission.
    LANGEXPORT_DECL void
    remember_submissions(const std::vector<std::chrono::system_clock::time_point>& received);

private:
    friend const std::shared_ptr<detail::request_budget>&
    detail::budget_of(const request_quota& quota) noexcept;

    std::shared_ptr<detail::request_budget> budget_;
    std::chrono::system_clock::time_point
        journal_end_; // the journal contains all requests up to this time
};

namespace detail {

inline const std::shared_ptr<request_budget>& budget_of(const request_quota& quota) noexcept {
    return quota.budget_;
}

} // namespace detail

/// The budgets of several resources, one each: clients that export different projects of one resource use
/// the same one.
///
/// Thread safety: none; one thread at a time.
class resource_quotas {
public:
    /// The budget of the resource of these parameters, which is identified by its origin.
    ///
    /// @param params     Their `endpoint` counts and, for the first call with an origin, their `quota`.
    /// @param journal    See request_quota; only the one of the first call with an origin counts.
    /// @param submitted  What earlier processes submitted, see `request_quota::remember_submissions`.
    /// @return           The budget.
    /// @throws export_error, std::system_error  as `endpoint::parse` and request_quota.
    LANGEXPORT_DECL std::shared_ptr<request_quota>
    quota_for(const client_params& params, const std::filesystem::path& journal,
              const std::vector<std::chrono::system_clock::time_point>& submitted);

private:
    std::map<std::string, std::shared_ptr<request_quota>> quotas_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/request_quota.ipp>
#endif

#endif
