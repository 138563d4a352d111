#ifndef LANGEXPORT_COMMAND_LINE_HPP
#define LANGEXPORT_COMMAND_LINE_HPP

#include <langexport/detail/base/duration_text.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace langexport {
inline namespace v0 {

/// Reads a time such as `500ms`, `30s`, `10m`, `2h` or `1d`: a whole number and one of these units, or `0`.
///
/// @return  The time; nothing if the text is anything else, or longer than 10,000 hours.
LANGEXPORT_DECL std::optional<std::chrono::milliseconds>
parse_duration(std::string_view text) noexcept;

/// A word as a POSIX shell takes it literally: as it is, or in single quotes.
LANGEXPORT_DECL std::string shell_word(std::string_view word);

/// Reads the options of a command line into variables: `--name value`, `--name=value`, and `--name` alone
/// for a flag. A flag that may have a value has it as `--name=value` only. They may stand anywhere; what
/// follows `--` is none.
class option_reader {
public:
    /// Where a value goes: any text, the name of a file, a time, a number, or true for a flag. A flag that
    /// may have a value is an optional text, which is empty for the flag alone. All values of an option that
    /// can be repeated go into a list. An optional file has its value joined by `=`, or in the next argument
    /// if that is no option; without a value its name is empty.
    using place = std::variant<std::string*, std::filesystem::path*, std::chrono::milliseconds*,
                               std::size_t*, bool*, std::optional<std::string>*,
                               std::vector<std::string>*, std::optional<std::filesystem::path>*>;

    /// An option. What `to` points to must live until all is read.
    LANGEXPORT_DECL option_reader& add(std::string name, place to);

    /// Reads.
    ///
    /// @param arguments  Without the program's name.
    /// @return           What is no option, in its order.
    /// @throws std::invalid_argument with a text for people: "--grace: 'soon' is no time like …", "unknown
    ///         option '--outputdir'; did you mean '--output-dir'?".
    LANGEXPORT_DECL std::vector<std::string> read(const std::vector<std::string>& arguments);

    /// Whether this option was among them.
    LANGEXPORT_DECL bool has(std::string_view name) const;

    /// The options that were read, but for those of these names, as words of a shell, each after a space.
    LANGEXPORT_DECL std::string given_but(const std::vector<std::string_view>& left_out) const;

private:
    std::string unknown_option(const std::string& name) const;

    std::map<std::string, place, std::less<>> places_;
    std::vector<std::pair<std::string, std::string>> given_; // a name, and all as words of a shell
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/command_line.ipp>
#endif

#endif
