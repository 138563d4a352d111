#ifndef LANGEXPORT_IDENTITY_IDENTITY_TIMEOUTS_HPP
#define LANGEXPORT_IDENTITY_IDENTITY_TIMEOUTS_HPP

#include <langexport/version.hpp>

#include <chrono>

namespace langexport {
inline namespace v0 {

/// Time limits of one request for a token. Each is 1 ms to 24 h.
///
/// A plain value. Thread safety: as the standard library's types.
class identity_timeouts {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// The defaults.
    identity_timeouts() noexcept {}

    duration resolve = std::chrono::seconds(10); ///< Resolving the host name.
    duration connect =
        std::chrono::seconds(10); ///< Connecting, to all addresses of the host together.
    duration handshake = std::chrono::seconds(10); ///< The TLS handshake.
    /// Sending the request, until the first byte of the response.
    duration response = std::chrono::seconds(30);
    duration read = std::chrono::seconds(30); ///< Between two reads of the response.
    duration whole =
        std::chrono::seconds(30); ///< The whole request, from the start to the end of the response.
};

} // namespace v0
} // namespace langexport

#endif
