#ifndef LANGEXPORT_IMPL_PROCESS_IPP
#define LANGEXPORT_IMPL_PROCESS_IPP

#include <langexport/detail/system.hpp>
#include <langexport/process.hpp>

#include <csignal>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL void prepare_process() noexcept {
    detail::open_standard_streams();
#if defined(SIGPIPE)
    std::signal(SIGPIPE, SIG_IGN);
#endif
#if defined(SIGXFSZ)
    std::signal(SIGXFSZ, SIG_IGN);
#endif
}

} // namespace v0
} // namespace langexport

#endif
