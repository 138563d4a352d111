#ifndef LANGEXPORT_IMPL_STOP_SIGNALS_IPP
#define LANGEXPORT_IMPL_STOP_SIGNALS_IPP

#include <langexport/detail/os/system.hpp>
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

inline constexpr std::array stopping = {
    SIGINT,
    SIGTERM,
#if defined(SIGHUP)
    SIGHUP,
#endif
};

// What a handler of signals may touch.
struct stop_state {
    std::atomic<int> seen{0};
    std::atomic<bool> was_asked{false}; // and has done what it was asked
    std::atomic<std::time_t> first_came{0};
    std::atomic<int> status{0};
    std::atomic<const std::string*> last_words{nullptr};
    std::array<void (*)(int), stopping.size()> next{}; // those of Asio; null: the signal is ignored
};

inline stop_state& the_stop_state() noexcept {
    static stop_state only;
    return only;
}

[[noreturn]] inline void end_at_once(const stop_state& state) noexcept {
    if (const std::string* const text = state.last_words)
        write_to_stderr_now(*text);
    std::_Exit(state.status);
}

inline void stop_signal_came(int which) {
    stop_state& state = the_stop_state();
    const std::time_t now = std::time(nullptr);
    if (++state.seen == 1)
        state.first_came = now;
    else if (state.was_asked || now - state.first_came > 1)
        end_at_once(state);
    for (std::size_t i = 0; i < stopping.size(); ++i)
        if (stopping[i] == which && state.next[i])
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
        state.next[i] = nullptr;
        if (detail::is_ignored(detail::stopping[i]))
            continue;
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
            detail::end_at_once(state);
    });
    detail::stop_state& state = detail::the_stop_state();
    state.was_asked = false;
    state.seen = 0;
}

LANGEXPORT_DECL stop_signals::~stop_signals() {
    detail::stop_state& state = detail::the_stop_state();
    for (std::size_t i = 0; i < detail::stopping.size(); ++i)
        if (state.next[i])
            std::signal(detail::stopping[i], state.next[i]);
    state.last_words = nullptr;
}

LANGEXPORT_DECL void stop_signals::print_when_ended(std::string text) {
    const std::string* const kept = text.empty() ? nullptr : &texts_.emplace_back(std::move(text));
    detail::the_stop_state().last_words = kept;
}

LANGEXPORT_DECL void add_stop_signals(boost::asio::signal_set& signals) {
    for (const int each : detail::stopping)
        if (!detail::is_ignored(each))
            signals.add(each);
}

LANGEXPORT_DECL void ignore_broken_pipes() noexcept {
#if defined(SIGPIPE)
    std::signal(SIGPIPE, SIG_IGN);
#endif
}

} // namespace v0
} // namespace langexport

#endif
