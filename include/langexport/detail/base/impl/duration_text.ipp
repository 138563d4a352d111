#ifndef LANGEXPORT_DETAIL_BASE_IMPL_DURATION_TEXT_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_DURATION_TEXT_IPP

#include <langexport/detail/base/duration_text.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// A number of tenths; a whole number without its tenths.
inline std::string tenths_text(std::int64_t tenths) {
    std::string text = std::to_string(tenths / 10);
    if (tenths % 10 != 0)
        text.append(".").append(std::to_string(tenths % 10));
    return text;
}

// "1 min 30 s": a number of the smaller unit, of which `size` are one of the larger.
inline std::string two_units(std::int64_t count, std::int64_t size, const char* large,
                             const char* small) {
    std::string text = std::to_string(count / size) + large;
    if (count % size != 0)
        text.append(" ").append(std::to_string(count % size)).append(small);
    return text;
}

} // namespace detail

LANGEXPORT_DECL std::string format_duration(std::chrono::nanoseconds time) {
    using namespace std::chrono;
    using tenths_of_milliseconds = duration<std::int64_t, std::ratio<1, 10'000>>;
    using tenths_of_seconds = duration<std::int64_t, std::ratio<1, 10>>;
    if (time <= time.zero())
        return "0 s";
    time = (std::min)(time, (nanoseconds::max)() - hours(2)); // room for rounding up
    const auto small = round<tenths_of_milliseconds>(time).count();
    if (small < 100)
        return small == 0 ? "0.1 ms" : detail::tenths_text(small) + " ms";
    const auto whole = round<milliseconds>(time).count();
    if (whole < 1000)
        return std::to_string(whole) + " ms";
    const auto tenths = round<tenths_of_seconds>(time).count();
    if (tenths < 600)
        return detail::tenths_text(tenths) + " s";
    const auto in_seconds = round<seconds>(time).count();
    if (in_seconds < 3600)
        return detail::two_units(in_seconds, 60, " min", " s");
    const auto in_minutes = round<minutes>(time).count();
    if (in_minutes < 24 * 60)
        return detail::two_units(in_minutes, 60, " h", " min");
    return detail::two_units(round<hours>(time).count(), 24, " d", " h");
}

} // namespace v0
} // namespace langexport

#endif
