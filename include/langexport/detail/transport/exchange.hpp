#ifndef LANGEXPORT_DETAIL_TRANSPORT_EXCHANGE_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_EXCHANGE_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/policy/download_pace.hpp>
#include <langexport/detail/protocol/request_writer.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/detail/transport/body_consumer.hpp>
#include <langexport/detail/transport/request_body.hpp>
#include <langexport/detail/transport/watchdog.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

struct exchange_limits {
    steady_duration response_timeout;
    steady_duration read_timeout;
    std::size_t max_header_size;
    std::uint64_t max_body_size;    // of a response with HTTP status 200
    const char* body_limit_name;    // the member of client_params with this limit, for messages
    std::uint64_t max_message_size; // of any other body
    std::uint64_t min_download_rate = 0; // bytes a second, averaged over a minute; 0: none
    std::uint64_t min_upload_rate = 0;   // the same for a body source
};

// The reason why there is no complete response.
struct exchange_failure {
    errc code;
    std::string detail;
    error_code cause;            // the error of the lower layer
    std::exception_ptr thrown{}; // by a sink, a body source or a token source
};

// Describes the exception of a sink, or with errc::source_failed that of a body source.
LANGEXPORT_DECL exchange_failure sink_failure(const std::exception_ptr& thrown,
                                              errc code = errc::sink_failed);

// One request and its response. A connection owns it, so that its memory is reused.
class exchange {
public:
    request_message request;
    std::shared_ptr<request_body> source; // of the request's body; null: `request` has all of it
    std::vector<char> received;           // read and not yet parsed

    // The service may have the request: a byte may have been sent, or with a source the last byte of the body.
    bool was_written = false;
    bool response_began = false; // a byte was received
    bool has_header =
        false; // the header of the response is complete; of a header that is too large, its important fields
    bool can_continue = false; // the connection may carry another exchange
    bool is_abandoned = false; // no operation waits for the response: a long rest is not read
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    bool is_secure = false;      // TLS, which distinguishes a regular end from a truncation
    result_expectation expected; // of a result
    std::shared_ptr<body_consumer>
        consumer; // of a successful body; null: the body is kept in memory
    response_message response;
    download_pace pace; // of the response
    std::optional<exchange_failure> failure;

    void reset() {
        request.clear();
        source.reset();
        was_written = response_began = has_header = can_continue = false;
        is_abandoned = false;
        expected = {};
        bytes_sent = bytes_received = 0;
        consumer.reset();
        response.clear();
        failure.reset();
    }

    // Whether a body is being sent, of which the service does not have the end yet.
    bool is_uploading() const noexcept { return source && !was_written; }
};

// Writes the request and reads the response; afterwards `x` has a response or a failure. The attempt has begun in
// `watch`; this function sets the limits of its phases. Throws only if memory is exhausted.
LANGEXPORT_TEMPLATE_DECL task<void> run_exchange(byte_stream& stream, watchdog& watch, exchange& x,
                                                 exchange_limits limits);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/transport/impl/exchange.ipp>
#endif

#endif
