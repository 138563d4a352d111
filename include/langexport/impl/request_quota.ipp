#ifndef LANGEXPORT_IMPL_REQUEST_QUOTA_IPP
#define LANGEXPORT_IMPL_REQUEST_QUOTA_IPP

#include <langexport/detail/engine/shared_budget.hpp>
#include <langexport/request_quota.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

inline const quota_params& checked(const quota_params& params) {
    validate(params);
    return params;
}

} // namespace detail

LANGEXPORT_DECL request_quota::request_quota(const quota_params& params)
    : budget_(std::make_shared<detail::shared_budget>(detail::checked(params))) {}

LANGEXPORT_DECL void
request_quota::remember_submission(std::chrono::system_clock::time_point answered) {
    const auto age = std::chrono::system_clock::now() - answered;
    budget_->remember_submission(std::chrono::steady_clock::now() -
                                 std::chrono::duration_cast<detail::steady_duration>(age));
}

LANGEXPORT_DECL void request_quota::remember_submissions(
    const std::vector<std::chrono::system_clock::time_point>& answered) {
    for (const auto when : answered)
        remember_submission(when);
}

} // namespace v0
} // namespace langexport

#endif
