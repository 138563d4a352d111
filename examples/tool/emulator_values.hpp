#ifndef LANGEXPORT_EXAMPLES_TOOL_EMULATOR_VALUES_HPP
#define LANGEXPORT_EXAMPLES_TOOL_EMULATOR_VALUES_HPP

// The values of options.

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/name_table.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/testing/project.hpp>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace emulator_program {

namespace testing = langexport::testing;

class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline usage_error no_number(const std::string& option, std::string_view text) {
    return usage_error(option + ": '" + std::string(text) + "' is not a number in the valid range");
}

template <class Number>
Number to_number(const std::string& option, std::string_view text) {
    Number number = Number();
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end)
        throw no_number(option, text);
    return number;
}

// Uses a stream, because libc++ 19 has no `from_chars` for this type.
inline double to_factor(const std::string& option, std::string_view text) {
    std::istringstream from{std::string(text)};
    from.imbue(std::locale::classic());
    double number = 0;
    if (!(from >> std::noskipws >> number) || from.peek() != std::char_traits<char>::eof())
        throw no_number(option, text);
    return number;
}

inline std::chrono::nanoseconds to_duration(const std::string& option, std::string_view text) {
    if (const auto time = langexport::detail::parse_duration(text))
        return *time;
    throw usage_error(option + ": '" + std::string(text) +
                      "' is not a duration such as 500ms, 2s or 1m");
}

// A name as a segment of a URL's path, percent-encoded.
inline std::string path_segment(std::string_view name) {
    return langexport::detail::percent_encode(name);
}

// The parts of a text between separators.
inline std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(separator); end != std::string::npos;
         end = text.find(separator, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

// The value of a keyword. Each row of the table is a value and its keyword.
template <class Table>
auto to_value(const std::string& option, std::string_view word, const Table& table) {
    const auto value = langexport::detail::value_in(table, word);
    if (!value)
        throw usage_error(option + ": '" + std::string(word) + "' is none of " +
                          langexport::detail::names_in(table));
    return *value;
}

// One of these values, by its name.
template <class Value>
Value to_named_value(const std::string& option, std::string_view word,
                     const std::vector<Value>& values) {
    std::vector<langexport::detail::named_value<Value>> table;
    for (const Value value : values)
        table.push_back({value, to_string(value)});
    return to_value(option, word, table);
}

// "CODE=TEXT"
inline testing::error_entry to_error(const std::string& option, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
        throw usage_error(option + ": '" + text + "' is not CODE=TEXT");
    return testing::error_entry(text.substr(0, equals), text.substr(equals + 1));
}

// "NAME" or "NAME=FILE": returns a copy of `pattern` with that name and result.
inline testing::project to_project(const std::string& text, const testing::project& pattern) {
    const std::size_t equals = text.find('=');
    testing::project project = pattern;
    project.name = text.substr(0, equals);
    if (project.name.empty())
        throw usage_error("--project: '" + text + "' is not NAME or NAME=FILE");
    if (equals != std::string::npos) {
        project.document_file = text.substr(equals + 1);
        if (!std::ifstream(project.document_file))
            throw usage_error("--project: cannot read '" + project.document_file + "'");
    }
    return project;
}

} // namespace emulator_program

#endif
