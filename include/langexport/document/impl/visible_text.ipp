#ifndef LANGEXPORT_DOCUMENT_IMPL_VISIBLE_TEXT_IPP
#define LANGEXPORT_DOCUMENT_IMPL_VISIBLE_TEXT_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/document/impl/visible_text.hpp>

#include <algorithm>
#include <iterator>

namespace langexport {
inline namespace v0 {
namespace detail {

class character_range {
public:
    char32_t first;
    char32_t last;
};

// Sorted ranges: invisible characters, combining marks, and characters that Unicode encodes twice
// (letters, syllables and ideographs).
inline constexpr character_range unclear_characters[] = {
    {0x0000, 0x001F},   {0x007F, 0x00A0},   {0x00AD, 0x00AD},   {0x0300, 0x036F},
    {0x0374, 0x0374},   {0x037E, 0x037E},   {0x0387, 0x0387},   {0x0483, 0x0489},
    {0x061C, 0x061C},   {0x0653, 0x0655},   {0x093C, 0x093C},   {0x09BC, 0x09BC},
    {0x0A3C, 0x0A3C},   {0x0B3C, 0x0B3C},   {0x1100, 0x11FF},   {0x1680, 0x1680},
    {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},
    {0x1F00, 0x1FFF},   {0x2000, 0x200F},   {0x2028, 0x202F},   {0x205F, 0x206F},
    {0x20D0, 0x20FF},   {0x2100, 0x214F},   {0x2160, 0x217F},   {0x2329, 0x232A},
    {0x2800, 0x2800},   {0x2E80, 0x2FDF},   {0x3000, 0x3000},   {0x3099, 0x309A},
    {0x3164, 0x3164},   {0xA960, 0xA97F},   {0xD7B0, 0xDFFF},   {0xF900, 0xFDFF},
    {0xFE00, 0xFEFF},   {0xFF00, 0xFFFF},   {0x1D173, 0x1D17A}, {0x1D400, 0x1D7FF},
    {0x2F800, 0x2FA1F}, {0xE0000, 0xE0FFF},
};

inline bool is_unclear(char32_t character) noexcept {
    const auto found = std::lower_bound(
        std::begin(unclear_characters), std::end(unclear_characters), character,
        [](const character_range& range, char32_t one) { return range.last < one; });
    return found != std::end(unclear_characters) && found->first <= character;
}

class read_character {
public:
    // The character at the front of a text that is not empty. A byte that is not UTF-8 counts as a
    // character; so does a lone surrogate in three bytes.
    explicit read_character(std::string_view text) noexcept
        : value(static_cast<unsigned char>(text.front())) {
        const std::size_t bytes = value < 0xC2   ? 1
                                  : value < 0xE0 ? 2
                                  : value < 0xF0 ? 3
                                  : value < 0xF5 ? 4
                                                 : 1;
        if (bytes == 1 || text.size() < bytes)
            return;
        char32_t joined = value & (0xFFu >> (bytes + 1));
        for (std::size_t i = 1; i < bytes; ++i) {
            const auto next = static_cast<unsigned char>(text[i]);
            if ((next & 0xC0) != 0x80)
                return;
            joined = joined << 6 | (next & 0x3Fu);
        }
        if (joined > 0x10FFFF || (bytes == 3 && joined < 0x800) || (bytes == 4 && joined < 0x10000))
            return;
        value = joined;
        size = bytes;
    }

    bool is_stray_byte() const noexcept { return size == 1 && value >= 0x80; }

    char32_t value;
    std::size_t size = 1;
};

// Writes \u00ad, \u{1d400}, or \xff for a byte that is not UTF-8.
inline void append_escape(std::string& line, const read_character& character) {
    if (character.value == '\\') {
        line += "\\\\";
        return;
    }
    const char32_t value = character.value;
    const unsigned digits = character.is_stray_byte() ? 2
                            : value > 0xFFFFF         ? 6
                            : value > 0xFFFF          ? 5
                                                      : 4;
    line += character.is_stray_byte() ? "\\x" : digits > 4 ? "\\u{" : "\\u";
    append_hex(line, character.value, digits);
    line += digits > 4 ? "}" : "";
}

LANGEXPORT_DECL std::string visible(std::string_view text, escapes escaped) {
    if (escaped == escapes::none)
        return one_printable_line(text, std::max<std::size_t>(text.size(), 16));
    std::string line;
    while (!text.empty()) {
        const read_character next(text);
        const bool is_escaped = next.is_stray_byte() || is_unclear(next.value) ||
                                (escaped == escapes::foreign &&
                                 (next.value >= 0x80 || next.value == ' ' || next.value == '\\'));
        if (is_escaped)
            append_escape(line, next);
        else
            line += text.substr(0, next.size);
        text.remove_prefix(next.size);
    }
    return line;
}

class look_alike {
public:
    char32_t character;
    char ascii;
};

// Sorted: Greek and Cyrillic letters, quotes and dashes that look like ASCII characters.
inline constexpr look_alike look_alikes[] = {
    {0x00B4, '\''}, {0x0131, 'i'},  {0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'},  {0x0396, 'Z'},
    {0x0397, 'H'},  {0x0399, 'I'},  {0x039A, 'K'}, {0x039C, 'M'}, {0x039D, 'N'},  {0x039F, 'O'},
    {0x03A1, 'P'},  {0x03A4, 'T'},  {0x03A5, 'Y'}, {0x03A7, 'X'}, {0x03B1, 'a'},  {0x03B9, 'i'},
    {0x03BD, 'v'},  {0x03BF, 'o'},  {0x03C1, 'p'}, {0x03C5, 'u'}, {0x03F2, 'c'},  {0x0405, 'S'},
    {0x0406, 'I'},  {0x0408, 'J'},  {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'},  {0x041A, 'K'},
    {0x041C, 'M'},  {0x041D, 'H'},  {0x041E, 'O'}, {0x0420, 'P'}, {0x0421, 'C'},  {0x0422, 'T'},
    {0x0423, 'Y'},  {0x0425, 'X'},  {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'},  {0x0440, 'p'},
    {0x0441, 'c'},  {0x0443, 'y'},  {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'},  {0x0458, 'j'},
    {0x04CF, 'l'},  {0x0501, 'd'},  {0x051B, 'q'}, {0x051D, 'w'}, {0x2010, '-'},  {0x2011, '-'},
    {0x2012, '-'},  {0x2013, '-'},  {0x2014, '-'}, {0x2015, '-'}, {0x2018, '\''}, {0x2019, '\''},
    {0x201A, ','},  {0x201B, '\''}, {0x201C, '"'}, {0x201D, '"'}, {0x201F, '"'},  {0x2024, '.'},
    {0x2026, '.'},  {0x2032, '\''}, {0x2033, '"'}, {0x2212, '-'}, {0x2215, '/'},  {0x2236, ':'},
    {0x2223, '|'},
};

// Returns the same result for texts that may look the same although all characters are clear. Spaces are
// ignored, because readers do not count them.
inline std::string drawn_like(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const read_character next(text);
        const auto found =
            std::find_if(std::begin(look_alikes), std::end(look_alikes),
                         [&](const look_alike& one) { return one.character == next.value; });
        if (found != std::end(look_alikes))
            result += found->ascii;
        else if (next.value != ' ')
            result += text.substr(0, next.size);
        text.remove_prefix(next.size);
    }
    return result;
}

// Returns the same result for texts that may look the same because of unclear characters. All letters
// are equal.
inline std::string outline_of(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const read_character next(text);
        const char mark =
            next.value < 0x80 && !is_letter(static_cast<char>(next.value)) && next.value > ' '
                ? static_cast<char>(next.value)
                : 'x';
        if ((next.value > ' ' && !is_unclear(next.value)) || mark != 'x')
            result += mark;
        text.remove_prefix(next.size);
    }
    return result;
}

constexpr bool continues(std::string_view text, std::size_t offset) noexcept {
    return offset < text.size() && (text[offset] & 0xC0) == 0x80;
}

// The last bytes of a text. They begin with a whole character that no backslash precedes.
inline std::string_view end_of(std::string_view text, std::size_t most) noexcept {
    std::size_t first = text.size() - (std::min)(text.size(), most);
    while (continues(text, first))
        ++first;
    while (first > 0 && first < text.size() && text[first - 1] == '\\')
        --first;
    return text.substr(first);
}

// Splits two texts into their common beginning, the part that differs, and their common end.
class compared_texts {
public:
    compared_texts(std::string_view before, std::string_view after) noexcept
        : old_text(before), new_text(after) {
        const std::size_t most = (std::min)(before.size(), after.size());
        while (first < most && before[first] == after[first])
            ++first;
        while (first > 0 && (continues(before, first) || continues(after, first)))
            --first;
        while (tail < most - first &&
               before[before.size() - tail - 1] == after[after.size() - tail - 1])
            ++tail;
        while (tail > 0 && continues(before, before.size() - tail))
            --tail;
    }

    // One of the two texts.
    std::string shown(std::string_view text, bool is_cut, escapes escaped) const {
        constexpr std::size_t around = 24, begin_of_middle = 48, end_of_middle = 24;
        constexpr std::string_view dots = "...";
        const std::string_view front = text.substr(0, first);
        const std::string_view middle = text.substr(first, text.size() - first - tail);
        const std::string_view back = text.substr(text.size() - tail);
        if (!is_cut)
            return visible(front, escapes::none) + visible(middle, escaped) +
                   visible(back, escapes::none);
        const bool is_whole = front.size() <= around + dots.size();
        std::string line(is_whole ? "" : dots);
        line += visible(is_whole ? front : end_of(front, around), escapes::none);
        if (middle.size() <= begin_of_middle + end_of_middle + 5)
            line += visible(middle, escaped);
        else
            line.append(visible(cut_utf8(middle, begin_of_middle), escaped))
                .append(" ... ")
                .append(visible(end_of(middle, end_of_middle), escaped));
        if (back.size() <= around + dots.size())
            return line + visible(back, escapes::none);
        return line.append(visible(cut_utf8(back, around), escapes::none)).append(dots);
    }

    std::string_view old_text;
    std::string_view new_text;
    std::size_t first = 0; // size of the common beginning
    std::size_t tail = 0;  // size of the common end
};

// The content of a JSON text, or other JSON unchanged.
inline std::size_t characters_in(std::string_view json) noexcept {
    const bool is_text = json.starts_with('"');
    std::size_t count = 0;
    for (std::size_t at = 0; at < json.size(); ++at) {
        count += (json[at] & 0xC0) != 0x80 ? 1u : 0u;
        if (is_text && json[at] == '\\')
            at += json.substr(at + 1).starts_with('u') ? 5 : 1;
    }
    return is_text ? count - 2 : count;
}

inline constexpr std::size_t widest_text = 100;

LANGEXPORT_DECL std::pair<std::string, std::string> shown_apart(std::string_view before,
                                                                std::string_view after) {
    const compared_texts texts(before, after);
    const bool is_cut = (std::max)(before.size(), after.size()) > widest_text;
    std::pair<std::string, std::string> shown;
    for (const escapes which : {escapes::unclear, escapes::foreign}) {
        shown = {texts.shown(before, is_cut, which), texts.shown(after, is_cut, which)};
        if (drawn_like(shown.first) != drawn_like(shown.second))
            break;
    }
    if (is_cut && characters_in(before) != characters_in(after)) {
        shown.first += " (" + count_of(characters_in(before), "character") + ')';
        shown.second += " (" + count_of(characters_in(after), "character") + ')';
    }
    return shown;
}

// How many bytes a name shares with its neighbors in byte order. No other name shares more.
class shared_bytes {
public:
    std::size_t with_previous = 0;
    std::size_t with_next = 0;
};

// Shortens a name; the parts that distinguish it from names with the same beginning remain.
inline std::string shown_name(std::string_view name, const shared_bytes& shared, escapes escaped) {
    constexpr std::size_t around = 24, before = 12, least = 40;
    constexpr std::string_view gap = " ... ";
    if (name.size() <= widest_text)
        return visible(name, escaped);
    const auto [first, last] = std::minmax(shared.with_previous, shared.with_next);
    const std::string_view head = cut_utf8(name, last < least ? widest_text / 2 : around);
    std::string line = visible(head, escaped);
    std::size_t done = head.size();
    for (const std::size_t differs : {first, last}) {
        if (differs < least)
            continue;
        std::size_t begin = (std::max)(differs - before, done);
        while (continues(name, begin))
            --begin;
        line += begin > done ? gap : "";
        const std::size_t size = (std::max)(differs, begin) - begin + around;
        const std::string_view part = cut_utf8(name.substr(begin), size);
        line += visible(part, escaped);
        done = begin + part.size();
    }
    const std::string_view rest = name.substr(done);
    const std::string_view end = end_of(rest, around);
    return line.append(end.size() < rest.size() ? gap : "").append(visible(end, escaped));
}

LANGEXPORT_DECL void shown_names::finish() {
    using entry = std::pair<const std::string, std::string>;
    std::vector<entry*> sorted;
    for (entry& one : names_)
        sorted.push_back(&one);
    const auto shared_by = [](const std::string& a, const std::string& b) {
        const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
        return static_cast<std::size_t>(end - a.begin());
    };
    std::vector<shared_bytes> shared(sorted.size());
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        shared[i].with_previous = shared_by(sorted[i - 1]->first, sorted[i]->first);
        shared[i - 1].with_next = shared[i].with_previous;
    }
    for (std::size_t i = 0; i < sorted.size(); ++i)
        sorted[i]->second = shown_name(sorted[i]->first, shared[i], escapes::none);
    // Replaces each text that `like` maps to the same value as another one.
    const auto distinguish = [&](auto like, auto show) {
        std::map<std::string, std::vector<std::size_t>> alike;
        for (std::size_t i = 0; i < sorted.size(); ++i)
            alike[like(sorted[i]->second)].push_back(i);
        for (const auto& [unused, those] : alike) {
            for (const std::size_t i : those) {
                if (those.size() > 1)
                    sorted[i]->second = show(i);
            }
        }
    };
    distinguish(outline_of, [&](std::size_t i) {
        return shown_name(sorted[i]->first, shared[i], escapes::unclear);
    });
    distinguish(drawn_like,
                [&](std::size_t i) { return visible(sorted[i]->first, escapes::foreign); });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
