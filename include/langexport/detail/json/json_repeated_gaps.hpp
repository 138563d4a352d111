#ifndef LANGEXPORT_DETAIL_JSON_JSON_REPEATED_GAPS_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_REPEATED_GAPS_HPP

#include <langexport/detail/json/json_grammar.hpp>
#include <langexport/detail/json/json_levels.hpp>
#include <langexport/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// A text that was read between two values, and what follows from it.
struct json_gap {
    static constexpr std::size_t longest = 32;

    std::array<std::uint64_t, longest / 8> bytes{};
    std::array<std::uint64_t, longest / 8> mask{
        0xFF}; // of its bytes; a gap does not begin with a zero
    json_level_change change;
    json_place behind = json_place::nowhere; // the state in which the second value begins
    unsigned char size = 0;
    json_gap* next = nullptr;       // the gap that followed last
    json_gap* other_next = nullptr; // the one that followed before

    // Whether a text of at least `longest` bytes begins with the gap.
    LANGEXPORT_ALWAYS_INLINE bool begins(const char* text) const noexcept {
        const auto difference = [&](std::size_t word) {
            std::uint64_t seen;
            std::memcpy(&seen, text + 8 * word, 8);
            return (seen ^ bytes[word]) & mask[word];
        };
        return (difference(0) | difference(1) | difference(2) | difference(3)) == 0;
    }
};

// What lies between two strings, numbers or literals that are values: brackets, commas and names of members, for
// example `,"offset":` or `}]},{"category":"`. Most objects of a result repeat the gaps of the objects before
// them. A gap that was read before is not read again, only compared with the text.
class json_repeated_gaps {
public:
    LANGEXPORT_DECL json_repeated_gaps() noexcept;
    json_repeated_gaps(const json_repeated_gaps&) = delete;
    json_repeated_gaps& operator=(const json_repeated_gaps&) = delete;

    // Whether the next gap should be compared. False for a while if most gaps were not the expected ones.
    LANGEXPORT_ALWAYS_INLINE bool is_useful() noexcept {
        if (pause_ == 0)
            return true;
        --pause_;
        return false;
    }
    // The gap at the beginning of a text of at least `json_gap::longest` bytes, if it is one of the two that are expected
    // here, otherwise null.
    LANGEXPORT_ALWAYS_INLINE json_gap* find(const char* text) const noexcept {
        if (last_->next->begins(text))
            return last_->next;
        return last_->other_next->begins(text) ? last_->other_next : nullptr;
    }
    // This gap was in the text and was skipped.
    LANGEXPORT_ALWAYS_INLINE void pass(json_gap& found) noexcept {
        last_ = &found;
        ++passed_;
    }
    // Another gap was in the text and was read. `before` are the levels before it.
    LANGEXPORT_DECL void learn(std::string_view gap, json_level_kinds before,
                               json_place behind) noexcept;

private:
    static constexpr unsigned shortest_pause = 1024;
    static constexpr unsigned longest_pause = 65536;

    void decide_about_pause() noexcept;
    json_gap* place_of(const json_gap& read) noexcept;

    std::array<json_gap, 64> gaps_{};
    std::size_t oldest_ = 0;
    json_gap* last_ = gaps_.data();
    // Since the last decision about a pause:
    std::size_t passed_ = 0;
    std::size_t missed_ = 0;
    unsigned pause_ = 0; // so many gaps are not compared
    unsigned next_pause_ = shortest_pause;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/json/impl/json_repeated_gaps.ipp>
#endif

#endif
