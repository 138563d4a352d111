#ifndef LANGEXPORT_TESTING_IMPL_ROUTE_HPP
#define LANGEXPORT_TESTING_IMPL_ROUTE_HPP

#include <langexport/project_surface.hpp>
#include <langexport/testing/request_record.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// The resource that a request's target names.
class route {
public:
    route() : kind(call_kind::other), surface(project_surface::analyze_text) {}

    bool is_of_knowledge_bases() const noexcept {
        return surface == project_surface::query_knowledgebases;
    }

    call_kind kind;
    project_surface surface;   // set for every kind except `other`
    bool is_of_import = false; // an import or its job
    std::string projects_path; // of the surface and version, without the gateway's prefix
    std::string project;
    std::string job;
    std::string query;
    std::string version; // the decoded api-version; empty if the target has none
};

// Parses any text. `prefix` is the gateway's path, without a slash at its end.
LANGEXPORT_DECL route parse_route(std::string_view target, std::string_view prefix);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/route.ipp>
#endif

#endif
