#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_SHARED_QUOTAS_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_SHARED_QUOTAS_IPP

#include <langexport/detail/engine/shared_quotas.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::shared_ptr<request_budget>
shared_quotas::find_or_make(const std::string& origin, const quota_params& params,
                            steady_time now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(budgets_, [now](const auto& known) {
        return known.second.use_count() == 1 && known.second->is_unspent(now);
    });
    std::shared_ptr<request_budget>& found = budgets_[origin];
    if (!found)
        found = std::make_shared<request_budget>(params);
    return found;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
