#ifndef LANGEXPORT_DETAIL_BASE_IMPL_SECRET_REDACTOR_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_SECRET_REDACTOR_IPP

#include <langexport/detail/base/impl/text_reading.hpp>
#include <langexport/detail/base/secret_redactor.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline std::uint64_t next_piece(std::uint64_t piece, char c, std::uint64_t mask) noexcept {
    return ((piece << 8) | static_cast<unsigned char>(to_lower(c))) & mask;
}

// Keeps the last `size` characters of a piece.
constexpr std::uint64_t piece_mask(std::size_t size) noexcept {
    return ~std::uint64_t{0} >> (64 - 8 * size);
}

constexpr std::size_t filter_bit(std::uint64_t piece) noexcept {
    return (piece * 0x9E3779B97F4A7C15U) >> 52;
}

// What a text may contain, if it contains a character with this mark.
namespace mark {
inline constexpr unsigned char escape = 1;       // a blank, or an escape of a URL or of JSON
inline constexpr unsigned char entity_begin = 2; // with entity_end an escape of HTML
inline constexpr unsigned char entity_end = 4;
} // namespace mark

inline constexpr auto marks = [] {
    std::array<unsigned char, 256> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const char c = static_cast<char>(static_cast<unsigned char>(i));
        values[i] = !is_visible(c) || c == '%' || c == '\\' ? mark::escape
                    : c == '&'                              ? mark::entity_begin
                    : c == ';'                              ? mark::entity_end
                                                            : 0;
    }
    return values;
}();

// Eight characters in each step take half of the instructions.
inline unsigned marks_in(std::string_view text) noexcept {
    const auto mark_at = [&](std::size_t position) -> unsigned {
        return marks[static_cast<unsigned char>(text[position])];
    };
    unsigned seen = 0;
    for (; text.size() >= 8; text.remove_prefix(8))
        seen |= mark_at(0) | mark_at(1) | mark_at(2) | mark_at(3) | mark_at(4) | mark_at(5) |
                mark_at(6) | mark_at(7);
    for (std::size_t at = 0; at < text.size(); ++at)
        seen |= mark_at(at);
    return seen;
}

// The bytes of which blanks and escapes consist, with all names of entities.
inline constexpr auto bytes_of_blanks_and_escapes = [] {
    std::array<bool, 256> is{};
    for (std::size_t i = 0; i < is.size(); ++i) {
        const char c = static_cast<char>(static_cast<unsigned char>(i));
        is[i] = (i & 0xC0) == 0x80 || is_letter(c) || is_digit(c) ||
                (i < 0x80 && (!is_visible(c) || std::string_view("%\\&#;").find(c) <= 4));
    }
    for (const char lead : std::string_view("\xC2\xCD\xD8\xE1\xE2\xE3\xED\xEF\xF0\xF3"))
        is[static_cast<unsigned char>(lead)] = true;
    return is;
}();

LANGEXPORT_DECL void secret_redactor::add_piece(std::size_t size, std::uint64_t piece) {
    pieces_of_size_[size - 1].push_back(piece);
    filter_.set(filter_bit(piece));
}

// Whether a character is one of a secret's, in upper or lower case.
inline bool secret_redactor::occurs(char c) const noexcept {
    return characters_.test(static_cast<unsigned char>(to_lower(c)));
}

inline bool secret_redactor::has_piece(std::size_t size, std::uint64_t piece) const noexcept {
    const pieces& known = pieces_of_size_[size - 1];
    return filter_.test(filter_bit(piece)) && std::binary_search(known.begin(), known.end(), piece);
}

LANGEXPORT_DECL void secret_redactor::add(std::string_view secret) {
    if (secret.empty())
        return;
    if (secrets_.empty())
        may_be_encoded_ = bytes_of_blanks_and_escapes;
    secret_bytes lower(secret.size());
    std::transform(secret.begin(), secret.end(), lower.begin(), [](char c) { return to_lower(c); });
    const std::size_t size = (std::min)(piece_size, lower.size());
    std::uint64_t piece = 0;
    for (std::size_t at = 0; at < lower.size(); ++at) {
        piece = next_piece(piece, lower[at], piece_mask(size));
        characters_.set(static_cast<unsigned char>(lower[at]));
        may_be_encoded_[static_cast<unsigned char>(lower[at])] = true;
        if (at + 1 >= size)
            add_piece(size, piece);
    }
    std::sort(pieces_of_size_[size - 1].begin(), pieces_of_size_[size - 1].end());
    shortest_ = secrets_.empty() ? lower.size() : (std::min)(shortest_, lower.size());
    secrets_.push_back(std::move(lower));
}

// A text without blanks and escapes contains a whole secret only if it has a piece of the secret at one of these
// places: a secret has at least `stride` pieces, and one of `stride` places in a row is examined.
LANGEXPORT_DECL bool secret_redactor::may_be_in(std::string_view plain_text) const noexcept {
    const std::size_t stride = shortest_ - piece_size + 1;
    for (std::size_t at = stride - 1; at + piece_size <= plain_text.size(); at += stride) {
        const std::string_view characters = plain_text.substr(at, piece_size);
        if (!std::all_of(characters.begin(), characters.end(),
                         [this](char c) { return occurs(c); }))
            continue;
        std::uint64_t piece = 0;
        for (const char c : characters)
            piece = next_piece(piece, c, piece_mask(piece_size));
        if (has_piece(piece_size, piece))
            return true;
    }
    return false;
}

// Whether the group may be a part of a secret, with the blanks and escapes in it.
inline bool secret_redactor::may_be_secret(std::string_view text,
                                           std::size_t position) const noexcept {
    const unsigned first = base64_value(text[position]), second = base64_value(text[position + 1]);
    const unsigned third = base64_value(text[position + 2]),
                   fourth = base64_value(text[position + 3]);
    if (((first | second | third | fourth) & 64) != 0)
        return false; // not base64
    return may_be_encoded_[first << 2 | second >> 4] &&
           may_be_encoded_[(second << 4 & 0xF0) | third >> 2] &&
           may_be_encoded_[(third << 6 & 0xC0) | fourth];
}

// The same for base64. An encoded secret takes at least `shortest_` bytes, so one of the examined groups lies in it,
// and so do enough of its neighbors. A group may begin at four places.
LANGEXPORT_DECL bool secret_redactor::may_be_in_base64(std::string_view plain_text) const noexcept {
    const std::size_t groups =
        (shortest_ - 2) / 3; // groups that an encoded secret contains as a whole
    for (std::size_t phase = 0; phase < 4; ++phase)
        for (std::size_t at = phase + 4 * (groups - 1); at + 4 <= plain_text.size();
             at += 4 * groups) {
            if (!may_be_secret(plain_text, at))
                continue;
            std::size_t found = 1;
            for (std::size_t left = at; found < groups && left >= 4; left -= 4, ++found)
                if (!may_be_secret(plain_text, left - 4))
                    break;
            for (std::size_t right = at + 4; found < groups && right + 4 <= plain_text.size();
                 right += 4, ++found)
                if (!may_be_secret(plain_text, right))
                    break;
            if (found >= groups)
                return true;
        }
    return false;
}

LANGEXPORT_DECL bool secret_redactor::has_whole(const text_reading& text, bool is_base64) const {
    secret_bytes lower = text.characters;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return to_lower(c); });
    const std::string_view all = view(lower);
    return std::any_of(secrets_.begin(), secrets_.end(), [&](const secret_bytes& secret) {
        if (secret.size() < piece_size)
            return !is_base64 && all == view(secret);
        return all.find(view(secret)) != std::string_view::npos;
    });
}

LANGEXPORT_DECL void secret_redactor::find_pieces(const text_reading& text, bool is_base64,
                                                  std::vector<byte_range>& found) const {
    for (std::size_t size = is_base64 ? piece_size : 1; size <= piece_size; ++size) {
        if (pieces_of_size_[size - 1].empty())
            continue;
        std::uint64_t piece = 0;
        std::size_t run_end = 0; // in characters: pieces that overlap are one run
        for (std::size_t at = 0; at < text.characters.size(); ++at) {
            piece = next_piece(piece, text.characters[at], piece_mask(size));
            if (at + 1 < size || !has_piece(size, piece))
                continue;
            const std::size_t first = at + 1 - size;
            if (first < run_end)
                found.back().end = text.spans[at].end;
            else
                found.push_back({text.spans[first].begin, text.spans[at].end});
            run_end = at + 1;
        }
    }
}

// Visits every text that `text` may encode. Stops early if `visit` returns true.
template <class Visitor>
bool visit_readings(std::string_view text, Visitor visit) {
    constexpr int most_unescapes = 3;
    text_reading plain(text);
    for (int i = 0; i <= most_unescapes; ++i) {
        if (visit(std::as_const(plain), false))
            return true;
        for (std::size_t phase = 0; phase < 4; ++phase) {
            text_reading decoded = decode_base64(plain, phase);
            if (decoded.characters.empty())
                continue;
            if (visit(std::as_const(decoded), true))
                return true;
            if (unescape(decoded) && visit(std::as_const(decoded), true))
                return true;
        }
        if (!unescape(plain))
            break;
    }
    return false;
}

LANGEXPORT_DECL bool secret_redactor::is_in(std::string_view text) const {
    constexpr std::size_t long_enough = 16; // for steps of more than one character
    if (secrets_.empty() || text.size() < (std::min)(shortest_, piece_size))
        return false;
    const unsigned seen = marks_in(text);
    constexpr unsigned entity = mark::entity_begin | mark::entity_end;
    const bool is_plain = (seen & mark::escape) == 0 && (seen & entity) != entity;
    if (is_plain && shortest_ >= long_enough &&
        (text.size() < shortest_ || (!may_be_in(text) && !may_be_in_base64(text))))
        return false;
    return visit_readings(text, [this](const text_reading& one, bool is_base64) {
        return has_whole(one, is_base64);
    });
}

LANGEXPORT_DECL void secret_redactor::redact(std::string& text) const {
    if (secrets_.empty() || text.size() < (std::min)(shortest_, piece_size))
        return;
    std::vector<byte_range> found;
    visit_readings(text, [&](const text_reading& one, bool is_base64) {
        find_pieces(one, is_base64, found);
        return false;
    });
    if (found.empty())
        return;
    std::sort(found.begin(), found.end(), [](const byte_range& a, const byte_range& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::string shown;
    std::size_t hidden_to = 0;
    for (const byte_range& one : found) {
        if (one.begin < hidden_to) {
            hidden_to = std::max<std::size_t>(hidden_to, one.end);
            continue;
        }
        shown.append(text, hidden_to, one.begin - hidden_to).append("[redacted]");
        hidden_to = one.end;
    }
    shown.append(text, hidden_to);
    OPENSSL_cleanse(text.data(), text.size());
    text = std::move(shown);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
