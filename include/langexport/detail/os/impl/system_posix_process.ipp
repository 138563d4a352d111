#ifndef LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_POSIX_PROCESS_IPP
#define LANGEXPORT_DETAIL_OS_IMPL_SYSTEM_POSIX_PROCESS_IPP

// Signals, standard streams, the terminal. Included by system.ipp alone.

#include <langexport/detail/os/system.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL bool is_ignored(int signal) noexcept {
    struct sigaction now = {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

LANGEXPORT_DECL void open_standard_streams() noexcept {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF)
            continue;
        // A new descriptor is the lowest that is free. It is opened the wrong way round: what is written to
        // a closed standard output is lost, and the program has to notice that.
        if (::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            (void)::open("/", O_RDONLY);
    }
}

LANGEXPORT_DECL void write_to_stderr_now(std::string_view text) noexcept {
    struct pollfd errors = {STDERR_FILENO, POLLOUT, 0};
    if (::poll(&errors, 1, 0) == 1 && (errors.revents & POLLOUT) != 0 &&
        ::write(STDERR_FILENO, text.data(), text.size()) < 0) {
        // Standard error is the last place to report anything.
    }
}

LANGEXPORT_DECL std::string process_and_host() {
    char host[256] = {};
    const std::string process = "process " + std::to_string(::getpid());
    // A name that does not fit may lack its end.
    return ::gethostname(host, sizeof(host) - 1) == 0 && *host ? process + " on " + host : process;
}

LANGEXPORT_DECL terminal_size terminal_of_stderr() noexcept {
    terminal_size size;
    const char* kind = std::getenv("TERM");
    if (!::isatty(STDERR_FILENO) || !kind || !*kind || std::string_view(kind) == "dumb")
        return size;
    struct winsize found = {};
    const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &found) == 0;
    size.columns = is_known && found.ws_col > 0 ? found.ws_col : 80;
    size.rows = is_known && found.ws_row > 0 ? found.ws_row : 24;
    return size;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
