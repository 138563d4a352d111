#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_RESPONSE_READER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_RESPONSE_READER_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/short_chunked_body.hpp>
#include <langexport/detail/transport/exchange.hpp>
#include <langexport/detail/transport/impl/first_bytes.hpp>
#include <langexport/detail/transport/impl/plain_header.hpp>
#include <langexport/detail/transport/impl/response_fields.hpp>
#include <langexport/detail/transport/impl/transfer_codings.hpp>

#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

namespace http = boost::beast::http;

// More provisional responses (1xx) to one request than this are an error.
inline constexpr int most_provisional_responses = 16;
// The size of one read; large responses get the larger one.
inline constexpr std::size_t small_read = 16 * 1024;
inline constexpr std::size_t large_read = 128 * 1024;
// The size of the buffer for a consumed body. A piece is passed on when little room is left.
inline constexpr std::size_t piece_buffer = 256 * 1024;

// Added to a failure if a TLS stream ended in a way that an attacker can cause.
inline std::string how_ended(error_code cause) {
    return cause == asio::ssl::error::stream_truncated ? "; TLS ended without close_notify" : "";
}

// Receives the parts of a response from the parser.
class response_receiver {
public:
    virtual void take_status(unsigned status) = 0;
    virtual void take_field(std::string_view name, std::string_view value) = 0;
    virtual void end_header(error_code& ec) = 0;
    virtual void begin_body(std::optional<std::uint64_t> length, error_code& ec) = 0;
    virtual void begin_chunk(std::uint64_t size, error_code& ec) = 0;
    virtual void take_body(std::string_view piece, error_code& ec) = 0;

protected:
    ~response_receiver() = default;
};

// Beast's parser without its container of fields, most of which are not used. The functions are not marked
// `override`, because one of them exists in newer versions only.
class response_parser final : public http::basic_parser<false> {
public:
    explicit response_parser(response_receiver& receiver) : receiver_(receiver) {}

    // The next bytes are the header of the first chunk.
    bool is_at_first_chunk() const { return is_header_done() && chunked() && !has_chunk_; }

private:
    using view = boost::beast::string_view;

    static std::string_view text(view from) noexcept { return {from.data(), from.size()}; }

    void on_request_impl(http::verb, view, view, int, error_code&) {}
    void on_response_impl(int code, view, int, error_code&) {
        receiver_.take_status(static_cast<unsigned>(code));
    }
    void on_field_impl(http::field, view name, view value, error_code&) {
        receiver_.take_field(text(name), text(value));
    }
    void on_trailer_field_impl(http::field, view, view, error_code&) {}
    void on_header_impl(error_code& ec) { receiver_.end_header(ec); }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) {
        receiver_.begin_body(length ? std::optional(*length) : std::nullopt, ec);
    }
    std::size_t on_body_impl(view piece, error_code& ec) {
        receiver_.take_body(text(piece), ec);
        return piece.size();
    }
    void on_chunk_header_impl(std::uint64_t size, view, error_code& ec) {
        has_chunk_ = true;
        receiver_.begin_chunk(size, ec);
    }
    std::size_t on_chunk_body_impl(std::uint64_t, view piece, error_code& ec) {
        receiver_.take_body(text(piece), ec);
        return piece.size();
    }
    void on_finish_impl(error_code&) {}

    response_receiver& receiver_;
    bool has_chunk_ = false;
};

// Turns bytes into a response. Has no access to the stream. It implements the parser's interface, which has one
// function for each part of a response.
class response_reader final : response_receiver {
public:
    // The response in `x` is empty.
    response_reader(exchange& x, const exchange_limits& limits) : x_(x), limits_(limits) {}
    bool is_done() const noexcept { return done_; }
    // The size of the buffer for this response.
    std::size_t best_buffer() const noexcept {
        return !is_large_ ? small_read : is_streamed_ ? piece_buffer : large_read;
    }

    // Why a piece must not be passed on. A body that ends with its TCP connection is checked later.
    std::optional<result_check::problem> objection() const {
        const bool is_all = done_ && !x_.response.may_be_cut;
        return is_all ? x_.response.streamed_check->problem_at_end()
                      : x_.response.streamed_check->problem_so_far();
    }

    // The number of bytes that `take` has left at the front of its buffer.
    std::size_t gathered() const noexcept { return gathered_; }

    // Consumes the bytes that it can use, and returns their number. The caller offers the rest again with the
    // following bytes. Invalid bytes set `failure`. A body for a consumer is moved to the front of the buffer.
    std::size_t take(char* data, std::size_t size) {
        std::size_t taken = 0;
        front_ = data;
        gathered_ = 0;
        while (taken < size && !done_ && !x_.failure) {
            if (const std::size_t plain = take_plain({data + taken, size - taken})) {
                taken += plain;
                continue;
            }
            const std::size_t usable = usable_part({data + taken, size - taken});
            if (usable == 0)
                break;
            error_code ec;
            const bool is_header = !parser().is_header_done();
            const std::size_t count = parser_->put(asio::buffer(data + taken, usable), ec);
            if (ec && ec != http::error::need_more && is_header && !parser_->is_header_done())
                reject_fields({data + taken, usable}, ec);
            taken += count;
            if (ec && ec != http::error::need_more)
                fail(ec);
            else if (parser_->is_done())
                finish();
            else if (!parser_->is_header_done())
                fail(http::error::bad_line_ending); // the header was whole
            else if (ec || count == 0)
                break;
        }
        return taken;
    }

    // The peer sends no more bytes. `was_meant` is true if the end is regular, so that nothing was truncated.
    void end(bool was_meant, error_code cause) {
        error_code ec;
        if (!is_plain_ && parser().got_some())
            parser_->put_eof(ec);
        if (is_plain_ || ec || !parser_->is_done())
            return set_failure(errc::response_truncated, how_far() + how_ended(cause), cause);
        x_.response.may_be_cut = !was_meant;
        finish();
    }

    // Describes the position in the response.
    std::string how_far() const {
        return is_header_done()
                   ? "after " + std::to_string(x_.response.body_size) + " bytes of its body"
                   : std::string("inside its header");
    }

    void set_failure(errc code, std::string detail, error_code cause) {
        if (!is_header_done() && !x_.has_header)
            x_.response.clear(); // an incomplete header has no effect
        x_.failure = exchange_failure{code, std::move(detail), cause};
    }

private:
    void restart() {
        x_.response.clear();
        parser_.reset();
        codings_.clear();
        searched_ = 0;
    }

    // The parser for a response whose header is not plain. Created on first use, and not part of this object: the
    // coroutine that contains it is then small enough for Asio's cache of memory.
    response_parser& parser() {
        if (!parser_) {
            parser_ = std::make_unique<response_parser>(static_cast<response_receiver&>(*this));
            // For trailers: whole_header() limits the header.
            parser_->header_limit(static_cast<std::uint32_t>(2 * limits_.max_header_size));
            parser_->body_limit(boost::none); // see begin_body(), begin_chunk() and take_body()
            parser_->eager(true);
        }
        return *parser_;
    }
    bool is_header_done() const { return is_plain_ || (parser_ && parser_->is_header_done()); }

    // Consumes a plain header, or a part of the body behind it. Returns the number of bytes; 0 if the parser reads this
    // response. A header that arrives in pieces is not examined again and again: the parser reads it.
    std::size_t take_plain(std::string_view bytes) {
        if (is_plain_)
            return take_plain_body(bytes);
        if (searched_ != 0 || is_header_done())
            return 0;
        plain_ = plain_header();
        const std::size_t size = plain_.read(bytes.substr(0, limits_.max_header_size), x_.response);
        is_plain_ = size != 0;
        if (!is_plain_) {
            x_.response.clear();
            return 0;
        }
        x_.has_header = true;
        is_large_ = plain_.body_size() > small_read;
        if (plain_.body_size() == 0)
            finish();
        return size;
    }

    std::size_t take_plain_body(std::string_view bytes) {
        response_message& response = x_.response;
        error_code ec;
        if (response.body_size == 0)
            begin_body(plain_.body_size(), ec);
        const std::uint64_t left = plain_.body_size() - response.body_size;
        const std::size_t size = to_size(std::min<std::uint64_t>(bytes.size(), left));
        if (!ec)
            take_body({bytes.data(), size}, ec);
        if (ec)
            fail(ec);
        else if (size == left)
            finish();
        return size;
    }

    // The number of bytes at the front of `rest` that the parser may read now.
    std::size_t usable_part(std::string_view rest) {
        if (!is_header_done())
            return whole_header(rest);
        return parser_->is_at_first_chunk() && is_part_of_short_body(rest) ? 0 : rest.size();
    }

    // The parser receives the header as a whole, so that the size of the pieces has no effect.
    std::size_t whole_header(std::string_view rest) {
        // A peer of another protocol may send a few bytes and then wait.
        if (!may_be_http(rest)) {
            fail(http::error::bad_version);
            if (!x_.is_secure && may_be_tls(rest)) {
                set_failure(errc::tls_failed, expects_tls_detail, {});
                x_.was_written = false; // a peer that expects TLS has not read the request
            }
            return 0;
        }
        const std::string_view allowed = rest.substr(0, limits_.max_header_size);
        const std::size_t size = size_of_header(allowed, searched_);
        searched_ = allowed.size();
        if (size == 0 && allowed.size() == limits_.max_header_size)
            reject_header(allowed);
        return size;
    }

    // A field of the header is wrong, and the rest was not read. If the status is an error, the status is sufficient.
    void reject_fields(std::string_view header, error_code ec) {
        x_.has_header = x_.response.status >= 400;
        if (ec != http::error::bad_transfer_encoding)
            return;
        codings_.clear();
        codings_.add_all(header);
    }

    // The header is too large. If it begins with an error status, the status is sufficient.
    void reject_header(std::string_view begin) {
        error_code ec;
        parser().put(asio::buffer(begin), ec);
        x_.has_header = x_.response.status >= 400;
        fail(http::error::header_limit);
    }

    // The consumer receives results only. Other bodies, such as the page of a proxy, are read into memory.
    bool may_be_result() {
        auto& check = x_.response.streamed_check.emplace(x_.response.content_type,
                                                         x_.response.content_encoding, x_.expected);
        is_rejected_ = check.problem_so_far().has_value();
        if (is_rejected_)
            x_.response.streamed_check.reset();
        return !is_rejected_;
    }

    // The limit for a result, or for any other body.
    std::uint64_t body_limit() const noexcept {
        return is_result_expected() ? limits_.max_body_size : limits_.max_message_size;
    }
    bool is_result_expected() const noexcept { return x_.response.status == 200 && !is_rejected_; }

    void take_status(unsigned status) override { x_.response.status = status; }

    void take_field(std::string_view name, std::string_view value) override {
        if (parser_->is_header_done())
            return; // of a trailer
        if (equal_ignoring_case(name, "transfer-encoding"))
            codings_.add(value);
        std::string* kept = place_of(x_.response, name);
        if (kept && kept->empty())
            kept->assign(value);
    }

    void end_header(error_code& ec) override {
        x_.has_header = x_.response.status >= 200;
        const auto length = parser_->content_length();
        is_large_ = !length || *length > small_read;
        const unsigned status = x_.response.status;
        const bool has_body = status >= 200 && status != 204 && status != 304;
        if (has_body && !codings_.are_known(parser_->chunked()))
            ec = http::error::bad_transfer_encoding;
    }

    void begin_body(std::optional<std::uint64_t> length, error_code& ec) override {
        x_.response.body_length = length;
        is_streamed_ = x_.consumer && is_result_expected() && may_be_result();
        if (is_streamed_) {
            x_.consumer->set_content_type(x_.response.content_type);
            x_.consumer->set_expected_size(length);
        }
        if (length && *length > body_limit())
            ec = http::error::body_limit;
    }

    void begin_chunk(std::uint64_t size, error_code& ec) override {
        if (size > body_limit() - x_.response.body_size)
            ec = http::error::body_limit;
    }

    void take_body(std::string_view piece, error_code& ec) override {
        if (piece.size() > body_limit() - x_.response.body_size) {
            ec = http::error::body_limit;
            return;
        }
        x_.response.body_size += piece.size();
        if (!is_streamed_) {
            x_.response.body.append(piece);
            return;
        }
        x_.response.streamed_check->take(piece);
        // The bytes in between, frames of chunks, were already read. As a rule there are none.
        if (char* const place = front_ + gathered_; place != piece.data())
            std::memmove(place, piece.data(), piece.size());
        gathered_ += piece.size();
    }

    void finish() {
        const unsigned status = x_.response.status;
        if (status >= 200) {
            x_.can_continue = is_plain_ ? plain_.keeps_connection() : parser_->keep_alive();
            done_ = true;
        } else if (status == 101 || ++provisional_responses_ > most_provisional_responses)
            set_failure(errc::unexpected_response, "HTTP status " + std::to_string(status), {});
        else
            restart();
    }

    void fail(error_code ec) {
        if (ec == http::error::body_limit)
            return set_failure(
                errc::response_too_large,
                std::string("its body exceeds client_params::") +
                    (is_result_expected() ? limits_.body_limit_name : "max_message_size") + " (" +
                    std::to_string(body_limit()) + " bytes)",
                {});
        if (ec == http::error::header_limit)
            return set_failure(errc::response_too_large,
                               "its header exceeds client_params::max_header_size (" +
                                   std::to_string(limits_.max_header_size) + " bytes)",
                               {});
        if (ec == http::error::bad_transfer_encoding)
            return set_failure(errc::malformed_response, "it has " + codings_.describe(), {});
        set_failure(errc::malformed_response, "it is not HTTP", ec);
    }

    exchange& x_;
    const exchange_limits& limits_;
    plain_header plain_;
    bool is_plain_ = false; // the header is complete, and `plain_` describes it
    std::unique_ptr<response_parser> parser_;
    char* front_ = nullptr;
    std::size_t gathered_ = 0;
    bool is_streamed_ = false;
    bool is_rejected_ = false; // the header shows that the body is not the expected one
    bool is_large_ = false;
    bool done_ = false;
    int provisional_responses_ = 0;
    std::size_t searched_ = 0; // bytes of the header that were searched for its end
    transfer_codings codings_; // of the body
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
