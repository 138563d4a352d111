#ifndef LANGEXPORT_IMPL_STOP_SIGNALS_IPP
#define LANGEXPORT_IMPL_STOP_SIGNALS_IPP

#include <langexport/stop_signals.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::array stopping = {SIGINT, SIGTERM};

// What a handler of signals may touch.
struct stop_state {
    std::atomic<int> seen{0};
    std::atomic<bool> was_asked{false}; // and has done what it was asked
    std::atomic<std::time_t> first_came{0};
    std::atomic<int> status{0};
    std::array<void (*)(int), stopping.size()> next{}; // those of Asio
};

inline stop_state& the_stop_state() noexcept {
    static stop_state only;
    return only;
}

inline void stop_signal_came(int which) {
    stop_state& state = the_stop_state();
    const std::time_t now = std::time(nullptr);
    if (++state.seen == 1)
        state.first_came = now;
    else if (state.was_asked || now - state.first_came > 1)
        std::_Exit(state.status);
    for (std::size_t i = 0; i < stopping.size(); ++i)
        if (stopping[i] == which)
            state.next[i](which);
    std::signal(which, stop_signal_came); // some systems take a handler away when it is called
}

} // namespace detail

LANGEXPORT_DECL stop_signals::stop_signals(const boost::asio::any_io_executor& executor, int status)
    : first_(executor) {
    detail::stop_state& state = detail::the_stop_state();
    state.seen = 1; // as if one had asked already
    state.was_asked = true;
    state.status = status;
    for (std::size_t i = 0; i < detail::stopping.size(); ++i) {
        first_.add(detail::stopping[i]); // before ours: it is called by ours
        state.next[i] = std::signal(detail::stopping[i], detail::stop_signal_came);
    }
}

LANGEXPORT_DECL void stop_signals::ask(std::function<void()> asked) {
    first_.async_wait([asked = std::move(asked)](auto error, int) {
        if (error)
            return;
        asked();
        detail::stop_state& state = detail::the_stop_state();
        state.was_asked = true;
        if (state.seen > 1)
            std::_Exit(state.status);
    });
    detail::stop_state& state = detail::the_stop_state();
    state.was_asked = false;
    state.seen = 0;
}

LANGEXPORT_DECL stop_signals::~stop_signals() {
    detail::stop_state& state = detail::the_stop_state();
    for (std::size_t i = 0; i < detail::stopping.size(); ++i)
        std::signal(detail::stopping[i], state.next[i]);
}

LANGEXPORT_DECL void ignore_broken_pipes() noexcept {
#if defined(SIGPIPE)
    std::signal(SIGPIPE, SIG_IGN);
#endif
}

} // namespace v0
} // namespace langexport

#endif
