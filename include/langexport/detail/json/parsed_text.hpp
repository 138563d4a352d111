#ifndef LANGEXPORT_DETAIL_JSON_PARSED_TEXT_HPP
#define LANGEXPORT_DETAIL_JSON_PARSED_TEXT_HPP

#include <langexport/version.hpp>

#include <boost/json/string_view.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The base of classes that receive a JSON parser's events: names, strings and numbers may arrive in parts, and the
// receiver has to determine their positions. In them, half of a UTF-16 pair is three bytes: see lone_surrogate.hpp. A
// receiver calls `whole_text` for the last part, and `forget_text` after it has used the text.
class parsed_text {
public:
    parsed_text() = default;
    // Keeps about this many bytes of a longer text, for receivers that only need short ones.
    explicit parsed_text(std::size_t kept_size) noexcept : kept_size_(kept_size) {}

    using error_code = boost::system::error_code;
    using text_view = boost::json::string_view;

    // The error with its JSON path, empty if there is none; and its byte.
    std::string why;
    std::uint64_t why_byte = 0;

    // The next piece, which begins at this byte of the document.
    void begin_piece(std::string_view piece, std::uint64_t byte) noexcept {
        piece_ = piece;
        piece_byte_ = byte;
        stand_in_for_.clear();
        is_in_number_ = false;
    }
    // The next part of a text or number replaces these bytes.
    void begin_stand_in(std::string bytes, std::uint64_t byte) noexcept {
        begin_piece({}, byte);
        stand_in_for_ = std::move(bytes);
    }

    // Appends to the replaced bytes.
    void add_to_stand_in(std::string_view bytes) { text_ += bytes; }
    // Whether the piece has ended inside a number.
    bool is_in_number() const noexcept { return is_in_number_; }

    bool on_key_part(text_view part, std::size_t, error_code&) { return keep_part(part); }
    bool on_string_part(text_view part, std::size_t, error_code&) { return keep_part(part); }
    bool on_number_part(text_view part, error_code&) {
        is_in_number_ = true;
        return keep_part(part);
    }
    bool on_comment_part(text_view, error_code&) { return true; }
    bool on_comment(text_view, error_code&) { return true; }
    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

protected:
    std::string_view whole_text(text_view rest) {
        see(rest);
        if (text_.empty())
            return std::string_view(rest.data(), rest.size());
        text_.append(rest.data(), rest.size());
        return text_;
    }
    void forget_text() noexcept { text_.clear(); }

    // The parser does not report its position, but its texts are views into the piece. (Texts with escapes are not:
    // they have the position of the previous text.)
    void see(text_view text) noexcept {
        const std::less_equal<const char*> not_behind;
        const char* const begin = piece_.data();
        if (begin && not_behind(begin, text.data()) &&
            not_behind(text.data(), begin + piece_.size()))
            seen_byte_ = piece_byte_ + static_cast<std::uint64_t>(text.data() - begin);
    }
    std::uint64_t seen_byte() const noexcept { return seen_byte_; }
    void see_at(std::uint64_t byte) noexcept { seen_byte_ = byte; }

private:
    bool keep_part(text_view part) {
        see(part);
        if (text_.size() >= kept_size_)
            return true;
        if (stand_in_for_.empty())
            text_.append(part.data(), part.size());
        else if (!part.empty())
            text_ += stand_in_for_;
        return true;
    }

    std::size_t kept_size_ = static_cast<std::size_t>(-1);
    std::string text_;
    std::string stand_in_for_;
    bool is_in_number_ = false;
    std::string_view piece_;
    std::uint64_t piece_byte_ = 0;
    std::uint64_t seen_byte_ = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
