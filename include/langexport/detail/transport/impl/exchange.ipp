#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_EXCHANGE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_EXCHANGE_IPP

#include <langexport/detail/text.hpp>
#include <langexport/detail/transport/exchange.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <tuple>

namespace langexport {
inline namespace v0 {
namespace detail {

namespace http = boost::beast::http;

// More provisional answers (1xx) than this to one request are no conversation.
inline constexpr int most_provisional_answers = 16;
// An answer that nobody waits for is read to its end only if it is no longer than this.
inline constexpr std::size_t most_to_drain = 64 * 1024;
// One read takes in this much; large answers get the larger one.
inline constexpr std::size_t small_read = 16 * 1024;
inline constexpr std::size_t large_read = 128 * 1024;

// A body that is appended to a string of somebody else's.
struct appended_body {
    using value_type = std::string*;

    class reader {
    public:
        template <bool IsRequest, class Fields>
        reader(http::header<IsRequest, Fields>&, value_type& into) : into_(into) {}

        void init(const boost::optional<std::uint64_t>&, error_code& ec) { ec = {}; }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, error_code& ec) {
            ec = {};
            std::size_t taken = 0;
            for (auto it = asio::buffer_sequence_begin(buffers);
                 it != asio::buffer_sequence_end(buffers); ++it) {
                const asio::const_buffer piece(*it);
                into_->append(static_cast<const char*>(piece.data()), piece.size());
                taken += piece.size();
            }
            return taken;
        }

        void finish(error_code& ec) { ec = {}; }

    private:
        value_type& into_;
    };
};

// Newer parsers have words of their own for a single field that is too large.
template <class Error>
bool is_header_too_large(error_code ec) {
    if constexpr (requires { Error::header_field_value_too_large; }) {
        if (ec == Error::header_field_value_too_large || ec == Error::header_field_name_too_large)
            return true;
    }
    return ec == Error::header_limit;
}

// Turns bytes into an answer. Knows no stream.
class answer_reader {
public:
    answer_reader(exchange& x, const exchange_limits& limits) : x_(x), limits_(limits) {
        restart();
    }

    bool is_done() const noexcept { return done_; }
    // Whether the body is worth a large buffer.
    bool is_large() const noexcept { return is_large_; }

    // Takes as many bytes as there are, or are needed; returns how many. The rest is to be offered
    // again with what follows. Bad bytes set `failure`.
    std::size_t take(const char* data, std::size_t size) {
        std::size_t taken = 0;
        while (taken < size && !done_ && !x_.failure) {
            // The parser wants a whole line; who speaks another protocol may wait for us after a word.
            if (is_at_start_ && !may_be_http({data + taken, size - taken})) {
                fail(http::error::bad_version);
                break;
            }
            error_code ec;
            const std::size_t count = put(data + taken, size - taken, ec);
            taken += count;
            is_at_start_ = is_at_start_ && count == 0;
            if (ec == http::error::body_limit)
                read_header(); // it is there, though the parser does not count it as done
            else
                look_at_header();
            if (ec && ec != http::error::need_more) {
                fail(ec);
                break;
            }
            if (parser_->is_done())
                finish();
            else if (ec || count == 0)
                break;
        }
        return taken;
    }

    // The peer sends no more. `was_meant`: it said so, nothing was cut off on the way.
    void end(bool was_meant, error_code cause) {
        error_code ec;
        if (parser_->got_some())
            parser_->put_eof(ec);
        if (ec || !parser_->is_done())
            return set_failure(errc::response_truncated, how_far(), cause);
        look_at_header();
        x_.reply.may_be_cut = !was_meant;
        finish();
    }

    // Where in the answer we are, in words.
    std::string how_far() const {
        return parser_->is_header_done()
                   ? "after " + std::to_string(x_.reply.body.size()) + " bytes of its body"
                   : std::string("inside its header");
    }

    void set_failure(errc code, std::string detail, error_code cause) {
        x_.failure = exchange_failure{code, std::move(detail), cause};
    }

private:
    void restart() {
        x_.reply.clear();
        parser_.emplace();
        parser_->get().body() = &x_.reply.body;
        parser_->header_limit(static_cast<std::uint32_t>(limits_.max_header_size));
        parser_->body_limit(limits_.max_body_size);
        parser_->eager(true);
        header_was_read_ = false;
        is_at_start_ = true;
    }

    static bool may_be_http(std::string_view begin) noexcept {
        constexpr std::string_view name = "HTTP/1.";
        return name.starts_with(begin.substr(0, name.size()));
    }

    // The parser throws at a field that is longer than it can count (64 KiB).
    std::size_t put(const char* data, std::size_t size, error_code& ec) {
        try {
            return parser_->put(asio::buffer(data, size), ec);
        } catch (const std::length_error&) {
            ec = http::error::header_limit;
        }
        return 0;
    }

    void look_at_header() {
        if (parser_->is_header_done())
            read_header();
    }

    void read_header() {
        if (header_was_read_)
            return;
        header_was_read_ = true;
        const auto& message = parser_->get();
        x_.reply.status = message.result_int();
        for (const auto& field : message) {
            std::string* kept = place_of(field.name(), field.name_string());
            if (kept && kept->empty())
                kept->assign(field.value().data(), field.value().size());
        }
        const auto length = parser_->content_length();
        is_large_ = !length || *length > small_read;
    }

    // Where a field of the header is kept; null if nobody asks for it.
    std::string* place_of(http::field known, boost::beast::string_view name) {
        answer& reply = x_.reply;
        switch (known) {
        case http::field::content_type:
            return &reply.content_type;
        case http::field::content_encoding:
            return &reply.content_encoding;
        case http::field::location:
            return &reply.location;
        case http::field::retry_after:
            return &reply.retry_after;
        case http::field::unknown:
            break;
        default:
            return nullptr;
        }
        const std::string_view word(name.data(), name.size());
        const auto is = [&](std::string_view other) { return equal_ignoring_case(word, other); };
        if (is("operation-location"))
            return &reply.operation_location;
        if (is("apim-request-id") || is("request-id"))
            return &reply.request_id;
        if (is("retry-after-ms"))
            return &reply.retry_after_ms;
        if (is("x-ms-retry-after-ms"))
            return &reply.x_ms_retry_after_ms;
        return nullptr;
    }

    void finish() {
        const unsigned status = x_.reply.status;
        if (status >= 200) {
            x_.can_continue = parser_->keep_alive();
            done_ = true;
        } else if (status == 101 || ++provisional_answers_ > most_provisional_answers)
            set_failure(errc::unexpected_response, "HTTP status " + std::to_string(status), {});
        else
            restart();
    }

    void fail(error_code ec) {
        if (ec == http::error::body_limit)
            return set_failure(errc::response_too_large,
                               std::string("its body exceeds client_params::") +
                                   limits_.body_limit_name + " (" +
                                   std::to_string(limits_.max_body_size) + " bytes)",
                               {});
        if (is_header_too_large<http::error>(ec))
            return set_failure(errc::response_too_large,
                               "its header exceeds client_params::max_header_size (" +
                                   std::to_string(limits_.max_header_size) +
                                   " bytes), or a field of it 64 KiB",
                               {});
        set_failure(errc::malformed_response, "it is not HTTP", ec);
    }

    exchange& x_;
    const exchange_limits& limits_;
    std::optional<http::response_parser<appended_body>> parser_;
    bool is_at_start_ = true;
    bool header_was_read_ = false;
    bool is_large_ = false;
    bool done_ = false;
    int provisional_answers_ = 0;
};

// The end of a stream as the peer meant it: for TLS that is its close_notify.
inline bool is_end_of_stream(error_code ec) noexcept {
    return ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
}

LANGEXPORT_DECL task<void> run_exchange(byte_stream& stream, watchdog& dog, exchange& x,
                                        exchange_limits limits) {
    dog.expect_by(steady_now() + limits.response_timeout, errc::response_timeout);
    answer_reader reader(x, limits);
    error_code write_error;
    std::size_t sent = 0;
    while (sent < x.request.size() && !write_error) {
        // From here on the request may have arrived …
        x.was_written = true;
        auto rest = asio::buffer(x.request.data() + sent, x.request.size() - sent);
        auto written = co_await async_io(stream.writing(rest));
        write_error = std::get<0>(written);
        sent += std::get<1>(written);
        x.bytes_sent = sent;
    }
    // … unless the lowest layer took nothing of it. (Part of a TLS record is worth nothing to the peer.)
    x.was_written = sent > 0;

    if (x.received.size() < small_read)
        x.received.resize(small_read);
    std::size_t pending = 0; // bytes in `received` that the reader has not taken
    // After a failed write the answer may still be there: servers refuse large or late requests so.
    const bool can_read = !write_error || x.was_written;
    while (can_read && !reader.is_done() && !x.failure) {
        auto space = asio::buffer(x.received.data() + pending, x.received.size() - pending);
        auto got = co_await async_io(stream.reading(space));
        const error_code read_error = std::get<0>(got);
        const std::size_t size = pending + std::get<1>(got);
        x.bytes_received += std::get<1>(got);
        x.was_answered = x.bytes_received > 0;
        if (size > pending) {
            const std::size_t taken = reader.take(x.received.data(), size);
            pending = size - taken;
            std::copy_n(x.received.data() + taken, pending, x.received.data());
        }
        if (x.failure || reader.is_done())
            break;
        if (read_error && is_end_of_stream(read_error) && x.was_answered && !dog.expired())
            reader.end(x.is_secure && read_error == asio::error::eof, read_error);
        else if (read_error && x.was_answered)
            reader.set_failure(errc::response_truncated, reader.how_far(), read_error);
        else if (read_error)
            reader.set_failure(errc::connection_failed, "before an answer came",
                               write_error ? write_error : read_error);
        else if (x.is_abandoned && x.reply.body.size() > most_to_drain)
            reader.set_failure(errc::cancelled, "nobody waits for the rest", {});
        if (reader.is_large() && x.received.size() < large_read)
            x.received.resize(large_read);
        if (pending == x.received.size() && pending < limits.max_header_size + small_read)
            x.received.resize(pending * 2);
        else if (pending == x.received.size())
            reader.set_failure(errc::response_too_large,
                               "its header exceeds client_params::max_header_size (" +
                                   std::to_string(limits.max_header_size) + " bytes)",
                               {});
        dog.expect_by(steady_now() + limits.read_timeout, errc::read_timeout);
    }
    if (!can_read)
        reader.set_failure(errc::connection_failed, "while the request was sent", write_error);
    if (x.failure && dog.expired())
        x.failure->code = *dog.expired();
    // Bytes behind an answer belong to nothing we asked for.
    x.can_continue = x.can_continue && !x.failure && pending == 0 && !write_error;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
