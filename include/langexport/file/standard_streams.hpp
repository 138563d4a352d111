#ifndef LANGEXPORT_FILE_STANDARD_STREAMS_HPP
#define LANGEXPORT_FILE_STANDARD_STREAMS_HPP

#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {

/// Opens standard input, output and error (descriptors 0 to 2), if the caller of the program has closed them,
/// on the null device in such a way that reading and writing fail. Call it first in `main`.
///
/// Otherwise the next file or connection that the program opens takes the place of the closed stream, and the
/// output of the program goes there. Does nothing on systems where that cannot happen.
///
/// Thread safety: none; call it while there is one thread.
LANGEXPORT_DECL void open_standard_streams() noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/standard_streams.ipp>
#endif

#endif
