#ifndef LANGEXPORT_TESTS_HEADERS_INCLUDE_ARROWS_HPP
#define LANGEXPORT_TESTS_HEADERS_INCLUDE_ARROWS_HPP

#include <string>
#include <string_view>
#include <vector>

// The modules of the library, one row for each folder: its layer, which modules its headers may include,
// and what they must not use. Paths are relative to include/.

namespace langexport_tests {

enum class layer {
    values = 1,    // types that callers hold
    decisions = 2, // pure functions and small classes
    io = 3,        // coroutines, sockets, files
    programs = 4   // code that uses the library
};

enum class usage {
    asio,       // any header of Asio or Beast
    io_objects, // those of sockets, timers, signals and contexts; awaitables and buffers are none
    files,      // names of files are none
    signals,
    terminal // and command lines
};

struct module_row {
    std::string_view name;
    layer where;
    std::vector<std::string_view> may_include; // besides itself
    std::vector<usage> must_not_use;
};

// A single include that the rules do not allow.
struct include_exception {
    std::string_view from;
    std::string_view to;
};

/// All exceptions, each with its reason in a comment.
const std::vector<include_exception>& include_exceptions();

/// All rows.
const std::vector<module_row>& modules();

/// The row of a header; null for a folder without one. An `impl` folder belongs to the folder around it.
const module_row* module_of(std::string_view header);

/// Why `from` must not include `to`, another header of ours; empty if it may.
std::string objection_to_include(std::string_view from, std::string_view to);

/// Whether a program that includes this header of another library uses something.
bool brings(std::string_view header, usage what);

/// The headers that read a clock: everywhere else, the time is an argument.
const std::vector<std::string_view>& clock_readers();

/// Whether the code reads a clock. Comments and literals have to be removed before.
bool reads_clock(const std::string& code);

/// The first name in a header's code that its row forbids, with or without an include; empty if there is none.
/// Comments and literals have to be removed before.
std::string objection_to_code(std::string_view header, const std::string& code);

} // namespace langexport_tests

#endif
