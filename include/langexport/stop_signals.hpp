#ifndef LANGEXPORT_STOP_SIGNALS_HPP
#define LANGEXPORT_STOP_SIGNALS_HPP

#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>

namespace langexport {
inline namespace v0 {

/// SIGINT and SIGTERM for a program that ends in order: the first one asks it to, the second one ends it at
/// once, whatever it is doing.
///
/// The second one needs no turn of the event loop: it ends a program, too, that is held up where it writes
/// to a terminal that was stopped or to a file system that does not answer. Then nothing is flushed and no
/// destructor runs. A second one that comes within a second of the first, as some programs send them, has
/// its effect when what was asked has been done.
///
/// There may be one of these at a time in a process, beside any number of `asio::signal_set`.
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

private:
    boost::asio::signal_set first_;
};

/// Writing to a pipe or socket whose reader has gone gives an error from now on, instead of ending the
/// process, where systems have a signal for that.
LANGEXPORT_DECL void ignore_broken_pipes() noexcept;

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/stop_signals.ipp>
#endif

#endif
