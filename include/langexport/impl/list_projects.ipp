#ifndef LANGEXPORT_IMPL_LIST_PROJECTS_IPP
#define LANGEXPORT_IMPL_LIST_PROJECTS_IPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/impl/export_project.ipp>
#include <langexport/list_projects.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void start_listing(const std::shared_ptr<engine>& owner, operation_handler handler,
                                   bound_target target, project_surface surface) {
    start_prepared(
        *owner, make_operation(*owner, std::move(handler), std::move(target)),
        [&](unstarted_operation& made) {
            made.plan.first = request_kind::listing;
            if (!project_surface_of(to_string(surface)))
                throw_error(errc::invalid_request, "the surface is none of project_surface");
            const auto version = version_for(surface, owner->params().api_version);
            std::string first_page = listing_target(owner->settings().endpoint, version, surface);
            made.operation->parts().listing = std::make_unique<project_listing>(first_page);
            made.operation->set_target(std::move(first_page));
        });
}

#if !defined(LANGEXPORT_HEADER_ONLY)
template class awaited_start<std::vector<project_info>, &start_listing, project_surface>;
#endif

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
