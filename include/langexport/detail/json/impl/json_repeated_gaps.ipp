#ifndef LANGEXPORT_DETAIL_JSON_IMPL_JSON_REPEATED_GAPS_IPP
#define LANGEXPORT_DETAIL_JSON_IMPL_JSON_REPEATED_GAPS_IPP

#include <langexport/detail/json/json_repeated_gaps.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The gap is valid JSON between two values, without escapes. `kinds` are the kinds of the levels before it.
inline json_level_change level_change_of(std::string_view gap, std::uint64_t kinds) noexcept {
    int level = 0, lowest = 0, highest = 0;
    std::uint64_t opened = 0;
    bool in_text = false;
    for (const char c : gap) {
        in_text = in_text != (c == '"');
        if (in_text)
            continue;
        if (c == '{' || c == '[') {
            opened = opened << 1 | (c == '{' ? 1 : 0);
            highest = (std::max)(highest, ++level);
        } else if (c == '}' || c == ']') {
            opened >>= 1;
            lowest = (std::min)(lowest, --level);
        }
    }
    json_level_change change;
    change.closed = static_cast<unsigned char>(-lowest);
    change.opened = static_cast<unsigned char>(level - lowest);
    change.room = static_cast<unsigned char>(63 + lowest - highest);
    // Among them that of the level in which the text goes on after the last one was closed.
    change.required = (std::uint64_t(2) << change.closed) - 1;
    change.required_kinds = kinds & change.required;
    change.opened_kinds = opened;
    return change;
}

LANGEXPORT_DECL json_repeated_gaps::json_repeated_gaps() noexcept {
    for (json_gap& gap : gaps_)
        gap.next = gap.other_next = last_;
}

// Comparing costs time, too. The pauses become longer as long as texts do not repeat themselves.
inline void json_repeated_gaps::decide_about_pause() noexcept {
    constexpr std::size_t some = 64;
    if (missed_ < some)
        return;
    const bool is_rare = passed_ < 2 * missed_;
    pause_ = is_rare ? next_pause_ : 0;
    next_pause_ = is_rare ? (std::min)(2 * next_pause_, longest_pause) : shortest_pause;
    passed_ = missed_ = 0;
}

// The place of a gap that is known already, or that of the oldest one.
inline json_gap* json_repeated_gaps::place_of(const json_gap& read) noexcept {
    for (json_gap& known : gaps_)
        if (known.bytes == read.bytes && known.size == read.size &&
            known.change.required_kinds == read.change.required_kinds)
            return &known;
    json_gap& place = gaps_[oldest_];
    oldest_ = (oldest_ + 1) % gaps_.size();
    place = read;
    place.next = place.other_next = &place;
    return &place;
}

LANGEXPORT_DECL void json_repeated_gaps::learn(std::string_view gap, json_level_kinds before,
                                               json_place behind) noexcept {
    ++missed_;
    decide_about_pause();
    if (gap.empty() || gap.size() > json_gap::longest || gap.find('\\') != gap.npos)
        return;
    json_gap read;
    std::memcpy(read.bytes.data(), gap.data(), gap.size());
    std::memset(read.mask.data(), 0xFF, gap.size());
    read.change = level_change_of(gap, before.kinds);
    if (read.change.closed >= before.count)
        return; // the kinds of outer levels are not known
    read.behind = behind;
    read.size = static_cast<unsigned char>(gap.size());
    json_gap* const place = place_of(read);
    last_->other_next = last_->next;
    last_->next = place;
    last_ = place;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
