#include "support/scripted_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace asio = boost::asio;
using langexport::error_code;

namespace langexport_tests {

void stream_script::cut_into(const std::string& bytes, std::size_t size) {
    pieces.clear();
    for (std::size_t at = 0; at < bytes.size(); at += size)
        pieces.push_back(bytes.substr(at, size));
}

scripted_stream::scripted_stream(langexport::detail::strand_type strand, stream_script script)
    : strand_(std::move(strand)), script_(std::move(script)) {}

scripted_stream::~scripted_stream() = default;

void scripted_stream::finish(handler_type handler, error_code ec) {
    asio::post(strand_, [this, handler = std::move(handler), ec]() mutable {
        waits_ = false;
        is_ready_ = true;
        std::move(handler)(ec, 0);
    });
}

// Whether the operation continues; otherwise it has failed, or blocks.
bool scripted_stream::begin(std::size_t size, error_code& ec) noexcept {
    was_misused = was_misused || waits_ || size == 0;
    if (!is_ready_ && !is_closed) {
        ec = asio::error::would_block;
        return false;
    }
    is_ready_ = false;
    ++operations;
    if (is_closed)
        ec = asio::error::bad_descriptor;
    else
        ec = operations == script_.fail_at ? script_.failure : error_code();
    return !ec;
}

std::size_t scripted_stream::read_now(asio::mutable_buffer into, error_code& ec) noexcept {
    is_read_ = true;
    if (!begin(into.size(), ec))
        return 0;
    if (next_ == script_.pieces.size()) {
        ec = script_.end.value_or(asio::error::would_block);
        return 0;
    }
    std::string& piece = script_.pieces[next_];
    const std::size_t count = std::min(piece.size(), into.size());
    std::copy_n(piece.data(), count, static_cast<char*>(into.data()));
    piece.erase(0, count);
    if (piece.empty())
        ++next_;
    const bool ends = script_.ends_with_last_piece && script_.end && next_ == script_.pieces.size();
    ec = ends ? *script_.end : error_code();
    return count;
}

std::size_t scripted_stream::write_now(asio::const_buffer from, error_code& ec) noexcept {
    is_read_ = false;
    if (!begin(from.size(), ec))
        return 0;
    const std::size_t count = std::min({from.size(), script_.write_limit, script_.room});
    if (count == 0) {
        ec = asio::error::would_block;
        return 0;
    }
    script_.room -= count;
    written.append(static_cast<const char*>(from.data()), count);
    return count;
}

bool scripted_stream::read_ahead() {
    const bool has_come = next_ < script_.pieces.size() || script_.end || is_closed;
    reads_ahead_ = !has_come;
    is_ready_ = is_ready_ || has_come; // the pending read has ended
    return !has_come;
}

void scripted_stream::wait_for_either(handler_type handler) {
    was_misused = was_misused || waits_ || is_read_;
    waits_ = true;
    const bool has_come = next_ < script_.pieces.size() || script_.end;
    if (is_closed)
        finish(std::move(handler), asio::error::bad_descriptor);
    else if (script_.room > 0 || has_come)
        finish(std::move(handler), {});
    else
        waiting_.emplace(std::move(handler));
}

void scripted_stream::wait(handler_type handler) {
    was_misused = was_misused || waits_;
    waits_ = true;
    const bool nothing_comes = is_read_ && next_ == script_.pieces.size() && !script_.end;
    // A read that must fail does so at once, regardless of the scripted data.
    if (is_closed)
        finish(std::move(handler), asio::error::bad_descriptor);
    else if (nothing_comes && operations + 1 != script_.fail_at)
        waiting_.emplace(std::move(handler));
    else
        finish(std::move(handler), {});
}

void scripted_stream::end_wait(error_code ec) {
    if (!waiting_)
        return;
    handler_type handler = std::move(*waiting_);
    waiting_.reset();
    finish(std::move(handler), ec);
}

void scripted_stream::close() noexcept {
    is_closed = true;
    end_wait(asio::error::operation_aborted);
}

void scripted_stream::add(std::string piece) {
    script_.pieces.push_back(std::move(piece));
    reads_ahead_ = false;
    end_wait({});
}

void scripted_stream::end(error_code how) {
    script_.end = how;
    reads_ahead_ = false;
    end_wait({});
}

void scripted_stream::make_room(std::size_t size) {
    script_.room += size;
    end_wait({});
}

} // namespace langexport_tests
