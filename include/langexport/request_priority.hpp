#ifndef LANGEXPORT_REQUEST_PRIORITY_HPP
#define LANGEXPORT_REQUEST_PRIORITY_HPP

#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {

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

} // namespace v0
} // namespace langexport

#endif
