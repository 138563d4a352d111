#ifndef LANGEXPORT_PROCESS_HPP
#define LANGEXPORT_PROCESS_HPP

#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {

/// Prepares the process of a command-line program. Call it first in `main`, before anything opens a file.
///
/// - Standard input, output and error (descriptors 0 to 2) that the caller has closed are opened on the null
///   device in such a way that reading and writing fail. Otherwise the next file or connection that the
///   program opens would take their place, and what the program prints would go there.
/// - Writing to a pipe whose reader has gone, or beyond a file size limit, gives an error instead of ending
///   the process: SIGPIPE and SIGXFSZ are ignored from now on, where systems have them.
///
/// A program that writes to standard output has to check at its end that all of it was written.
/// Thread safety: none; call it while there is one thread.
LANGEXPORT_DECL void prepare_process() noexcept;

/// Whether a command line asks for help: `--help` or `-h` is among its arguments, whatever the others are. A
/// program then prints its help to standard output, does nothing else, and ends with status 0.
///
/// @param count      Of `main`.
/// @param arguments  Of `main`. The first one is the program; those after `--` are no options.
LANGEXPORT_DECL bool asks_for_help(int count, const char* const* arguments) noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/process.ipp>
#endif

#endif
