#ifndef LANGEXPORT_TESTING_FAULT_HPP
#define LANGEXPORT_TESTING_FAULT_HPP

#include <langexport/testing/request_record.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

/// Selects the requests to which a rule applies. Matching requests are counted from 1 since the rule was
/// set.
class occurrences {
public:
    /// The n-th request.
    occurrences(std::uint64_t nth) : first_(nth), last_(nth), step_(1) {}

    /// The requests from `first` to `last`, both included.
    static occurrences between(std::uint64_t first, std::uint64_t last) {
        return occurrences(first, last, 1);
    }
    /// The request `first` and all later ones.
    static occurrences from(std::uint64_t first) { return occurrences(first, no_end, 1); }
    /// All requests.
    static occurrences always() { return occurrences(1, no_end, 1); }
    /// Every n-th request: the n-th, the 2n-th and so on.
    static occurrences one_in(std::uint64_t n) { return occurrences(n, no_end, n); }

    /// Whether the rule applies to the `count`-th request.
    bool contains(std::uint64_t count) const noexcept {
        return count >= first_ && count <= last_ && (count - first_) % step_ == 0;
    }

private:
    static constexpr std::uint64_t no_end = (std::numeric_limits<std::uint64_t>::max)();

    occurrences(std::uint64_t first, std::uint64_t last, std::uint64_t step)
        : first_(first), last_(last), step_(step == 0 ? 1 : step) {}

    std::uint64_t first_;
    std::uint64_t last_;
    std::uint64_t step_;
};

/// How the emulator ends a response that it cuts off.
enum class early_end {
    close, ///< The connection is closed without notice (TLS: without close_notify).
    reset, ///< The connection is reset.
    stall  ///< Nothing more is sent; the connection stays open until the client closes it.
};

/// Ways for a response to violate HTTP or JSON.
enum class malformation {
    no_http,         ///< The greeting of another protocol.
    status_line,     ///< A status line whose status is not a number.
    header_line,     ///< A header line without a colon.
    content_length,  ///< A Content-Length that is not a number.
    two_lengths,     ///< Two values of Content-Length that differ.
    chunk_size,      ///< A chunk whose size is not a number.
    no_json,         ///< 200 with a page of HTML; the content type says JSON.
    half_json,       ///< 200 with JSON that ends in the middle.
    wrong_json,      ///< 200 with JSON that has fields of wrong types.
    bottomless_json, ///< 200 with JSON that is nested 100,000 levels deep.
    no_body          ///< 200 without a body.
};

/// A response for selected requests: the service's own response sent in an unusual way, a response
/// instead of the service's, or both.
///
/// A default-constructed object is the service's own response: the request is processed (a job is
/// started), and the members change how the response is sent. If a status is set, the object replaces
/// the service's response, and the request is not processed.
class canned_response {
public:
    /// The service's own response.
    canned_response() {}

    /// A response with this status and body, instead of the service's. It has `Date`, the request
    /// ids, `Content-Length` and, with a body, `Content-Type: application/json`, unless `headers`
    /// replaces them.
    ///
    /// @param http_status  The status.
    /// @param content      The body.
    explicit canned_response(unsigned http_status, std::string content = std::string())
        : status(http_status), body(std::move(content)) {}

    /// The service's own response. After `bytes` bytes of the response it ends early.
    static canned_response cut_after(std::uint64_t bytes, early_end how) {
        canned_response response;
        response.cut = bytes;
        response.ending = how;
        return response;
    }
    /// The service's own response. After `bytes` bytes of its body it ends early.
    static canned_response cut_body_after(std::uint64_t bytes, early_end how) {
        canned_response response = cut_after(bytes, how);
        response.cut_in_body = true;
        return response;
    }
    /// No response: the connection ends after `bytes` bytes of the request, or all of it, were received.
    /// The request is not processed. Rules made by this function and by `early` are checked first, when only
    /// the header has been received. A request that matches one of them is not counted by other rules.
    static canned_response cut_request_after(std::uint64_t bytes, early_end how) {
        canned_response response = cut_after(0, how);
        response.request_cut = bytes;
        return response;
    }
    /// A response with this status and body, sent after `bytes` bytes of the request, or all of it, were
    /// received: 0 is after the header. The connection is then closed. The request is not processed.
    static canned_response early(std::uint64_t bytes, unsigned http_status,
                                 std::string content = std::string()) {
        canned_response response(http_status, std::move(content));
        response.early_after = bytes;
        return response;
    }
    /// No response, and the connection is closed. `processed` says whether the service processes the
    /// request first.
    static canned_response no_response(bool processed) {
        canned_response response = cut_after(0, early_end::close);
        response.status = processed ? 0 : 500;
        return response;
    }
    /// These bytes instead of an HTTP response, sent unchanged. Then the connection is closed.
    static canned_response raw_bytes(std::string bytes) {
        canned_response response(500);
        response.raw = std::move(bytes);
        response.close_when_sent = true;
        return response;
    }
    /// The service's own response after a delay.
    static canned_response after(std::chrono::nanoseconds time) {
        canned_response response;
        response.delay = time;
        return response;
    }
    /// The service's own response. Then the connection is closed, although the response does not
    /// announce it.
    static canned_response then_close() {
        canned_response response;
        response.close_when_sent = true;
        return response;
    }

    /// A response that violates HTTP or JSON. With `no_http` to `chunk_size` the connection is then
    /// closed.
    LANGEXPORT_DECL static canned_response malformed(malformation how);
    /// A response with a body of `bytes` spaces. It needs no memory for them.
    static canned_response oversize(std::uint64_t bytes, unsigned http_status = 200) {
        canned_response response(http_status);
        response.body_size = bytes;
        return response;
    }
    /// The service's own response after `count` provisional ones (1xx).
    LANGEXPORT_DECL static canned_response after_provisional(unsigned http_status,
                                                             unsigned count = 1);
    /// The service's own response, its body in chunks and with a trailer field.
    static canned_response with_trailer(std::string name, std::string value) {
        canned_response response;
        response.trailers.emplace_back(std::move(name), std::move(value));
        return response;
    }
    /// The service's own response, whose links lead to this origin (`https://host:port`).
    static canned_response with_links_to(std::string origin) {
        canned_response response;
        response.link_origin = std::move(origin);
        return response;
    }
    /// The service's own response, and unrequested bytes after its end.
    static canned_response followed_by(std::string bytes) {
        canned_response response;
        response.suffix = std::move(bytes);
        return response;
    }

    /// Adds a header field, or replaces the response's own one of that name (in any letter case).
    canned_response& header(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    /// Whether it ends a request before all of it was read.
    bool is_early() const noexcept {
        return request_cut.has_value() || (early_after.has_value() && status != 0);
    }

    /// The status; 0 is the service's own response.
    unsigned status = 0;
    /// Header fields that are added or replaced; an empty value removes the field.
    std::vector<std::pair<std::string, std::string>> headers;
    /// The body of a response with a status of its own.
    std::string body;
    /// The number of spaces to send instead of `body`. Default: none.
    std::optional<std::uint64_t> body_size;
    /// Fields after a chunked body. If there are any, the body is sent in chunks. Default: none.
    std::vector<std::pair<std::string, std::string>> trailers;
    /// Origin in links of the service's own response, such as `https://name.example`. Default: the
    /// origin that the project and the options set.
    std::string link_origin;
    /// Bytes that are sent unchanged, in place of status line, headers and body. Default: none.
    std::optional<std::string> raw;
    /// Bytes that are sent before the status line (a 1xx response, or garbage). Default: none.
    std::string prefix;
    /// Bytes that are sent after the end of the response. Default: none.
    std::string suffix;
    /// The version in the status line. Default: HTTP/1.1; with HTTP/1.0 the connection is closed.
    std::string http_version = "HTTP/1.1";
    /// A `Retry-After` in whole seconds. It shrinks with the time scale and is then rounded up. In
    /// scaled time `retry-after-ms` has the exact value. Default: none.
    std::optional<std::chrono::nanoseconds> retry_after;
    /// Wait before the first byte; shrinks with the time scale. Default: 0.
    std::chrono::nanoseconds delay = std::chrono::nanoseconds(0);
    /// Number of bytes after which the response ends early, counted from its first byte. Default: the
    /// response is complete.
    std::optional<std::uint64_t> cut;
    /// Whether `cut` counts from the start of the body. Default: no.
    bool cut_in_body = false;
    /// Number of bytes of the request after which the connection ends as `ending` says. All other
    /// members are then ignored. Default: the request is read.
    std::optional<std::uint64_t> request_cut;
    /// Number of bytes of the request after which the response is sent. Only with a status of its own.
    /// Default: the request is read first.
    std::optional<std::uint64_t> early_after;
    /// How the response ends after `cut` bytes, or the request after `request_cut` bytes. Default: close.
    early_end ending = early_end::close;
    /// Size of the pieces in which the response is sent slowly; 0 (default): as fast as possible.
    std::size_t drip_bytes = 0;
    /// Wait after each piece; shrinks with the time scale. Default: 0.
    std::chrono::nanoseconds drip_pause = std::chrono::nanoseconds(0);
    /// Whether the connection is closed after the response, without an announcement.
    bool close_when_sent = false;
    /// Whether a close after the response omits the close_notify of TLS.
    bool without_goodbye = false;
};

/// A further condition for requests of a kind. It is called under the emulator's lock, so it must not
/// call the emulator.
using request_predicate = std::function<bool(const request_record&)>;

/// The requests that name this project.
inline request_predicate for_project(std::string name) {
    return [name = std::move(name)](const request_record& r) { return r.project == name; };
}

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/fault.ipp>
#endif

#endif
