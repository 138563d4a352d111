#ifndef LANGEXPORT_EXAMPLES_TOOL_SYSTEM_HPP
#define LANGEXPORT_EXAMPLES_TOOL_SYSTEM_HPP

// Functions of the operating system for signals, standard error and terminals. All platform checks of
// the programs are in this file.

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#if defined(_WIN32)
#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#include <windows.h>
#else
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace tool {

// Columns and rows of the terminal of standard error, and whether it is to show colors: the variable
// NO_COLOR forbids them. Zeros if it is not a terminal, or one that cannot redraw lines.
class terminal_size {
public:
    terminal_size() noexcept {}

    std::size_t columns = 0;
    std::size_t rows = 0;
    bool has_color = false;
};
inline terminal_size terminal_of_stderr() noexcept;

// Whether a signal is ignored, by this program or by its parent.
inline bool is_ignored(int signal) noexcept;

// For signal handlers. Writes nothing if writing would block.
inline void write_to_stderr_now(std::string_view text) noexcept;

// Allows the stack of the main thread to grow to this size, if the system can do that. Returns whether
// it may.
inline bool grow_stack(std::size_t bytes) noexcept;

// Whether the process may have so few files and connections that its exports need all of them.
inline bool has_few_descriptors() noexcept;

// Any value but an empty one forbids colors.
inline bool allows_color() noexcept {
    const char* const forbidden = std::getenv("NO_COLOR");
    return !forbidden || !*forbidden;
}

#if defined(_WIN32)

inline bool has_few_descriptors() noexcept {
    return false;
}

inline bool grow_stack(std::size_t) noexcept {
    return false;
}

inline bool is_ignored(int signal) noexcept {
    const auto now = std::signal(signal, SIG_IGN);
    if (now != SIG_IGN)
        std::signal(signal, now);
    return now == SIG_IGN;
}

inline void write_to_stderr_now(std::string_view text) noexcept {
    DWORD written = 0;
    ::WriteFile(::GetStdHandle(STD_ERROR_HANDLE), text.data(), static_cast<DWORD>(text.size()),
                &written, nullptr);
}

inline terminal_size terminal_of_stderr() noexcept {
    terminal_size size;
    const HANDLE console = ::GetStdHandle(STD_ERROR_HANDLE);
    CONSOLE_SCREEN_BUFFER_INFO info = {};
    DWORD mode = 0;
    if (!::GetConsoleMode(console, &mode) || !::GetConsoleScreenBufferInfo(console, &info) ||
        !::SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING))
        return size;
    size.columns = static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
    size.rows = static_cast<std::size_t>(info.srWindow.Bottom - info.srWindow.Top + 1);
    size.has_color = allows_color();
    return size;
}

#else

inline bool has_few_descriptors() noexcept {
    struct rlimit limit = {};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 32;
}

inline bool grow_stack(std::size_t bytes) noexcept {
#if defined(__linux__) // Linux leaves at least 128 MiB of address space for it.
    struct rlimit limit = {};
    if (::getrlimit(RLIMIT_STACK, &limit) != 0)
        return false;
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < bytes) {
        limit.rlim_cur = bytes;
        return ::setrlimit(RLIMIT_STACK, &limit) == 0; // not beyond its hard limit
    }
    return true;
#else
    return bytes == 0;
#endif
}

inline bool is_ignored(int signal) noexcept {
    struct sigaction now = {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

inline void write_to_stderr_now(std::string_view text) noexcept {
    struct pollfd errors = {STDERR_FILENO, POLLOUT, 0};
    if (::poll(&errors, 1, 0) == 1 && (errors.revents & POLLOUT) != 0 &&
        ::write(STDERR_FILENO, text.data(), text.size()) < 0) {
        // There is no other place to report an error.
    }
}

inline terminal_size terminal_of_stderr() noexcept {
    terminal_size size;
    const char* kind = std::getenv("TERM");
    if (!::isatty(STDERR_FILENO) || !kind || !*kind || std::string_view(kind) == "dumb")
        return size;
    struct winsize found = {};
    const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &found) == 0;
    size.columns = is_known && found.ws_col > 0 ? found.ws_col : 80;
    size.rows = is_known && found.ws_row > 0 ? found.ws_row : 24;
    size.has_color = allows_color();
    return size;
}

#endif

} // namespace tool

#endif
