#ifndef LANGEXPORT_EXAMPLES_TOOL_PROCESS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PROCESS_HPP

#include "system.hpp"

#include <langexport/file/standard_streams.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <iostream>
#include <optional>
#include <string_view>

namespace tool {

/// Prepares the process of a command-line program. Call it first in `main`, before anything opens a file.
///
///   - Closed standard streams are opened: see `langexport::open_standard_streams`.
///   - Writing to a pipe whose reader has closed it, or beyond a file size limit, returns an error and
///     does not end the process: SIGPIPE and SIGXFSZ are ignored, where systems have them.
///
/// A program that writes to standard output must check at its end that everything was written. Thread
/// safety: none; call it while the program has only one thread.
inline void prepare_process() noexcept {
    langexport::open_standard_streams();
#if defined(SIGPIPE)
    std::signal(SIGPIPE, SIG_IGN);
#endif
#if defined(SIGXFSZ)
    std::signal(SIGXFSZ, SIG_IGN);
#endif
}

/// The maximum nesting of JSON that a program reads in its main thread, because each level needs stack
/// space.
/// The service's files have fewer than 10 levels.
inline std::size_t readable_depth() noexcept {
    constexpr std::size_t needed_stack = 64 * 1024 * 1024;
    return grow_stack(needed_stack) ? 10'000 : 1'000;
}

/// Whether a command line requests help: `--help` or `-h` is among its arguments. Then a program prints
/// its help to standard output, does nothing else, and ends with status 0.
///
/// @param count      The argument of `main`.
/// @param arguments  The argument of `main`. The first element is the program. Elements after `--` are
///                   not options.
inline bool asks_for_help(int count, const char* const* arguments) noexcept {
    for (int i = 1; i < count && arguments[i] != std::string_view("--"); ++i)
        if (arguments[i] == std::string_view("--help") || arguments[i] == std::string_view("-h"))
            return true;
    return false;
}

/// Prints the help or the version, if a command line requests one of them.
///
/// @param name  Of the program.
/// @param text  Its help.
/// @return      The exit status; nothing if neither is requested.
inline std::optional<int> print_help_or_version(int count, const char* const* arguments,
                                                std::string_view name, std::string_view text) {
    const auto is_version = [](const char* word) { return word == std::string_view("--version"); };
    const auto is_end = [](const char* word) { return word == std::string_view("--"); };
    const char* const* const end = std::find_if(arguments, arguments + count, is_end);
    if (asks_for_help(count, arguments))
        std::cout << text;
    else if (std::any_of(arguments, end, is_version))
        std::cout << name << " " LANGEXPORT_VERSION_STRING "\n";
    else
        return std::nullopt;
    if (std::cout.flush())
        return 0;
    std::cerr << name << ": standard output cannot be written\n";
    return 1;
}

} // namespace tool

#endif
