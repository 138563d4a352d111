#ifndef LANGEXPORT_EXAMPLES_TOOL_COMMAND_LINE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_COMMAND_LINE_HPP

#include "nearest_word.hpp"

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/shell_word.hpp>
#include <langexport/detail/base/text.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tool {

using langexport::detail::shell_word;

/// Reads the options of a command line into variables: `--name value`, `--name=value`, and `--name`
/// alone for a flag. A flag with an optional value has it as `--name=value` only. Options may stand
/// anywhere. Arguments after `--` are not options.
class option_reader {
public:
    /// The variable for a value: any text, a file name, a duration, a number, or true for a flag. A flag
    /// with an optional value has an optional text, which is empty for the flag alone. All values of an
    /// option that can be repeated are appended to a list. An optional file takes its value after `=`,
    /// or from the next argument if that is not an option; without a value its name is empty.
    using place = std::variant<std::string*, std::filesystem::path*, std::chrono::milliseconds*,
                               std::size_t*, bool*, std::optional<std::string>*,
                               std::vector<std::string>*, std::optional<std::filesystem::path>*>;

    /// Adds an option. The variable that `destination` points to must exist until `read` returns.
    option_reader& add(std::string name, place destination);

    /// Reads the arguments.
    ///
    /// @param arguments  The arguments without the program's name.
    /// @return           The arguments that are not options, in order.
    /// @throws std::invalid_argument with a text for people: "--grace: 'soon' is not a duration such as
    ///         …", "unknown option '--outputdir'; did you mean '--output-dir'?".
    std::vector<std::string> read(const std::vector<std::string>& arguments);

    /// Whether this option was given.
    bool has(std::string_view name) const;

    /// The given options except those with these names, in the syntax of a shell, each after a space.
    std::string arguments_except(const std::vector<std::string_view>& left_out) const;

private:
    std::string unknown_option(const std::string& name) const;

    std::map<std::string, place, std::less<>> places_;
    std::vector<std::pair<std::string, std::string>>
        given_; // the name, and the whole option in the syntax of a shell
};

inline void read_value(const std::string& name, const std::string& value,
                       const option_reader::place& destination) {
    if (const auto* text = std::get_if<std::string*>(&destination)) {
        **text = value;
    } else if (const auto* list = std::get_if<std::vector<std::string>*>(&destination)) {
        (*list)->push_back(value);
    } else if (const auto* file = std::get_if<std::filesystem::path*>(&destination)) {
        **file = value;
    } else if (const auto* time = std::get_if<std::chrono::milliseconds*>(&destination)) {
        const auto read = langexport::detail::parse_duration(value);
        if (!read)
            throw std::invalid_argument(
                name + ": '" + value +
                "' is not a duration such as 500ms, 30s, 10m, 2h or 1d, or is longer than "
                "10000h");
        **time = *read;
    } else if (const auto* number = std::get_if<std::size_t*>(&destination)) {
        const auto read = langexport::detail::parse_decimal(value);
        if (!read || *read > (std::numeric_limits<std::size_t>::max)())
            throw std::invalid_argument(name + ": '" + value +
                                        "' is not a number in the valid range");
        **number = static_cast<std::size_t>(*read);
    } else if (const auto* optional =
                   std::get_if<std::optional<std::filesystem::path>*>(&destination)) {
        **optional = value;
    }
}

// Whether an option needs no value.
inline bool may_stand_alone(const option_reader::place& destination) {
    return std::holds_alternative<bool*>(destination) ||
           std::holds_alternative<std::optional<std::filesystem::path>*>(destination);
}

inline option_reader& option_reader::add(std::string name, place destination) {
    places_.insert_or_assign(std::move(name), destination);
    return *this;
}

inline std::vector<std::string> option_reader::read(const std::vector<std::string>& arguments) {
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
            given_.emplace_back(name, langexport::detail::shell_word(argument));
            continue;
        }
        const bool is_alone =
            !is_joined && (i + 1 == arguments.size() || arguments[i + 1].starts_with('-'));
        if (is_alone && may_stand_alone(option->second)) {
            read_value(name, {}, option->second);
            given_.emplace_back(name, name);
            continue;
        }
        if (!is_joined && ++i == arguments.size())
            throw std::invalid_argument(name + " needs a value");
        const std::string value = is_joined ? argument.substr(name.size() + 1) : arguments[i];
        // An empty file would mean the same as the option alone.
        if (value.empty() && may_stand_alone(option->second))
            throw std::invalid_argument(name + " needs a value, or stands alone");
        read_value(name, value, option->second);
        // If the option can stand alone, this value would be read as the next option.
        const bool must_join = may_stand_alone(option->second) && value.starts_with('-');
        given_.emplace_back(name, must_join ? langexport::detail::shell_word(argument)
                                            : name + ' ' + langexport::detail::shell_word(value));
    }
    return others;
}

inline std::string option_reader::unknown_option(const std::string& name) const {
    std::vector<std::string_view> known{"--help", "--version"}; // options of every program
    for (const auto& option : places_)
        known.push_back(option.first);
    const std::string_view nearest = nearest_word(name, known);
    const std::string question =
        nearest.empty() ? std::string() : "; did you mean '" + std::string(nearest) + "'?";
    return "unknown option '" + name + "'" + question;
}

inline bool option_reader::has(std::string_view name) const {
    return std::any_of(given_.begin(), given_.end(),
                       [&](const auto& option) { return option.first == name; });
}

inline std::string
option_reader::arguments_except(const std::vector<std::string_view>& left_out) const {
    std::string words;
    for (const auto& [name, text] : given_)
        if (std::find(left_out.begin(), left_out.end(), name) == left_out.end())
            words.append(" ").append(text);
    return words;
}

} // namespace tool

#endif
