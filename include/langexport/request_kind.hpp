#ifndef LANGEXPORT_REQUEST_KIND_HPP
#define LANGEXPORT_REQUEST_KIND_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// The kinds of requests to the service, in the order in which the client sends them.
enum class request_kind : unsigned char {
    result,     ///< GET of the result of a job.
    submission, ///< POST that starts a job.
    listing,    ///< GET of a page of the list of projects.
    status      ///< GET of a job's status.
};

/// How many kinds there are.
inline constexpr std::size_t request_kinds = 4;

/// The enumerator's name.
constexpr std::string_view to_string(request_kind kind) noexcept {
    switch (kind) {
    case request_kind::result:
        return "result";
    case request_kind::submission:
        return "submission";
    case request_kind::listing:
        return "listing";
    case request_kind::status:
        return "status";
    }
    return "unknown";
}

} // namespace v0
} // namespace langexport

#endif
