#ifndef LANGEXPORT_FILE_IMPL_STANDARD_STREAMS_IPP
#define LANGEXPORT_FILE_IMPL_STANDARD_STREAMS_IPP

#include <langexport/detail/os/system.hpp>
#include <langexport/file/standard_streams.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL void open_standard_streams() noexcept {
    detail::open_closed_streams();
}

} // namespace v0
} // namespace langexport

#endif
