#ifndef LANGEXPORT_IMPL_STOP_SIGNALS_IPP
#define LANGEXPORT_IMPL_STOP_SIGNALS_IPP

#include <langexport/stop_signals.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline constexpr std::array stopping = {SIGINT, SIGTERM};

// What a handler of signals may touch.
struct stop_state {
    std::atomic<int> seen{0};
    std::atomic<int> status{0};
    std::array<void (*)(int), stopping.size()> next{}; // those of Asio
};

inline stop_state& the_stop_state() noexcept {
    static stop_state only;
    return only;
}

inline void stop_signal_came(int which) {
    stop_state& state = the_stop_state();
    if (++state.seen > 1)
        std::_Exit(state.status);
    for (std::size_t i = 0; i < stopping.size(); ++i)
        if (stopping[i] == which)
            state.next[i](which);
    std::signal(which, stop_signal_came); // some systems take a handler away when it is called
}

} // namespace detail

LANGEXPORT_DECL stop_signals::stop_signals(const boost::asio::any_io_executor& executor, int status,
                                           std::function<void()> asked)
    : first_(executor) {
    detail::stop_state& state = detail::the_stop_state();
    state.seen = 0;
    state.status = status;
    for (std::size_t i = 0; i < detail::stopping.size(); ++i) {
        first_.add(detail::stopping[i]); // before ours: it is called by ours
        state.next[i] = std::signal(detail::stopping[i], detail::stop_signal_came);
    }
    first_.async_wait([asked = std::move(asked)](auto error, int) {
        if (!error)
            asked();
    });
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
