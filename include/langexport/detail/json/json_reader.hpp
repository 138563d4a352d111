#ifndef LANGEXPORT_DETAIL_JSON_JSON_READER_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_READER_HPP

#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_error_text.hpp>
#include <langexport/detail/json/long_exponent.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/parse_options.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads a JSON document piece by piece. `Events` is a `parsed_text` that knows its `path()`. An error names the JSON
// path and the byte; every later call throws the same error. The parser rejects some valid JSON: one half of a UTF-16
// pair, and exponents of many digits. The parser receives other text in their place, and the events receive the
// original bytes.
template <class Events>
class json_reader {
public:
    // The parser is recursive: the stack of a thread has room for some thousand levels.
    explicit json_reader(std::size_t max_depth)
        : parser_(options(max_depth)), max_depth_(max_depth) {}

    std::uint64_t size() const noexcept { return size_ + held_.size() + tail_.size(); }
    Events& events() noexcept { return parser_.handler(); }

    void write(std::string_view piece) {
        expect_no_error();
        piece = without_byte_order_mark(piece);
        if (is_in_long_exponent_)
            piece.remove_prefix(write_exponent(leading_digits(piece)));
        if (piece.empty())
            return;
        is_in_long_exponent_ = false;
        const std::string joined = tail_.empty() ? "" : std::exchange(tail_, {}).append(piece);
        if (!joined.empty())
            piece = joined;
        for (auto found = find_long_exponent(piece); !found.empty();
             found = find_long_exponent(piece)) {
            const auto before = static_cast<std::size_t>(found.data() - piece.data());
            write_text(piece.substr(0, before));
            is_in_long_exponent_ = held_.empty() && events().is_in_number();
            if (is_in_long_exponent_)
                parse_exponent(found);
            else
                write_text(found); // inside a string
            piece.remove_prefix(before + found.size());
            is_in_long_exponent_ = is_in_long_exponent_ && piece.empty();
        }
        const std::size_t whole = piece.size() - cut_exponent_size(piece);
        write_text(piece.substr(0, whole));
        tail_ = piece.substr(whole);
    }

    // Whether the parser has received all of the text.
    bool is_up_to_date() const noexcept {
        return held_.empty() && tail_.empty() && !is_in_long_exponent_;
    }
    // The next bytes of the text have been read by someone else. The parser, which is up to date, receives `stand_in`.
    void skip(std::size_t size, std::string_view stand_in) {
        const std::uint64_t end = size_ + size;
        events().begin_piece({}, size_);
        parse_some(stand_in);
        size_ = end;
    }

    void finish() {
        expect_no_error();
        write_text(std::exchange(tail_, {}));
        parse(std::exchange(held_, {}));
        boost::system::error_code failed;
        events().begin_piece({}, size_);
        parser_.write_some(false, nullptr, 0, failed);
        if (!failed)
            return;
        if (!events().why.empty())
            reject(at_byte(events().why_byte) + events().why);
        const std::string path = events().path();
        reject(incomplete_json(size_, path));
    }

    [[noreturn]] void reject(const std::string& message) {
        rejection_ = one_printable_line(message, 600);
        throw_error(errc::malformed_document, rejection_);
    }

private:
    static boost::json::parse_options options(std::size_t max_depth) {
        boost::json::parse_options result;
        result.max_depth = max_depth;
        return result;
    }

    void write_text(std::string_view piece) {
        while (!held_.empty() && !piece.empty()) {
            const std::size_t more = (std::min)(piece.size(), 2 * escape_size - held_.size());
            const std::string joined = std::exchange(held_, {}).append(piece, 0, more);
            piece.remove_prefix(more);
            held_ = joined.substr(write_searched(joined));
        }
        held_ += piece.substr(write_searched(piece));
    }

    // Parses up to an escape that the piece cuts off; returns how many bytes.
    std::size_t write_searched(std::string_view piece) {
        std::size_t done = 0;
        for (;;) {
            const surrogate_search found = find_lone_surrogate(piece.substr(done));
            const bool has_lone = found.lone != std::string_view::npos;
            const std::size_t size = has_lone ? found.lone : found.end;
            parse(piece.substr(done, size));
            done += size;
            if (!has_lone)
                return done;
            parse_lone(piece.substr(done, escape_size));
            done += escape_size;
        }
    }

    void parse(std::string_view text) {
        events().begin_piece(text, size_);
        parse_some(text);
    }
    void parse_lone(std::string_view escape) {
        events().begin_stand_in(bytes_of_surrogate(escape), size_);
        parse_some("\\ufffd");
    }
    // Replaces an exponent of too many digits: nine digits have the same effect on any number except 0.
    void parse_exponent(std::string_view digits) {
        const std::uint64_t end = size_ + digits.size();
        events().begin_stand_in(std::string(digits), size_);
        parse_some("999999999");
        size_ = end;
    }
    // Reads further digits of the same exponent.
    std::size_t write_exponent(std::string_view digits) {
        events().add_to_stand_in(digits);
        size_ += digits.size();
        return digits.size();
    }
    void parse_some(std::string_view text) {
        if (text.empty())
            return;
        boost::system::error_code failed;
        const std::size_t read = parser_.write_some(true, text.data(), text.size(), failed);
        if (!failed && read < text.size())
            failed = boost::json::make_error_code(boost::json::error::extra_data);
        if (failed)
            reject(failed, size_ + read);
        size_ += text.size();
    }

    void expect_no_error() const {
        if (!rejection_.empty())
            throw_error(errc::malformed_document, rejection_);
    }

    [[noreturn]] void reject(const boost::system::error_code& failed, std::uint64_t byte) {
        if (!events().why.empty())
            reject(at_byte(events().why_byte) + events().why);
        const std::string path = events().path();
        if (failed == boost::json::error::too_deep) // which may be valid JSON
            reject(at_byte(byte) + "it is nested deeper than " + std::to_string(max_depth_) +
                   " levels, which is the limit" + (path.empty() ? "" : ": " + path));
        reject(at_byte(byte) + (path.empty() ? "" : path + ": ") + failed.message());
    }

    // Removes a byte order mark (U+FEFF) from the beginning: some editors write one.
    std::string_view without_byte_order_mark(std::string_view piece) {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        while (!piece.empty() && may_be_mark_ && size_ < mark.size()) {
            may_be_mark_ = piece.front() == mark[to_size(size_)];
            if (!may_be_mark_ && size_ > 0)
                reject(at_byte(0) + "JSON does not begin with this byte");
            if (!may_be_mark_)
                break;
            piece.remove_prefix(1);
            ++size_;
        }
        return piece;
    }

    boost::json::basic_parser<Events> parser_;
    std::size_t max_depth_;
    std::uint64_t size_ = 0; // parsed so far
    std::string held_;       // an escape that the last piece cuts off
    std::string tail_;       // … and an exponent after it
    bool is_in_long_exponent_ = false;
    bool may_be_mark_ = true;
    std::string rejection_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
