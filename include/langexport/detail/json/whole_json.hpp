#ifndef LANGEXPORT_DETAIL_JSON_WHOLE_JSON_HPP
#define LANGEXPORT_DETAIL_JSON_WHOLE_JSON_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Follows a text that comes in pieces, and tells whether it is an object or an array with its end, and
// white space around it. No more is looked at than tells a whole document from one that was cut off:
// this is no parser, it is fast at any depth.
class json_follower {
public:
    static constexpr std::size_t block_size = 64;

    LANGEXPORT_DECL void take(std::string_view piece) noexcept;
    bool is_whole() const noexcept { return at_ == place::behind; }

    // For those who look at a part of it themselves. So many objects and arrays are open:
    std::size_t depth() const noexcept { return depth_; }
    bool is_in_text() const noexcept { return at_ == place::in_string || is_in_escape(); }
    bool is_in_escape() const noexcept { return at_ == place::in_escape; } // behind a backslash
    bool is_lost() const noexcept { return at_ == place::nowhere; }        // what comes is no JSON

    LANGEXPORT_DECL void take_byte(char c) noexcept;
    // Takes blocks from the front as long as the depth, which is above `floor`, stays so; returns how
    // many bytes.
    LANGEXPORT_DECL std::size_t take_blocks(std::string_view piece, std::size_t floor) noexcept;

private:
    enum class place : unsigned char { before, inside, in_string, in_escape, behind, nowhere };

    place at_ = place::before;
    std::size_t depth_ = 0; // 0 before and behind it
};

// The same for a text that is there at once.
inline bool is_whole_json(std::string_view text) noexcept {
    json_follower follower;
    follower.take(text);
    return follower.is_whole();
}

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/json/impl/whole_json.ipp>
#endif

#endif
