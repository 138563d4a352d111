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

void scripted_stream::finish(handler_type handler, error_code ec, std::size_t count) {
    asio::post(strand_, [this, handler = std::move(handler), ec, count]() mutable {
        is_busy_ = false;
        std::move(handler)(ec, count);
    });
}

// Whether the operation goes on; else it has failed.
bool scripted_stream::begin(std::size_t size, handler_type& handler) {
    ++operations;
    was_misused = was_misused || is_busy_ || size == 0;
    is_busy_ = true;
    if (is_closed) {
        finish(std::move(handler), asio::error::bad_descriptor, 0);
        return false;
    }
    if (operations == script_.fail_at) {
        finish(std::move(handler), script_.failure, 0);
        return false;
    }
    return true;
}

void scripted_stream::read_some(asio::mutable_buffer into, handler_type handler) {
    if (!begin(into.size(), handler))
        return;
    if (next_ == script_.pieces.size()) {
        if (script_.end)
            finish(std::move(handler), *script_.end, 0);
        else
            waiting_.emplace(std::move(handler));
        return;
    }
    std::string& piece = script_.pieces[next_];
    const std::size_t count = std::min(piece.size(), into.size());
    std::copy_n(piece.data(), count, static_cast<char*>(into.data()));
    piece.erase(0, count);
    if (piece.empty())
        ++next_;
    const bool ends = script_.ends_with_last_piece && script_.end && next_ == script_.pieces.size();
    finish(std::move(handler), ends ? *script_.end : error_code(), count);
}

void scripted_stream::write_some(asio::const_buffer from, handler_type handler) {
    if (!begin(from.size(), handler))
        return;
    const std::size_t count = std::min(from.size(), script_.write_limit);
    written.append(static_cast<const char*>(from.data()), count);
    finish(std::move(handler), {}, count);
}

void scripted_stream::close() noexcept {
    is_closed = true;
    if (!waiting_)
        return;
    handler_type handler = std::move(*waiting_);
    waiting_.reset();
    finish(std::move(handler), asio::error::operation_aborted, 0);
}

} // namespace langexport_tests
