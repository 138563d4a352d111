#ifndef LANGEXPORT_EXAMPLES_TOOL_STOP_SIGNALS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_STOP_SIGNALS_HPP

#include "system.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <list>
#include <string>
#include <utility>

namespace tool {

/// Handles SIGINT, SIGTERM and SIGHUP for a graceful shutdown: the first signal requests it, the second
/// one ends the program at once.
///
/// A signal that is ignored when this object is created stays ignored: `nohup` ignores SIGHUP, and
/// shells ignore SIGINT in the background jobs of a script.
///
/// The second signal does not need the event loop. It also ends a program that waits for a stopped
/// terminal or a file system that does not respond. Then nothing is flushed and no destructor runs. If a
/// second signal arrives within a second of the first, as some programs send them, it takes effect when
/// the function passed to `ask` has returned.
///
/// A process may have only one object of this class, in addition to any number of `asio::signal_set`.
/// Thread safety: none; one thread at a time.
class stop_signals {
public:
    /// Installs the handlers. Until `ask` is called, the first signal ends the program at once.
    ///
    /// @param executor  The executor that receives the first signal.
    /// @param status    The exit status if the program is ended at once.
    stop_signals(const boost::asio::any_io_executor& executor, int status);
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;
    /// Afterwards, signals have their default effect, or that of other signal sets.
    ~stop_signals();

    /// From this call on, the first signal calls `asked`. Until a signal arrives, or this object is
    /// destroyed, the executor's context does not run out of work.
    ///
    /// @param asked  Called once, on the executor, not inside a signal handler. Everything worth keeping
    ///               must be on the disk when it returns.
    void ask(std::function<void()> asked);

    /// Sets the text that is written to standard error when a signal ends the program at once, such as
    /// the command that resumes it. It is omitted if writing it would block.
    ///
    /// @param text  Replaces the previous text; empty: nothing is written.
    void print_when_ended(std::string text);

private:
    boost::asio::signal_set first_;
    std::list<std::string> texts_; // a handler may be reading any of them
};

/// Adds SIGINT, SIGTERM and SIGHUP to a signal set, except ignored ones. Those stay ignored, as `nohup`
/// and the background jobs of scripts expect.
///
/// @param signals  Signals that it contains already are not changed.
inline void add_stop_signals(boost::asio::signal_set& signals);

inline constexpr std::array stopping = {
    SIGINT,
    SIGTERM,
#if defined(SIGHUP)
    SIGHUP,
#endif
};

// The data that a signal handler uses.
struct stop_state {
    std::atomic<int> seen{0};
    std::atomic<bool> was_asked{false}; // `asked` has been called and has returned
    std::atomic<std::time_t> first_came{0};
    std::atomic<int> status{0};
    std::atomic<const std::string*> last_words{nullptr};
    std::array<void (*)(int), stopping.size()>
        next{}; // Asio's handlers; null: the signal is ignored
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

inline void on_stop_signal(int signal_number) {
    stop_state& state = the_stop_state();
    const std::time_t now = std::time(nullptr);
    if (++state.seen == 1)
        state.first_came = now;
    else if (state.was_asked || now - state.first_came > 1)
        end_at_once(state);
    for (std::size_t i = 0; i < stopping.size(); ++i)
        if (stopping[i] == signal_number && state.next[i])
            state.next[i](signal_number);
    std::signal(signal_number, on_stop_signal); // some systems reset the handler when it is called
}

inline stop_signals::stop_signals(const boost::asio::any_io_executor& executor, int status)
    : first_(executor) {
    stop_state& state = the_stop_state();
    state.seen = 1; // the next signal ends the program
    state.was_asked = true;
    state.status = status;
    for (std::size_t i = 0; i < stopping.size(); ++i) {
        state.next[i] = nullptr;
        if (is_ignored(stopping[i]))
            continue;
        first_.add(stopping[i]); // before our handler, which calls that of Asio
        state.next[i] = std::signal(stopping[i], on_stop_signal);
    }
}

inline void stop_signals::ask(std::function<void()> asked) {
    first_.async_wait([asked = std::move(asked)](auto error, int) {
        if (error)
            return;
        asked();
        stop_state& state = the_stop_state();
        state.was_asked = true;
        if (state.seen > 1)
            end_at_once(state);
    });
    stop_state& state = the_stop_state();
    state.was_asked = false;
    state.seen = 0;
}

inline stop_signals::~stop_signals() {
    stop_state& state = the_stop_state();
    for (std::size_t i = 0; i < stopping.size(); ++i)
        if (state.next[i])
            std::signal(stopping[i], state.next[i]);
    state.last_words = nullptr;
}

inline void stop_signals::print_when_ended(std::string text) {
    const std::string* const kept = text.empty() ? nullptr : &texts_.emplace_back(std::move(text));
    the_stop_state().last_words = kept;
}

inline void add_stop_signals(boost::asio::signal_set& signals) {
    for (const int each : stopping)
        if (!is_ignored(each))
            signals.add(each);
}

} // namespace tool

#endif
