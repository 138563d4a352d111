#ifndef LANGEXPORT_DETAIL_BASE_IMPL_DURATION_TEXT_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_DURATION_TEXT_IPP

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>

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

LANGEXPORT_DECL std::string format_duration(std::chrono::nanoseconds time) {
    using namespace std::chrono;
    using tenths_of_milliseconds = duration<std::int64_t, std::ratio<1, 10'000>>;
    using tenths_of_seconds = duration<std::int64_t, std::ratio<1, 10>>;
    if (time <= time.zero())
        return "0 s";
    time =
        (std::min)(time, (nanoseconds::max)() - hours(2)); // so that rounding up does not overflow
    const auto small = round<tenths_of_milliseconds>(time).count();
    if (small < 100)
        return small == 0 ? "0.1 ms" : tenths_text(small) + " ms";
    const auto whole = round<milliseconds>(time).count();
    if (whole < 1000)
        return std::to_string(whole) + " ms";
    const auto tenths = round<tenths_of_seconds>(time).count();
    if (tenths < 600)
        return tenths_text(tenths) + " s";
    const auto in_seconds = round<seconds>(time).count();
    if (in_seconds < 3600)
        return two_units(in_seconds, 60, " min", " s");
    const auto in_minutes = round<minutes>(time).count();
    if (in_minutes < 24 * 60)
        return two_units(in_minutes, 60, " h", " min");
    return two_units(round<hours>(time).count(), 24, " d", " h");
}

LANGEXPORT_DECL std::string format_seconds(std::chrono::nanoseconds time) {
    char text[32];
    const double count = std::chrono::duration<double>(time).count();
    return std::string(text, std::to_chars(text, text + sizeof(text), count).ptr) + " s";
}

LANGEXPORT_DECL std::string format_elapsed(std::chrono::steady_clock::duration time) {
    using namespace std::chrono;
    const auto tenths = std::max<std::int64_t>(0, duration_cast<milliseconds>(time).count() / 100);
    const std::int64_t whole = tenths / 10;
    if (whole < 10)
        return std::to_string(whole) + '.' + std::to_string(tenths % 10) + " s";
    if (whole < 60)
        return std::to_string(whole) + " s";
    const auto two = [](std::int64_t value) {
        return std::string(value < 10 ? "0" : "") + std::to_string(value);
    };
    const std::string rest = ':' + two(whole % 60);
    return whole < 3600 ? std::to_string(whole / 60) + rest
                        : std::to_string(whole / 3600) + ':' + two(whole / 60 % 60) + rest;
}

struct duration_unit {
    std::string_view name;
    std::int64_t milliseconds;
};
inline constexpr duration_unit duration_units[] = {
    {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}, {"d", 86'400'000}};
inline constexpr std::int64_t longest_duration = 10'000 * duration_units[0].milliseconds;

LANGEXPORT_DECL std::optional<std::chrono::milliseconds>
parse_duration(std::string_view text) noexcept {
    if (text == "0")
        return std::chrono::milliseconds(0);
    const std::size_t unit_at = text.find_first_not_of("0123456789");
    if (unit_at == std::string_view::npos)
        return std::nullopt;
    const auto count = parse_decimal(text.substr(0, unit_at));
    const auto unit =
        std::find_if(std::begin(duration_units), std::end(duration_units),
                     [&](const auto& known) { return known.name == text.substr(unit_at); });
    if (!count || unit == std::end(duration_units) ||
        *count > static_cast<std::uint64_t>(longest_duration / unit->milliseconds))
        return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*count) * unit->milliseconds);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
