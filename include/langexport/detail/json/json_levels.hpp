#ifndef LANGEXPORT_DETAIL_JSON_JSON_LEVELS_HPP
#define LANGEXPORT_DETAIL_JSON_JSON_LEVELS_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The innermost open objects and arrays.
struct json_level_kinds {
    std::uint64_t kinds =
        0;                 // a bit for each: whether it is an object. The innermost one is lowest.
    std::size_t count = 0; // so many are known, at most 63
};

// How a part of a JSON text changes the open objects and arrays: it closes some of them and opens others.
struct json_level_change {
    unsigned char closed = 0;
    unsigned char opened = 0; // those that are still open behind the part
    unsigned char room =
        0; // 63, less those that are closed and the most that are opened within the part
    // The kinds that the levels need before the part, as in `json_level_kinds`:
    std::uint64_t required = 0; // the levels that matter
    std::uint64_t required_kinds = 0;
    std::uint64_t opened_kinds = 0;
};

// The open objects and arrays of a JSON text. The innermost 64 of them, at most, are in one number.
class json_levels {
public:
    std::size_t depth() const noexcept { return depth_; }
    json_level_kinds innermost() const noexcept { return {innermost_, depth_ % 64}; }
    bool is_in_object() const noexcept { return (innermost_ & 1) != 0; }
    LANGEXPORT_ALWAYS_INLINE void open(bool is_object) {
        if (depth_ % 64 == 0 && depth_ != 0)
            outer_.push_back(innermost_);
        innermost_ = innermost_ << 1 | (is_object ? 1 : 0);
        ++depth_;
    }
    LANGEXPORT_ALWAYS_INLINE void close() noexcept {
        innermost_ >>= 1;
        --depth_;
        if (depth_ % 64 == 0 && depth_ != 0) {
            innermost_ = outer_.back();
            outer_.pop_back();
        }
    }
    // Makes a change and returns true, if the levels are as it requires, more than `floor` of them stay open and all that
    // it closes or opens are among the innermost ones.
    LANGEXPORT_ALWAYS_INLINE bool make(const json_level_change& change,
                                       std::size_t floor) noexcept {
        const std::size_t kept = depth_ - change.closed;
        const std::uint64_t kinds = innermost_;
        if (((kinds ^ change.required_kinds) & change.required) != 0 ||
            (depth_ % 64) - change.closed - 1 >= change.room || kept <= floor)
            return false;
        innermost_ = kinds >> change.closed << change.opened | change.opened_kinds;
        depth_ = kept + change.opened;
        return true;
    }

private:
    std::size_t depth_ = 0;
    std::uint64_t innermost_ = 0;
    std::vector<std::uint64_t> outer_; // 64 levels each, the innermost ones last
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
