#ifndef LANGEXPORT_RESULT_SINK_HPP
#define LANGEXPORT_RESULT_SINK_HPP

#include <langexport/version.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

/// Where the bytes of a result go, piece by piece, while it is fetched.
///
/// Derive from it for a destination of your own, and give it to `export_project_to`, `fetch_result_to` or
/// `resume_export_to`; one sink for one operation. Files are in file_sink.hpp, a checksum on
/// the way is in sha256_sink.hpp.
///
/// What is called:
///
/// - `set_content_type`, before the first `write` of each try, if the sink defines it.
/// - `write`, as often as it takes, with the bytes in their order. The next piece is read from the network
///   only when the `awaitable` has returned: who writes slowly slows the server down, and no more than one
///   piece (up to 256 KiB) is held.
/// - `discard`: forget all that was written. Either `write` begins again from the first byte after it, for
///   a download that broke is repeated from its start, or nothing is called any more.
/// - `commit`, once, when the result was written whole: make it last. The operation succeeds when that
///   returns, whatever its cancellation or deadline says meanwhile.
///
/// An operation that succeeds ends with `commit`, one that fails or is cancelled with exactly one
/// `discard`, also where nothing was written or `commit` threw. If its execution context is destroyed,
/// nothing is called; the same holds in a forked child (see `client`), where what the sink holds is its
/// parent's, too.
///
/// A call that throws for lack of file descriptors or memory (a `system_error` with
/// `errc::too_many_files_open`, `too_many_files_open_in_system`, `no_buffer_space`, `not_enough_memory` or
/// `resource_unavailable_try_again`) is a transient failure: the result is fetched again after a pause,
/// `commit` may be called once more, and the operation fails after `retry_params::max_attempts`.
///
/// Calls are made one at a time, on the operation's executor (the completion handler's, else the client's),
/// never on the client's strand; what else they throw fails the operation with errc::sink_failed and is
/// kept in `diagnostics::cause`. An operation that is cancelled or runs out of time completes when the
/// call that is running has returned: a sink that waits for something that may never come needs a time
/// limit of its own. Its time counts for the operation's `deadline`, not for the time limits of the network.
class result_sink {
public:
    result_sink() = default;
    result_sink(const result_sink&) = delete;
    result_sink& operator=(const result_sink&) = delete;
    virtual ~result_sink() = default;

    /// The result's `Content-Type`, such as `application/json; charset=utf-8`; empty if the service named
    /// none. The default ignores it. A sink that passes its bytes on to another one passes this on, too.
    virtual void set_content_type(std::string_view content_type) {
        static_cast<void>(content_type);
    }
    /// Takes the next bytes, at least one. They stay where they are until the awaitable has returned.
    virtual asio::awaitable<void> write(asio::const_buffer bytes) = 0;
    /// All bytes were written.
    virtual asio::awaitable<void> commit() = 0;
    /// Forget what was written.
    virtual void discard() noexcept = 0;
};

/// Counts the bytes and keeps none: to measure, or to see whether a result can be fetched.
///
/// Thread safety: none; look at it when the operation has completed.
class counting_sink final : public result_sink {
public:
    /// How many bytes came.
    std::uint64_t size() const noexcept { return size_; }
    /// Whether they were the whole result.
    bool is_committed() const noexcept { return is_committed_; }

    LANGEXPORT_DECL asio::awaitable<void> write(asio::const_buffer bytes) override;
    LANGEXPORT_DECL asio::awaitable<void> commit() override;
    LANGEXPORT_DECL void discard() noexcept override;

private:
    std::uint64_t size_ = 0;
    bool is_committed_ = false;
};

/// Keeps the result in memory, up to a limit of its own.
///
/// Thread safety: none; look at it when the operation has completed.
class memory_sink final : public result_sink {
public:
    /// @param limit  The most bytes that are kept; a larger result fails with errc::sink_failed.
    explicit memory_sink(std::size_t limit) noexcept : limit_(limit) {}

    /// The result; empty before `commit`.
    const std::string& document() const noexcept { return document_; }
    /// The same, for good: the sink is empty afterwards.
    std::string take_document() noexcept { return std::exchange(document_, std::string()); }
    /// Whether the document is the whole result.
    bool is_committed() const noexcept { return is_committed_; }

    LANGEXPORT_DECL asio::awaitable<void> write(asio::const_buffer bytes) override;
    LANGEXPORT_DECL asio::awaitable<void> commit() override;
    LANGEXPORT_DECL void discard() noexcept override;

private:
    std::size_t limit_;
    std::string written_;
    std::string document_;
    bool is_committed_ = false;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/impl/result_sink.ipp>
#endif

#endif
