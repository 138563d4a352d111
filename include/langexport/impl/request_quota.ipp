#ifndef LANGEXPORT_IMPL_REQUEST_QUOTA_IPP
#define LANGEXPORT_IMPL_REQUEST_QUOTA_IPP

#include <langexport/detail/engine/earlier_requests.hpp>
#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/request_quota.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The clocks are read here, at the interface of the library. All other code takes the time as an argument.
inline clock_reading read_clocks() noexcept {
    return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
}

inline const quota_params& checked(const quota_params& params) {
    validate(params);
    return params;
}

} // namespace detail

LANGEXPORT_DECL request_quota::request_quota(const quota_params& params)
    : budget_(std::make_shared<detail::request_budget>(detail::checked(params))) {}

LANGEXPORT_DECL request_quota::request_quota(const quota_params& params,
                                             const std::filesystem::path& journal)
    : request_quota(params) {
    if (params.submissions == 0 && params.reads == 0)
        return;
    auto kept = std::make_unique<detail::request_journal>(
        journal, params.submissions, params.reads, [] { return std::chrono::system_clock::now(); });
    journal_end_ =
        detail::remember_journal(*budget_, params, kept->before(), detail::read_clocks());
    budget_->keep_journal(std::move(kept));
}

LANGEXPORT_DECL request_quota::request_quota(const quota_params& params,
                                             std::shared_ptr<quota_source> source) {
    if (!source)
        detail::throw_error(errc::invalid_configuration, "the quota source is null");
    budget_ = std::make_shared<detail::request_budget>(detail::checked(params), std::move(source));
}

LANGEXPORT_DECL void
request_quota::remember_submission(std::chrono::system_clock::time_point received) {
    detail::remember_submission(*budget_, received, journal_end_, detail::read_clocks());
}

LANGEXPORT_DECL void request_quota::remember_submissions(
    const std::vector<std::chrono::system_clock::time_point>& received) {
    for (const auto when : received)
        remember_submission(when);
}

LANGEXPORT_DECL std::shared_ptr<request_quota>
resource_quotas::quota_for(const client_params& params, const std::filesystem::path& journal,
                           const std::vector<std::chrono::system_clock::time_point>& submitted) {
    const endpoint at = endpoint::parse(params.endpoint, params.allow_insecure_http);
    std::shared_ptr<request_quota>& quota = quotas_[at.origin().to_string()];
    if (!quota) {
        quota = std::make_shared<request_quota>(params.quota, journal);
        quota->remember_submissions(submitted);
    }
    return quota;
}

} // namespace v0
} // namespace langexport

#endif
