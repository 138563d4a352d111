#ifndef LANGEXPORT_IMPL_COMMAND_LINE_IPP
#define LANGEXPORT_IMPL_COMMAND_LINE_IPP

#include <langexport/command_line.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/nearest_word.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <stdexcept>

namespace langexport {
inline namespace v0 {
namespace detail {

struct duration_unit {
    std::string_view name;
    std::int64_t milliseconds;
};
inline constexpr duration_unit duration_units[] = {
    {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}, {"d", 86'400'000}};
inline constexpr std::int64_t longest_duration = 10'000 * duration_units[0].milliseconds;

inline void read_value(const std::string& name, const std::string& value,
                       const option_reader::place& to) {
    if (const auto* text = std::get_if<std::string*>(&to)) {
        **text = value;
    } else if (const auto* list = std::get_if<std::vector<std::string>*>(&to)) {
        (*list)->push_back(value);
    } else if (const auto* file = std::get_if<std::filesystem::path*>(&to)) {
        **file = value;
    } else if (const auto* time = std::get_if<std::chrono::milliseconds*>(&to)) {
        const auto read = parse_duration(value);
        if (!read)
            throw std::invalid_argument(
                name + ": '" + value +
                "' is no time like 500ms, 30s, 10m, 2h or 1d, or is longer than "
                "10000h");
        **time = *read;
    } else if (const auto* number = std::get_if<std::size_t*>(&to)) {
        const auto read = parse_decimal(value);
        if (!read || *read > (std::numeric_limits<std::size_t>::max)())
            throw std::invalid_argument(name + ": '" + value + "' is no number that fits");
        **number = static_cast<std::size_t>(*read);
    } else if (const auto* optional = std::get_if<std::optional<std::filesystem::path>*>(&to)) {
        **optional = value;
    }
}

// Whether an option is complete without a value.
inline bool may_stand_alone(const option_reader::place& to) {
    return std::holds_alternative<bool*>(to) ||
           std::holds_alternative<std::optional<std::filesystem::path>*>(to);
}

} // namespace detail

LANGEXPORT_DECL std::optional<std::chrono::milliseconds>
parse_duration(std::string_view text) noexcept {
    if (text == "0")
        return std::chrono::milliseconds(0);
    const std::size_t unit_at = text.find_first_not_of("0123456789");
    if (unit_at == std::string_view::npos)
        return std::nullopt;
    const auto count = detail::parse_decimal(text.substr(0, unit_at));
    const auto unit =
        std::find_if(std::begin(detail::duration_units), std::end(detail::duration_units),
                     [&](const auto& known) { return known.name == text.substr(unit_at); });
    if (!count || unit == std::end(detail::duration_units) ||
        *count > static_cast<std::uint64_t>(detail::longest_duration / unit->milliseconds))
        return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*count) * unit->milliseconds);
}

LANGEXPORT_DECL std::string shell_word(std::string_view word) {
    const auto is_plain = [](char c) {
        return detail::is_letter(c) || detail::is_digit(c) ||
               std::string_view("%+,-./:=@_").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain))
        return std::string(word);
    std::string result = "'";
    for (const char c : word) {
        if (c == '\'')
            result += "'\\''";
        else
            result += c;
    }
    return result + '\'';
}

LANGEXPORT_DECL option_reader& option_reader::add(std::string name, place to) {
    places_.insert_or_assign(std::move(name), to);
    return *this;
}

LANGEXPORT_DECL std::vector<std::string>
option_reader::read(const std::vector<std::string>& arguments) {
    std::vector<std::string> others;
    bool only_others = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (only_others || !argument.starts_with('-')) {
            others.push_back(argument);
            continue;
        }
        if (argument == "--") {
            only_others = true;
            continue;
        }
        const std::string name = argument.substr(0, argument.find('='));
        const bool is_joined = name != argument;
        const auto option = places_.find(name);
        if (option == places_.end())
            throw std::invalid_argument(unknown_option(name));
        if (const auto* flag = std::get_if<bool*>(&option->second)) {
            if (is_joined)
                throw std::invalid_argument(name + " takes no value");
            **flag = true;
            given_.emplace_back(name, name);
            continue;
        }
        if (const auto* text = std::get_if<std::optional<std::string>*>(&option->second)) {
            **text = is_joined ? argument.substr(name.size() + 1) : std::string();
            given_.emplace_back(name, shell_word(argument));
            continue;
        }
        const bool is_alone =
            !is_joined && (i + 1 == arguments.size() || arguments[i + 1].starts_with('-'));
        if (is_alone && detail::may_stand_alone(option->second)) {
            detail::read_value(name, {}, option->second);
            given_.emplace_back(name, name);
            continue;
        }
        if (!is_joined && ++i == arguments.size())
            throw std::invalid_argument(name + " needs a value");
        const std::string value = is_joined ? argument.substr(name.size() + 1) : arguments[i];
        detail::read_value(name, value, option->second);
        // Of an option that may stand alone, this value would be taken for the next option.
        const bool must_join = detail::may_stand_alone(option->second) && value.starts_with('-');
        given_.emplace_back(name,
                            must_join ? shell_word(argument) : name + ' ' + shell_word(value));
    }
    return others;
}

LANGEXPORT_DECL std::string option_reader::unknown_option(const std::string& name) const {
    std::vector<std::string_view> known;
    for (const auto& option : places_)
        known.push_back(option.first);
    const std::string_view nearest = detail::nearest_word(name, known);
    const std::string question =
        nearest.empty() ? std::string() : "; did you mean '" + std::string(nearest) + "'?";
    return "unknown option '" + name + "'" + question;
}

LANGEXPORT_DECL bool option_reader::has(std::string_view name) const {
    return std::any_of(given_.begin(), given_.end(),
                       [&](const auto& option) { return option.first == name; });
}

LANGEXPORT_DECL std::string
option_reader::given_but(const std::vector<std::string_view>& left_out) const {
    std::string words;
    for (const auto& [name, text] : given_)
        if (std::find(left_out.begin(), left_out.end(), name) == left_out.end())
            words.append(" ").append(text);
    return words;
}

} // namespace v0
} // namespace langexport

#endif
