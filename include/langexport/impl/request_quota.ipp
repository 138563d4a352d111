#ifndef LANGEXPORT_IMPL_REQUEST_QUOTA_IPP
#define LANGEXPORT_IMPL_REQUEST_QUOTA_IPP

#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/request_quota.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A time in the future (the clock was corrected since) counts as now.
inline steady_time steady_time_of(std::chrono::system_clock::time_point when) {
    const auto age = (std::max)(std::chrono::system_clock::now() - when,
                                std::chrono::system_clock::duration::zero());
    return std::chrono::steady_clock::now() - std::chrono::duration_cast<steady_duration>(age);
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
    auto kept =
        std::make_unique<detail::request_journal>(journal, params.submissions, params.reads);
    for (const detail::request_journal::request& one : kept->before()) {
        journal_end_ = one.ended;
        // A request that was in progress may still reach the service.
        const auto late =
            one.was_in_progress ? params.window / 20 : detail::steady_duration::zero();
        if (one.is_post ? params.submissions > 0 : params.reads > 0)
            budget_->remember(one.is_post ? request_kind::submission : request_kind::status,
                              detail::steady_time_of(one.ended) + late);
    }
    budget_->keep_journal(std::move(kept));
}

LANGEXPORT_DECL void
request_quota::remember_submission(std::chrono::system_clock::time_point received) {
    constexpr std::chrono::hours longest_window(24);
    // Ignores times older than the longest window.
    if (received > journal_end_ && received > std::chrono::system_clock::now() - longest_window)
        budget_->remember(request_kind::submission, detail::steady_time_of(received));
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
