#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_TIMESTAMP_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_TIMESTAMP_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/timestamp.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace langexport {
inline namespace v0 {
namespace detail {

// Takes text off the front; each function leaves it alone where it does not fit.
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

    // One of a table's words; its place in the table, counted from 1.
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

    // The digits of a fraction, as nanoseconds; what is finer is cut.
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

struct date_and_time {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::int64_t nanoseconds = 0;
    int offset_minutes = 0; // east of UTC
};

inline constexpr std::array<std::string_view, 12> month_names{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
inline constexpr std::array<std::string_view, 7> weekday_names{"Mon", "Tue", "Wed", "Thu",
                                                               "Fri", "Sat", "Sun"};
inline constexpr std::array<std::string_view, 7> long_weekday_names{
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

// The days since 1970-01-01 of a date of the Gregorian calendar. Years are counted from March, so
// that the leap day is a year's last.
constexpr std::int64_t days_since_epoch(int year, int month, int day) noexcept {
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

constexpr int days_in_month(int year, int month) noexcept {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month == 2)
        return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Nothing for what no calendar and no clock shows, or what lies beyond the range of system_clock.
inline std::optional<std::chrono::system_clock::time_point>
to_time_point(const date_and_time& from) noexcept {
    using clock = std::chrono::system_clock;
    if (from.month < 1 || from.month > 12 || from.day < 1 ||
        from.day > days_in_month(from.year, from.month))
        return std::nullopt;
    const bool leap_second = from.second == 60 && from.minute == 59;
    if (from.hour > 23 || from.minute > 59 || (from.second > 59 && !leap_second))
        return std::nullopt;
    const std::int64_t seconds =
        ((days_since_epoch(from.year, from.month, from.day) * 24 + from.hour) * 60 + from.minute -
         from.offset_minutes) *
            60 +
        from.second;
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
    if (text.skip("Z") || text.skip("z"))
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

LANGEXPORT_DECL std::optional<std::chrono::system_clock::time_point>
parse_timestamp(std::string_view text) noexcept {
    date_reader rest(text);
    date_and_time read;
    const bool has_date = rest.number(4, read.year) && rest.skip("-") &&
                          rest.number(2, read.month) && rest.skip("-") && rest.number(2, read.day);
    if (!has_date || !(rest.skip("T") || rest.skip("t")) || !read_clock(rest, read))
        return std::nullopt;
    if (rest.skip(".") && !rest.fraction(read.nanoseconds))
        return std::nullopt;
    if (!read_offset(rest, read) || !rest.at_end())
        return std::nullopt;
    return to_time_point(read);
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

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
