#ifndef LANGEXPORT_REQUEST_KIND_HPP
#define LANGEXPORT_REQUEST_KIND_HPP

#include <langexport/detail/base/name_table.hpp>
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

namespace detail {
inline constexpr named_value<request_kind> request_kind_names[] = {
    {request_kind::result, "result"},
    {request_kind::submission, "submission"},
    {request_kind::listing, "listing"},
    {request_kind::status, "status"}};
} // namespace detail

/// The enumerator's name.
constexpr std::string_view to_string(request_kind kind) noexcept {
    return detail::name_in(detail::request_kind_names, kind);
}

/// Which exports of a client precede others if the quota or connections are scarce.
///
/// The client always sends requests for results first, then submissions, then polls. Among requests of
/// one kind, higher priorities go first; among equal ones, the request that arrived first. No request
/// waits forever: of ten consecutive requests, at least one has a lower priority if such requests wait.
enum class request_priority : unsigned char {
    high,   ///< Before all others.
    normal, ///< The default.
    low     ///< After all others.
};

/// How many priorities there are.
inline constexpr std::size_t request_priorities = 3;

} // namespace v0
} // namespace langexport

#endif
