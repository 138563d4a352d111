#ifndef LANGEXPORT_STOP_SIGNALS_HPP
#define LANGEXPORT_STOP_SIGNALS_HPP

#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <list>
#include <string>

namespace langexport {
inline namespace v0 {

/// SIGINT, SIGTERM and SIGHUP for a program that ends in order: the first one asks it to, the second one ends
/// it at once, whatever it is doing.
///
/// A signal that is ignored when this object is made stays ignored: `nohup` ignores SIGHUP, and shells ignore
/// SIGINT in the background jobs of a script.
///
/// The second signal needs no turn of the event loop. It also ends a program that waits for a terminal that
/// was stopped or for a file system that does not respond. Then nothing is flushed and no destructor runs. A
/// second signal that comes within a second of the first, as some programs send them, has its effect when
/// the function passed to `ask` has returned.
///
/// There may be one object of this class at a time in a process, beside any number of `asio::signal_set`.
/// Thread safety: none; one thread at a time.
class stop_signals {
public:
    /// Listens from now on. Until there is somebody to ask, the first signal ends the program at once.
    ///
    /// @param executor  Where the first signal is heard.
    /// @param status    The exit status when the program is ended at once.
    LANGEXPORT_DECL stop_signals(const boost::asio::any_io_executor& executor, int status);
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;
    /// Signals do what Asio leaves: their default, or what other signal sets are there for.
    LANGEXPORT_DECL ~stop_signals();

    /// From now on the first signal asks. The executor's context does not run out of work before one came, or
    /// before this object is destroyed.
    ///
    /// @param asked  Called once, on the executor, not inside a handler of signals. What is to be kept has
    ///               to be on the disk when it returns.
    LANGEXPORT_DECL void ask(std::function<void()> asked);

    /// Sets the text that is written to standard error when a signal ends the program at once: the command
    /// that resumes it, for instance. It is left out if writing it would have to wait.
    ///
    /// @param text  Replaces the one before; empty: nothing is written.
    LANGEXPORT_DECL void print_when_ended(std::string text);

private:
    boost::asio::signal_set first_;
    std::list<std::string> texts_; // a handler may be reading any of them
};

/// Adds SIGINT, SIGTERM and SIGHUP to a signal set, except those that are ignored: they stay ignored, as
/// `nohup` and the background jobs of scripts expect.
///
/// @param signals  Signals that it has already are not changed.
LANGEXPORT_DECL void add_stop_signals(boost::asio::signal_set& signals);

/// Writing to a pipe or socket whose reader has gone gives an error from now on, instead of ending the
/// process, where systems have a signal for that.
LANGEXPORT_DECL void ignore_broken_pipes() noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/stop_signals.ipp>
#endif

#endif
