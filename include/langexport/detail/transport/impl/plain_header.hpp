#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_PLAIN_HEADER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_PLAIN_HEADER_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/detail/transport/impl/response_fields.hpp>
#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The characters of a field's name (RFC 9110, tchar).
inline constexpr auto name_characters = [] {
    std::array<bool, 256> allowed{};
    for (std::size_t i = 0; i < 128; ++i)
        allowed[i] = is_letter(static_cast<char>(i)) || is_digit(static_cast<char>(i));
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        allowed[static_cast<unsigned char>(c)] = true;
    return allowed;
}();

// Whether a line has a control character; a tab is one. Examines eight bytes at a time. May return true without need if
// the line has bytes that are not ASCII.
inline bool has_control_character(std::string_view line) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x80 * ones;
    const auto examine = [&](std::size_t offset) noexcept {
        std::uint64_t word = 0;
        std::memcpy(&word, line.data() + offset, sizeof(word));
        // Sets the highest bit of bytes below 0x20 and of DEL, and perhaps of a byte behind them or behind 0xFF.
        return ((word - 0x20 * ones) | (word + ones)) & ~word;
    };
    std::uint64_t found = 0;
    if (line.size() < sizeof(found)) {
        for (const char c : line)
            found |= is_control(c) ? tops : 0;
        return found != 0;
    }
    const std::size_t last = line.size() - sizeof(found);
    for (std::size_t at = 0; at < last; at += sizeof(found))
        found |= examine(at);
    return ((found | examine(last)) & tops) != 0;
}

// The header of a response in the form of nearly all servers: HTTP/1.1, every line ends with CR and LF, one
// Content-Length, no Transfer-Encoding. Beast's parser reads every header of another form, and decides whether it is
// valid; it needs more than twice the instructions. In this class, views are made from pointers and comparisons begin
// with the size, because GCC does not inline `substr` and `trim` in a program of this size.
class plain_header {
public:
    // Reads the header at the front of `bytes`. Returns its size with the empty line; 0 if it is incomplete or of another
    // form, and then `response` has no meaning.
    std::size_t read(std::string_view bytes, response_message& response) {
        std::string_view rest = bytes, line;
        if (!take_line(rest, line) || !read_status(line, response))
            return 0;
        while (take_line(rest, line)) {
            if (line.empty())
                return body_size_ ? bytes.size() - rest.size() : 0;
            if (!read_field(line, response))
                return 0;
        }
        return 0;
    }

    // After `read` has succeeded:
    std::uint64_t body_size() const noexcept { return *body_size_; }
    bool keeps_connection() const noexcept { return !closes_; }

private:
    // Removes the first line, without its end. Returns false if it is incomplete, or its end or a character is unusual.
    static bool take_line(std::string_view& rest, std::string_view& line) noexcept {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r')
            return false;
        line = {rest.data(), end - 1};
        rest.remove_prefix(end + 1);
        return !has_control_character(line);
    }

    // Accepts the statuses whose responses have a body.
    static bool read_status(std::string_view line, response_message& response) noexcept {
        constexpr std::string_view version = "HTTP/1.1 ";
        constexpr std::size_t digits = 3, behind = version.size() + digits;
        if (line.size() <= behind || line[behind] != ' ' || !line.starts_with(version))
            return false;
        const auto status = parse_decimal({line.data() + version.size(), digits});
        response.status = static_cast<unsigned>(status.value_or(0));
        return response.status >= 200 && response.status != 204 && response.status != 304;
    }

    bool read_field(std::string_view line, response_message& response) {
        std::size_t size = 0;
        while (size < line.size() && name_characters[static_cast<unsigned char>(line[size])])
            ++size;
        if (size == 0 || size == line.size() || line[size] != ':')
            return false; // also the continuation of a field
        const std::string_view name(line.data(), size);
        std::string_view value(line.data() + size + 1, line.size() - size - 1);
        while (value.starts_with(' '))
            value.remove_prefix(1);
        while (value.ends_with(' '))
            value.remove_suffix(1);
        if (is(name, "Content-Length"))
            return read_body_size(value);
        if (is(name, "Connection"))
            return read_connection(value);
        if (is(name, "Transfer-Encoding") || is(name, "Upgrade") || is(name, "Proxy-Connection"))
            return false;
        std::string* const kept = place_of(response, name);
        if (kept && kept->empty())
            kept->assign(value);
        return true;
    }

    static bool is(std::string_view name, std::string_view known) noexcept {
        return name.size() == known.size() && equal_ignoring_case(name, known);
    }

    bool read_body_size(std::string_view value) noexcept {
        if (body_size_)
            return false;
        body_size_ = parse_decimal(value);
        return body_size_.has_value();
    }

    bool read_connection(std::string_view value) noexcept {
        const bool closes = is(value, "close");
        closes_ = closes_ || closes;
        return closes || is(value, "keep-alive");
    }

    std::optional<std::uint64_t> body_size_;
    bool closes_ = false;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
