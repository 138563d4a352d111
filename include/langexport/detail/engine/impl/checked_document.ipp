#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_CHECKED_DOCUMENT_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_CHECKED_DOCUMENT_IPP

#include <langexport/detail/engine/checked_document.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The size of one piece. A piece is a call on the operation's executor.
inline constexpr std::size_t import_piece_size = 128 * 1024;

[[noreturn]] inline void throw_changed(const std::string& how) {
    throw std::runtime_error("the document has changed since it was checked: " + how);
}

LANGEXPORT_DECL checked_document::checked_document(std::unique_ptr<import_input> input,
                                                   import_check check)
    : input_(std::move(input)), check_(std::move(check)) {}

LANGEXPORT_DECL void checked_document::begin_piece() {
    buffer_.resize(import_piece_size);
    filled_ = 0;
    if (!std::exchange(must_open_, false))
        return;
    input_->close();
    input_->open();
    digest_.restart();
    done_ = 0;
    has_ended_ = false;
}

LANGEXPORT_DECL bool checked_document::wants_more() const noexcept {
    return !has_ended_ && (filled_ < buffer_.size() || is_at_end_of_size());
}

// Behind the last byte that is due, the document must end.
LANGEXPORT_DECL asio::mutable_buffer checked_document::space() noexcept {
    if (is_at_end_of_size())
        return asio::mutable_buffer(&spare_, 1);
    std::size_t most = buffer_.size() - filled_;
    if (!is_checking_)
        most = static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - done_ - filled_));
    return asio::mutable_buffer(buffer_.data() + filled_, most);
}

LANGEXPORT_DECL void checked_document::add(std::size_t count) {
    if (count > space().size())
        throw std::length_error("it returned more bytes than there was room for");
    has_ended_ = count == 0;
    if (count > 0 && is_at_end_of_size())
        throw_changed("it has more than " + std::to_string(size_) + " bytes");
    filled_ += count;
}

LANGEXPORT_DECL void checked_document::end_piece() {
    digest_.add(piece());
    done_ += filled_;
    if (is_checking_)
        check_.take(piece());
    if (!has_ended_)
        return;
    input_->close();
    if (is_checking_)
        return end_check();
    if (done_ < size_)
        throw_changed("it has " + std::to_string(done_) + " instead of " + std::to_string(size_) +
                      " bytes");
    if (digest_.finish() != sum_)
        throw_changed("other bytes");
}

LANGEXPORT_DECL void checked_document::end_check() {
    const auto expected = input_->size();
    if (expected && *expected != done_)
        throw std::runtime_error("it has " + std::to_string(done_) + " bytes instead of " +
                                 std::to_string(*expected));
    check_.finish();
    size_ = done_;
    sum_ = digest_.finish();
    is_checking_ = false;
    must_open_ = true;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
