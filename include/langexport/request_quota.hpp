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

namespace detail {
class shared_budget;
inline const std::shared_ptr<shared_budget>& budget_of(const request_quota& quota) noexcept;
} // namespace detail

/// The request budget of one resource, as a handle that several clients can be given.
///
/// Clients of one origin on one execution context share a budget without it. Clients on different
/// contexts, or that reach one resource through different origins, share an explicit one:
/// `params.shared_quota = std::make_shared<request_quota>(quota_params())`.
///
/// Thread safety: all of it can be used by several threads at the same time.
class request_quota {
public:
    /// @param params  How many requests in which window; see quota_params.
    /// @throws export_error (errc::invalid_configuration) naming a field that is out of its range.
    LANGEXPORT_DECL explicit request_quota(const quota_params& params);

    /// The same, and remembers requests in a file: a process that is given the file of an earlier one keeps
    /// the quota together with it, however that ended. Two processes at the same time need a file each.
    ///
    /// @param journal  The file; made if it is not there, and there is a limit. A few KB, written over with
    ///                 each request.
    /// @throws std::system_error, too, if the file cannot be written, or one that is there cannot be read.
    LANGEXPORT_DECL request_quota(const quota_params& params, const std::filesystem::path& journal);

    /// Counts a submission that an earlier process made, so that a restart does not break the quota.
    ///
    /// @param answered  When it was answered, or given up. Times long past change nothing, and so do those
    ///                  that the journal knows of; one that is still to come (the clock was put right) is
    ///                  now.
    LANGEXPORT_DECL void remember_submission(std::chrono::system_clock::time_point answered);

    /// The same for several.
    LANGEXPORT_DECL void
    remember_submissions(const std::vector<std::chrono::system_clock::time_point>& answered);

private:
    friend const std::shared_ptr<detail::shared_budget>&
    detail::budget_of(const request_quota& quota) noexcept;

    std::shared_ptr<detail::shared_budget> budget_;
    std::chrono::system_clock::time_point journal_end_; // what the journal knows of was before
};

namespace detail {

inline const std::shared_ptr<shared_budget>& budget_of(const request_quota& quota) noexcept {
    return quota.budget_;
}

} // namespace detail

/// The budgets of several resources, one each: clients that export different things of one resource get
/// the same one.
///
/// Thread safety: none; one thread at a time.
class resource_quotas {
public:
    /// The budget of the resource that these parameters are for, which is its origin.
    ///
    /// @param params     Their `endpoint` and, the first time that an origin is asked for, their `quota`.
    /// @param journal    See request_quota; of the first time.
    /// @param submitted  What earlier processes submitted, see `request_quota::remember_submissions`.
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
