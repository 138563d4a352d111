#ifndef LANGEXPORT_REQUEST_PRIORITY_HPP
#define LANGEXPORT_REQUEST_PRIORITY_HPP

#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {

/// Which exports of a client go first where the quota or connections are scarce.
///
/// Results are always fetched first, then jobs submitted, then their status asked for. Among requests of
/// one kind the highest priority goes first, and among equals who came first. Nobody waits for ever: of
/// ten requests in a row at least one is of whoever was passed over.
enum class request_priority : unsigned char {
    high,   ///< Before all others.
    normal, ///< The default.
    low     ///< What is left.
};

} // namespace v0
} // namespace langexport

#endif
