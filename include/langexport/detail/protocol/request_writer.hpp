#ifndef LANGEXPORT_DETAIL_PROTOCOL_REQUEST_WRITER_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_REQUEST_WRITER_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/proxy.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// A request as it is sent. The bytes contain the credential, so their memory is wiped.
struct request_message {
    secret_bytes bytes; // request line, header fields and body
    std::string_view method;
    std::size_t target_begin = 0;
    std::size_t target_size = 0;

    std::string_view target() const noexcept {
        return view(bytes).substr(target_begin, target_size);
    }
    // Keeps the memory for the next request.
    void clear() noexcept {
        bytes.clear();
        method = {};
        target_begin = target_size = 0;
    }
};

// A body that is sent behind the bytes of its request.
struct streamed_body {
    std::uint64_t size = 0;
    std::string_view content_type;
};

// The parts of a request that differ between the requests of a client.
struct request_parts {
    request_kind kind = request_kind::status;
    std::string_view target;                    // path and query
    std::string_view credential_line;           // a header line with its end
    std::string_view client_request_id;         // a UUID
    std::string_view body = {};                 // JSON, of a submission; may be empty
    std::optional<streamed_body> streamed = {}; // of a submission, instead of `body`
};

// Writes the fields that every request has: Host, User-Agent and the accepted encodings. See
// `request_writer`.
LANGEXPORT_DECL std::string common_request_fields(std::string_view authority,
                                                  std::string_view application_id);

// Writes the CONNECT request, which requests a tunnel from a proxy. `authority` is `host:port` of the origin, always
// with its port; `authorization` a header line with its end, or empty.
LANGEXPORT_DECL secret_bytes write_connect_request(std::string_view authority,
                                                   std::string_view authorization);

// Writes the requests of one client: a POST for a submission, a GET for everything else.
class request_writer {
public:
    // `application_id` precedes the library's own name in User-Agent; it may be empty. Requests to an http origin
    // through a proxy have absolute URLs and the proxy's authorization.
    LANGEXPORT_DECL request_writer(const origin& service, std::string_view application_id,
                                   const proxy_url& proxy = {});

    // Replaces the content of `message`.
    LANGEXPORT_DECL void write(request_message& message, const request_parts& parts) const;

private:
    const std::string target_prefix_; // before each path; empty unless there is a proxy
    // The end of the request line and the fields of every request, except the credential.
    const secret_bytes fields_behind_target_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/request_writer.ipp>
#endif

#endif
