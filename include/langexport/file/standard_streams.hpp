#ifndef LANGEXPORT_FILE_STANDARD_STREAMS_HPP
#define LANGEXPORT_FILE_STANDARD_STREAMS_HPP

#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {

/// Opens standard input, output and error (descriptors 0 to 2) if the program was started with closed
/// ones. They are opened on the null device so that reading and writing fail. Call it first in `main`.
///
/// Without it, the next file or connection that the program opens would get the descriptor of the closed
/// stream, and the program's output would go there. It does nothing on systems where that cannot happen.
///
/// Thread safety: none; call it while the program has only one thread.
LANGEXPORT_DECL void open_standard_streams() noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/standard_streams.ipp>
#endif

#endif
