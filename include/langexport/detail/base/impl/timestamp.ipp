#ifndef LANGEXPORT_DETAIL_BASE_IMPL_TIMESTAMP_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_TIMESTAMP_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// Removes text from the front. Each function leaves the text unchanged if it does not match.
class date_reader {
public:
    explicit date_reader(std::string_view text) noexcept : rest_(text) {}

    bool at_end() const noexcept { return rest_.empty(); }

    bool skip(std::string_view expected) noexcept {
        if (!rest_.starts_with(expected))
            return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    bool skip_one_of(std::string_view characters) noexcept {
        if (rest_.empty() || characters.find(rest_[0]) == std::string_view::npos)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool number(std::size_t digits, int& value) noexcept {
        if (rest_.size() < digits)
            return false;
        int sum = 0;
        for (const char c : rest_.substr(0, digits)) {
            if (!is_digit(c))
                return false;
            sum = sum * 10 + (c - '0');
        }
        rest_.remove_prefix(digits);
        value = sum;
        return true;
    }

    // Reads one of a table's words as its position in the table, counted from 1.
    template <std::size_t N>
    bool word(const std::array<std::string_view, N>& words, int& value) noexcept {
        for (std::size_t i = 0; i < N; ++i) {
            if (skip(words[i])) {
                value = static_cast<int>(i + 1);
                return true;
            }
        }
        return false;
    }

    // The digits of a fraction, as nanoseconds; further digits are ignored.
    bool fraction(std::int64_t& nanoseconds) noexcept {
        std::int64_t unit = 100'000'000;
        std::size_t digits = 0;
        for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits, unit /= 10)
            nanoseconds += (rest_[digits] - '0') * unit;
        rest_.remove_prefix(digits);
        return digits > 0;
    }

private:
    std::string_view rest_;
};

inline constexpr std::array<std::string_view, 12> month_names{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
inline constexpr std::array<std::string_view, 7> weekday_names{"Mon", "Tue", "Wed", "Thu",
                                                               "Fri", "Sat", "Sun"};
inline constexpr std::array<std::string_view, 7> long_weekday_names{
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

// Nothing for an impossible date or time, and for one beyond the range of system_clock.
inline std::optional<std::chrono::system_clock::time_point>
to_time_point(const date_and_time& from) noexcept {
    using clock = std::chrono::system_clock;
    const std::chrono::year_month_day date(std::chrono::year(from.year),
                                           std::chrono::month(static_cast<unsigned>(from.month)),
                                           std::chrono::day(static_cast<unsigned>(from.day)));
    if (!date.ok())
        return std::nullopt;
    const bool leap_second = from.second == 60 && from.minute == 59;
    if (from.hour > 23 || from.minute > 59 || (from.second > 59 && !leap_second))
        return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds =
        ((days * 24 + from.hour) * 60 + from.minute - from.offset_minutes) * 60 + from.second;
    constexpr auto least =
        std::chrono::duration_cast<std::chrono::seconds>((clock::duration::min)());
    constexpr auto most =
        std::chrono::duration_cast<std::chrono::seconds>((clock::duration::max)());
    if (seconds <= least.count() || seconds >= most.count())
        return std::nullopt;
    const auto fraction = std::chrono::nanoseconds(from.nanoseconds);
    return clock::time_point(std::chrono::seconds(seconds) +
                             std::chrono::duration_cast<clock::duration>(fraction));
}

inline bool read_clock(date_reader& text, date_and_time& into) noexcept {
    return text.number(2, into.hour) && text.skip(":") && text.number(2, into.minute) &&
           text.skip(":") && text.number(2, into.second);
}

// `Z`, `+hh:mm` or `+hhmm`.
inline bool read_offset(date_reader& text, date_and_time& into) noexcept {
    if (text.skip_one_of("Zz"))
        return true;
    const bool west = text.skip("-");
    if (!west && !text.skip("+"))
        return false;
    int hours = 0, minutes = 0;
    if (!text.number(2, hours))
        return false;
    text.skip(":");
    if (!text.number(2, minutes) || hours > 23 || minutes > 59)
        return false;
    into.offset_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
    return true;
}

// Each status of a job has three times, so this function looks at fixed places instead of reading part by part. That
// saves three quarters of the instructions.
LANGEXPORT_DECL std::optional<date_and_time>
parse_date_and_time(std::string_view text, std::string_view separators) noexcept {
    constexpr std::array<unsigned char, 14> places{0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18};
    if (text.size() < date_and_time_size || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
        text[16] != ':' || separators.find(text[10]) == std::string_view::npos)
        return std::nullopt;
    for (const std::size_t place : places)
        if (!is_digit(text[place]))
            return std::nullopt;
    const auto digit = [text](std::size_t position) { return text[position] - '0'; };
    const auto two = [digit](std::size_t first) { return 10 * digit(first) + digit(first + 1); };
    date_and_time read;
    read.year = 100 * two(0) + two(2);
    read.month = two(5);
    read.day = two(8);
    read.hour = two(11);
    read.minute = two(14);
    read.second = two(17);
    return read;
}

LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_timestamp(std::string_view text) noexcept {
    auto read = parse_date_and_time(text, "Tt");
    if (!read)
        return std::nullopt;
    date_reader rest(text.substr(date_and_time_size));
    if (rest.skip_one_of(".") && !rest.fraction(read->nanoseconds))
        return std::nullopt;
    if (!read_offset(rest, *read) || !rest.at_end())
        return std::nullopt;
    return to_time_point(*read);
}

inline std::string two_digits(unsigned value) {
    return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

LANGEXPORT_DECL std::string format_utc(std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    // The range of times that a year of four digits can express.
    constexpr sys_time<milliseconds> first = sys_days(year(0) / January / 1);
    constexpr sys_time<milliseconds> last =
        sys_days(year(9999) / December / 31) + days(1) - milliseconds(1);
    const auto whole = std::clamp(floor<milliseconds>(time), first, last);
    const auto day = floor<days>(whole);
    const year_month_day date(day);
    const hh_mm_ss<milliseconds> clock(whole - day);
    const auto part = static_cast<unsigned>(clock.subseconds().count());
    const auto number = static_cast<unsigned>(static_cast<int>(date.year()));
    return two_digits(number / 100) + two_digits(number) + '-' +
           two_digits(static_cast<unsigned>(date.month())) + '-' +
           two_digits(static_cast<unsigned>(date.day())) + 'T' +
           two_digits(static_cast<unsigned>(clock.hours().count())) + ':' +
           two_digits(static_cast<unsigned>(clock.minutes().count())) + ':' +
           two_digits(static_cast<unsigned>(clock.seconds().count())) + '.' +
           static_cast<char>('0' + part / 100) + two_digits(part) + 'Z';
}

LANGEXPORT_DECL std::string format_utc_seconds(std::chrono::system_clock::time_point time) {
    return format_utc(time).substr(0, date_and_time_size) + 'Z';
}

LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_utc(std::string_view text) {
    const auto time = parse_timestamp(text);
    const bool is_ours =
        time && *time >= std::chrono::system_clock::time_point() && format_utc(*time) == text;
    return is_ours ? time : std::nullopt;
}

// Sun, 06 Nov 1994 08:49:37 GMT
inline bool read_fixdate(date_reader text, date_and_time& into) noexcept {
    int weekday = 0;
    return text.word(weekday_names, weekday) && text.skip(", ") && text.number(2, into.day) &&
           text.skip(" ") && text.word(month_names, into.month) && text.skip(" ") &&
           text.number(4, into.year) && text.skip(" ") && read_clock(text, into) &&
           text.skip(" GMT") && text.at_end();
}

// Sunday, 06-Nov-94 08:49:37 GMT
inline bool read_rfc850_date(date_reader text, date_and_time& into) noexcept {
    int weekday = 0;
    const bool fits = text.word(long_weekday_names, weekday) && text.skip(", ") &&
                      text.number(2, into.day) && text.skip("-") &&
                      text.word(month_names, into.month) && text.skip("-") &&
                      text.number(2, into.year) && text.skip(" ") && read_clock(text, into) &&
                      text.skip(" GMT") && text.at_end();
    into.year += into.year < 70 ? 2000 : 1900;
    return fits;
}

// Sun Nov  6 08:49:37 1994
inline bool read_asctime_date(date_reader text, date_and_time& into) noexcept {
    int weekday = 0;
    if (!text.word(weekday_names, weekday) || !text.skip(" ") ||
        !text.word(month_names, into.month) || !text.skip(" "))
        return false;
    return text.number(text.skip(" ") ? 1 : 2, into.day) && text.skip(" ") &&
           read_clock(text, into) && text.skip(" ") && text.number(4, into.year) && text.at_end();
}

LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_http_date(std::string_view text) noexcept {
    for (const auto read : {read_fixdate, read_rfc850_date, read_asctime_date}) {
        date_and_time found;
        if (read(date_reader(text), found))
            return to_time_point(found);
    }
    return std::nullopt;
}

LANGEXPORT_DECL std::string format_http_date(std::chrono::system_clock::time_point time) {
    const std::string utc = format_utc(time); // 1994-11-06T08:49:37.000Z
    const std::string_view text(utc);
    const auto month = parse_decimal(text.substr(5, 2)).value_or(1);
    const std::chrono::weekday weekday(std::chrono::floor<std::chrono::days>(time));
    std::string date(weekday_names[weekday.iso_encoding() - 1]);
    date.append(", ").append(text.substr(8, 2)).append(" ").append(month_names[to_size(month - 1)]);
    date.append(" ").append(text.substr(0, 4)).append(" ").append(text.substr(11, 8));
    return date.append(" GMT");
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
