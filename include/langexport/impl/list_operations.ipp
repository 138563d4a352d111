#ifndef LANGEXPORT_IMPL_LIST_OPERATIONS_IPP
#define LANGEXPORT_IMPL_LIST_OPERATIONS_IPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/list_operations.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void start_listing_operations(const std::shared_ptr<engine>& owner,
                                              operation_handler handler, bound_target target,
                                              const operation_query& query) {
    auto operation = owner->make_operation(std::move(handler));
    export_plan plan;
    plan.kind = target.kind;
    operation->state.prepare(plan);
    constexpr std::size_t least = 1, most = 10'000;
    operation->result().query = {std::clamp(query.limit, least, most), query.after};
    owner->start(std::move(operation), (steady_duration::max)());
}

#if !defined(LANGEXPORT_HEADER_ONLY)
template class awaited_start<operation_page, &start_listing_operations, operation_query>;
#endif

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
