#ifndef LANGEXPORT_TESTING_IMPL_ROUTE_HPP
#define LANGEXPORT_TESTING_IMPL_ROUTE_HPP

#include <langexport/testing/request_record.hpp>
#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// What a request's target names.
class route {
public:
    route() : kind(request_kind::other) {}

    request_kind kind;
    std::string surface; // analyze-text, …
    std::string
        projects_path; // of the surface, as the request wrote it: without the gateway's prefix
    std::string project;
    std::string job;
    std::string query;
};

// Takes any text. `prefix` is the gateway's, without a slash at its end.
LANGEXPORT_DECL route parse_route(std::string_view target, std::string_view prefix);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/route.ipp>
#endif

#endif
