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

LANGEXPORT_DECL void start(const std::shared_ptr<engine>& on, operation_handler handler,
                           placed_aim aim, project_surface surface) {
    start_prepared(*on, make_record(*on, std::move(handler), std::move(aim)), [&](record& r) {
        r.progress.next = request_kind::listing;
        if (!project_surface_of(to_string(surface)))
            throw_error(errc::invalid_request, "the surface is none of project_surface");
        const auto version = version_for(surface, on->params().api_version);
        std::string target = listing_target(on->at(), version, surface);
        r.listing = std::make_unique<project_listing>(target);
        r.set_target(std::move(target));
    });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
