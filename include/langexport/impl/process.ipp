#ifndef LANGEXPORT_IMPL_PROCESS_IPP
#define LANGEXPORT_IMPL_PROCESS_IPP

#include <langexport/detail/os/system.hpp>
#include <langexport/process.hpp>

#include <csignal>
#include <string_view>

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

LANGEXPORT_DECL bool asks_for_help(int count, const char* const* arguments) noexcept {
    for (int i = 1; i < count && arguments[i] != std::string_view("--"); ++i)
        if (arguments[i] == std::string_view("--help") || arguments[i] == std::string_view("-h"))
            return true;
    return false;
}

} // namespace v0
} // namespace langexport

#endif
