#ifndef LANGEXPORT_TESTING_IMPL_SESSION_HPP
#define LANGEXPORT_TESTING_IMPL_SESSION_HPP

#include <langexport/testing/impl/request_reader.hpp>
#include <langexport/testing/impl/server_state.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// One connection: reads requests, passes them to the model, and writes the responses byte by byte, so
// that a fault can occur at any byte. It runs on its own strand.
class session final : public stoppable, public std::enable_shared_from_this<session> {
public:
    LANGEXPORT_DECL session(asio::ip::tcp::socket socket, std::shared_ptr<server_state> state);
    LANGEXPORT_DECL ~session() override;

    // Runs until the connection is over.
    LANGEXPORT_DECL static asio::awaitable<void> serve(std::shared_ptr<session> self);

    asio::any_io_executor get_executor() override { return socket_.get_executor(); }
    void set_number(std::uint64_t number) noexcept { number_ = number; }

    LANGEXPORT_DECL void close() override;

private:
    // The result of reading a request: complete, connection over, or ended early by the model. Every other
    // value is the HTTP status of a rejection.
    static constexpr unsigned is_whole = 0;
    static constexpr unsigned is_over = 1;
    static constexpr unsigned is_early = 2;

    LANGEXPORT_DECL asio::awaitable<std::size_t> read_some(asio::mutable_buffer buffer,
                                                           error_code& ec);
    LANGEXPORT_DECL asio::awaitable<void> write_all(std::string_view bytes, error_code& ec);
    LANGEXPORT_DECL asio::awaitable<void> pause(std::chrono::nanoseconds time);

    LANGEXPORT_DECL asio::awaitable<void> reject_plain_http();
    LANGEXPORT_DECL asio::awaitable<void> apply_connection_fault(connection_fault fault);
    LANGEXPORT_DECL asio::awaitable<bool> serve_one();
    LANGEXPORT_DECL asio::awaitable<unsigned> read_request(request_reader& reader);
    // Handles the header that was just read. Returns the HTTP status of a rejection; 0 if there is none.
    LANGEXPORT_DECL unsigned begin_body(request_reader& reader);
    LANGEXPORT_DECL bool ends_early(request_reader& reader);
    LANGEXPORT_DECL asio::awaitable<void> respond_early();
    LANGEXPORT_DECL service_request header_of(const request_reader& reader) const;
    LANGEXPORT_DECL std::string last_chunk() const;
    LANGEXPORT_DECL asio::awaitable<bool> send_response(service_response& response, bool keep,
                                                        bool head);
    LANGEXPORT_DECL asio::awaitable<bool> send(std::string_view bytes);
    LANGEXPORT_DECL asio::awaitable<bool> send_stream(service_response& response);
    LANGEXPORT_DECL asio::awaitable<void> end_early();
    LANGEXPORT_DECL asio::awaitable<void> discard_until_closed();
    LANGEXPORT_DECL asio::awaitable<void> close_gracefully();

    std::shared_ptr<server_state> state_;
    asio::ip::tcp::socket socket_;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
    asio::steady_timer timer_;
    std::uint64_t number_ = 0;
    std::string in_;                      // bytes read but not parsed yet
    std::optional<early_response> early_; // of the current request
    canned_response fault_;               // how the current response is sent
    std::uint64_t left_ = 0;              // bytes of the current response until it is cut
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/session.ipp>
#include <langexport/testing/impl/session_responses.ipp>
#endif

#endif
