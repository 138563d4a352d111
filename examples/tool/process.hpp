#ifndef LANGEXPORT_EXAMPLES_TOOL_PROCESS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PROCESS_HPP

#include "system.hpp"

#include <langexport/file/standard_streams.hpp>

#include <csignal>
#include <cstddef>
#include <string_view>

namespace tool {

/// Prepares the process of a command-line program. Call it first in `main`, before anything opens a file.
///
/// - Standard streams that are closed are opened: see `langexport::open_standard_streams`.
/// - Writing to a pipe whose reader has gone, or beyond a file size limit, gives an error instead of ending
///   the process: SIGPIPE and SIGXFSZ are ignored from now on, where systems have them.
///
/// A program that writes to standard output has to check at its end that all of it was written.
/// Thread safety: none; call it while there is one thread.
inline void prepare_process() noexcept {
    langexport::open_standard_streams();
#if defined(SIGPIPE)
    std::signal(SIGPIPE, SIG_IGN);
#endif
#if defined(SIGXFSZ)
    std::signal(SIGXFSZ, SIG_IGN);
#endif
}

/// How deep the JSON may be nested that a program reads in its main thread: each level needs some of its stack.
/// The service's files have fewer than 10 levels.
inline std::size_t readable_depth() noexcept {
    constexpr std::size_t needed_stack = 64 * 1024 * 1024;
    return grow_stack(needed_stack) ? 10'000 : 1'000;
}

/// Whether a command line asks for help: `--help` or `-h` is among its arguments, whatever the others are. A
/// program then prints its help to standard output, does nothing else, and ends with status 0.
///
/// @param count      Of `main`.
/// @param arguments  Of `main`. The first one is the program; those after `--` are no options.
inline bool asks_for_help(int count, const char* const* arguments) noexcept {
    for (int i = 1; i < count && arguments[i] != std::string_view("--"); ++i)
        if (arguments[i] == std::string_view("--help") || arguments[i] == std::string_view("-h"))
            return true;
    return false;
}

} // namespace tool

#endif
