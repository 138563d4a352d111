#ifndef LANGEXPORT_SUBMITTED_FUNCTION_HPP
#define LANGEXPORT_SUBMITTED_FUNCTION_HPP

#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {

/// An awaitable function of the program that receives the job of an export: see
/// `export_request::on_submitted`. It may be empty.
///
/// A copyable value. Thread safety: as the standard library's types.
class submitted_function {
public:
    /// Receives the exception of the function, if it threw.
    using receiver = std::function<void(std::exception_ptr)>;

    /// Empty: no function is called.
    submitted_function() noexcept {}
    /// Empty.
    submitted_function(std::nullptr_t) noexcept {}
    /// @param function  A copyable function object, callable with `const export_job&`, that returns
    ///                  `asio::awaitable<void>`: for example a lambda coroutine. The copy and the job live
    ///                  until its coroutine has ended, so the coroutine may use captures and refer to the job.
    template <class Function>
    requires(!std::same_as<Function, submitted_function>) &&
        std::copy_constructible<Function>&& std::is_invocable_r_v<
            boost::asio::awaitable<void>, Function&,
            const export_job&> submitted_function(Function function)
        : start_([function = std::move(function)](const boost::asio::any_io_executor& executor,
                                                  boost::asio::cancellation_slot slot,
                                                  const export_job& job, receiver done) mutable {
              boost::asio::co_spawn(executor, function(job),
                                    boost::asio::bind_cancellation_slot(slot, std::move(done)));
          }) {}

    /// Whether there is a function.
    explicit operator bool() const noexcept { return static_cast<bool>(start_); }

    /// Calls the function, which is not empty.
    ///
    /// @param executor  Runs the function's coroutine.
    /// @param slot      Cancels it.
    /// @param job       Lives until `done` is called or destroyed.
    /// @param done      Called once, on `executor`.
    void start(const boost::asio::any_io_executor& executor, boost::asio::cancellation_slot slot,
               const export_job& job, receiver done) const {
        start_(executor, slot, job, std::move(done));
    }

private:
    std::function<void(const boost::asio::any_io_executor&, boost::asio::cancellation_slot,
                       const export_job&, receiver)>
        start_;
};

} // namespace v0
} // namespace langexport

#endif
