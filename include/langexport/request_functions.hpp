#ifndef LANGEXPORT_REQUEST_FUNCTIONS_HPP
#define LANGEXPORT_REQUEST_FUNCTIONS_HPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace langexport {
inline namespace v0 {

/// What an update of an export reports.
enum class update_kind : unsigned char {
    queued,    ///< It was admitted; its first request waits for a connection and the quota.
    submitted, ///< The service has confirmed the job, and `export_request::on_submitted` has returned.
    status,    ///< A status of the job was received.
    downloading, ///< The result is being received: `bytes` of `total`.
    retrying     ///< A request failed, and the client will send it again after `wait`.
};

namespace detail {
inline constexpr named_value<update_kind> update_kind_names[] = {
    {update_kind::queued, "queued"},
    {update_kind::submitted, "submitted"},
    {update_kind::status, "status"},
    {update_kind::downloading, "downloading"},
    {update_kind::retrying, "retrying"}};
} // namespace detail

/// The enumerator's name.
constexpr std::string_view to_string(update_kind kind) noexcept {
    return detail::name_in(detail::update_kind_names, kind);
}

/// The progress of an export, for the caller's `export_request::on_update`. It is complete: it repeats what
/// earlier updates have reported. A plain value.
class export_update {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// Of no operation.
    export_update() = default;

    update_kind kind = update_kind::queued; ///< The latest news.
    std::uint64_t operation_id = 0;         ///< The operation, as in the events of `observer`.
    std::string tag;                        ///< Its `export_request::tag`.
    std::string project_name;               ///< The project.
    export_job job;                         ///< Its job; empty until the service has confirmed one.
    job_status status = job_status::unknown; ///< The last status of the job, if `polls` is not 0.
    std::string status_text;                 ///< The same in the service's words.
    std::uint32_t polls = 0;                 ///< Status requests that received a response.
    std::uint64_t bytes = 0;                 ///< Bytes of the result that were received.
    std::optional<std::uint64_t> total;      ///< Size of the result, if the service reports it.
    std::uint32_t failures = 0;              ///< Attempts that failed.
    std::optional<errc> why;                 ///< Of `retrying`: the error without a retry.
    duration wait{};                         ///< Of `retrying`: until the request is due again.
};

/// The type of `export_request::on_update`.
using update_function = std::function<void(const export_update&)>;

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
        : start_(std::make_unique<starter>(
              [function = std::move(function)](const boost::asio::any_io_executor& executor,
                                               boost::asio::cancellation_slot slot,
                                               const export_job& job, receiver done) mutable {
                  boost::asio::co_spawn(executor, function(job),
                                        boost::asio::bind_cancellation_slot(slot, std::move(done)));
              })) {}
    /// Copies the function.
    submitted_function(const submitted_function& other)
        : start_(other.start_ ? std::make_unique<starter>(*other.start_) : nullptr) {}
    /// Leaves `other` empty.
    submitted_function(submitted_function&& other) noexcept = default;
    /// Copies the function.
    submitted_function& operator=(const submitted_function& other) {
        return *this = submitted_function(other);
    }
    /// Leaves `other` empty.
    submitted_function& operator=(submitted_function&& other) noexcept = default;
    ~submitted_function() = default;

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
        (*start_)(executor, slot, job, std::move(done));
    }

private:
    using starter =
        std::function<void(const boost::asio::any_io_executor&, boost::asio::cancellation_slot,
                           const export_job&, receiver)>;

    std::unique_ptr<starter> start_; // a pointer, because coroutines that wait hold a request
};

} // namespace v0
} // namespace langexport

#endif
