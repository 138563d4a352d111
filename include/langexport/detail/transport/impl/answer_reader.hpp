#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_ANSWER_READER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_ANSWER_READER_HPP

#include <langexport/detail/text.hpp>
#include <langexport/detail/transport/exchange.hpp>

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

namespace http = boost::beast::http;

// More provisional answers (1xx) than this to one request are no conversation.
inline constexpr int most_provisional_answers = 16;
// One read takes in this much; large answers get the larger one.
inline constexpr std::size_t small_read = 16 * 1024;
inline constexpr std::size_t large_read = 128 * 1024;
// A body that is taken piece by piece has this buffer, and is handed on when no small read fits into it.
inline constexpr std::size_t piece_buffer = 256 * 1024;

// Whoever the bytes of a body are for.
class body_receiver {
public:
    // The header was read.
    virtual void begin_body(std::optional<std::uint64_t> length, error_code& ec) = 0;
    virtual void take_body(asio::const_buffer piece, error_code& ec) = 0;

protected:
    ~body_receiver() = default;
};

struct received_body {
    using value_type = body_receiver*;

    class reader {
    public:
        template <bool IsRequest, class Fields>
        reader(http::header<IsRequest, Fields>&, value_type& to) : to_(to) {}

        void init(const boost::optional<std::uint64_t>& length, error_code& ec) {
            ec = {};
            to_->begin_body(length ? std::optional(*length) : std::nullopt, ec);
        }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, error_code& ec) {
            ec = {};
            std::size_t taken = 0;
            for (auto it = asio::buffer_sequence_begin(buffers);
                 it != asio::buffer_sequence_end(buffers) && !ec; ++it) {
                const asio::const_buffer piece(*it);
                to_->take_body(piece, ec);
                taken += piece.size();
            }
            return taken;
        }

        void finish(error_code& ec) { ec = {}; }

    private:
        value_type& to_;
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
class answer_reader final : body_receiver {
public:
    answer_reader(exchange& x, const exchange_limits& limits) : x_(x), limits_(limits) {
        restart();
    }

    bool is_done() const noexcept { return done_; }
    // What buffer the answer is worth.
    std::size_t best_buffer() const noexcept {
        return !is_large_ ? small_read : is_taken_ ? piece_buffer : large_read;
    }

    // How many bytes `take` left at the front of its buffer.
    std::size_t gathered() const noexcept { return gathered_; }

    // Takes as many bytes as there are, or are needed; returns how many. The rest is to be offered
    // again with what follows. Bad bytes set `failure`. A body that is taken piece by piece is moved to
    // the front of the buffer.
    std::size_t take(char* data, std::size_t size) {
        std::size_t taken = 0;
        front_ = data;
        gathered_ = 0;
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
                   ? "after " + std::to_string(x_.reply.body_size) + " bytes of its body"
                   : std::string("inside its header");
    }

    void set_failure(errc code, std::string detail, error_code cause) {
        x_.failure = exchange_failure{code, std::move(detail), cause};
    }

private:
    void restart() {
        x_.reply.clear();
        parser_.emplace();
        parser_->get().body() = this;
        parser_->header_limit(static_cast<std::uint32_t>(limits_.max_header_size));
        // At once, where the header or that of a chunk tells; else see take_body().
        parser_->body_limit(std::max(limits_.max_body_size, limits_.max_message_size));
        parser_->eager(true);
        header_was_read_ = false;
        is_at_start_ = true;
    }

    static bool may_be_http(std::string_view begin) noexcept {
        constexpr std::string_view name = "HTTP/1.";
        return name.starts_with(begin.substr(0, name.size()));
    }

    // For what was asked for, or what came instead.
    std::uint64_t body_limit() const noexcept {
        return is_asked_for() ? limits_.max_body_size : limits_.max_message_size;
    }
    bool is_asked_for() const noexcept { return x_.reply.status == 200; }

    void begin_body(std::optional<std::uint64_t> length, error_code& ec) override {
        read_header();
        is_taken_ = x_.taker && is_asked_for();
        if (length && *length > body_limit())
            ec = http::error::body_limit;
    }

    void take_body(asio::const_buffer piece, error_code& ec) override {
        const auto* bytes = static_cast<const char*>(piece.data());
        if (piece.size() > body_limit() - x_.reply.body_size) {
            ec = http::error::body_limit;
            return;
        }
        x_.reply.body_size += piece.size();
        if (!is_taken_) {
            x_.reply.body.append(bytes, piece.size());
            return;
        }
        if (parser_->need_eof())
            x_.follower.take({bytes, piece.size()});
        // What is in the way was read already: the frames of chunks.
        std::memmove(front_ + gathered_, bytes, piece.size());
        gathered_ += piece.size();
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
                                   (is_asked_for() ? limits_.body_limit_name : "max_message_size") +
                                   " (" + std::to_string(body_limit()) + " bytes)",
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
    std::optional<http::response_parser<received_body>> parser_;
    char* front_ = nullptr;
    std::size_t gathered_ = 0;
    bool is_taken_ = false;
    bool is_at_start_ = true;
    bool header_was_read_ = false;
    bool is_large_ = false;
    bool done_ = false;
    int provisional_answers_ = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
