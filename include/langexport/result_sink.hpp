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

/// Receives the bytes of a result, piece by piece, while it is fetched.
///
/// Derive from it for your own destination, and pass it to `export_project_to`, `fetch_result_to` or
/// `resume_export_to`; one sink for one operation. `file_sink` writes a file, and `sha256_sink` computes a
/// checksum on the way to another sink.
///
/// An operation calls:
///
/// - `set_content_type` and `set_expected_size`, before the first `write` of each attempt, if the sink overrides them.
/// - `write`, any number of times, with the bytes in their order. The client reads the next piece from the
///   network only after the `awaitable` has returned: a slow sink slows the server down, and at most one
///   piece (up to 256 KiB) is held.
/// - `discard`: drop all that was written. Afterwards `write` begins again from the first byte,
///   because a download that broke is repeated from its start, or nothing else is called.
/// - `commit`, once, when the whole result was written: make it permanent. The operation succeeds when
///   `commit` returns, even if it is cancelled or its deadline passes meanwhile.
///
/// An operation that succeeds ends with `commit`. One that fails or is cancelled ends with exactly one
/// `discard`, even if nothing was written or `commit` threw. If its execution context is destroyed,
/// nothing is called. The same holds in a forked child (see `client`), where the contents of the sink belong
/// to the parent, too.
///
/// If a call throws for lack of file descriptors or memory (a `system_error` with
/// `errc::too_many_files_open`, `too_many_files_open_in_system`, `no_buffer_space`, `not_enough_memory` or
/// `resource_unavailable_try_again`), that is a transient failure: the client fetches the result again after
/// a pause and may call `commit` once more. The operation fails after `retry_params::max_attempts`.
///
/// Calls are made one at a time, on the operation's executor (the completion handler's, else the client's),
/// never on the client's strand. Any other exception fails the operation with errc::sink_failed and is
/// kept in `diagnostics::cause`. An operation that is cancelled or whose time passes completes when the
/// running call has returned: a sink that may wait forever needs a time
/// limit of its own. Its time counts for the operation's `deadline`, not for the time limits of the network.
class result_sink {
public:
    /// For derived classes.
    result_sink() = default;
    /// Not copyable: derived classes are used by pointer.
    result_sink(const result_sink&) = delete;
    /// Not copyable.
    result_sink& operator=(const result_sink&) = delete;
    /// Destroys the derived class.
    virtual ~result_sink() = default;

    /// Receives the result's `Content-Type`, such as `application/json; charset=utf-8`; empty if the service
    /// sent none. The default ignores it. A sink that passes its bytes to another sink passes this on, too.
    virtual void set_content_type(std::string_view content_type) {
        static_cast<void>(content_type);
    }
    /// Receives the size that the service announces for the result (`Content-Length`), so that a sink can reserve
    /// space. Not called if the service sends none. The default ignores it. A sink that passes its bytes to another
    /// sink unchanged passes this on, too.
    virtual void set_expected_size(std::uint64_t size) { static_cast<void>(size); }
    /// Writes the next bytes, at least one. They stay valid until the awaitable has returned.
    virtual asio::awaitable<void> write(asio::const_buffer bytes) = 0;
    /// All bytes were written.
    virtual asio::awaitable<void> commit() = 0;
    /// Drops all that was written.
    virtual void discard() noexcept = 0;
};

/// Counts the bytes and keeps none: to measure, or to check whether a result can be fetched.
///
/// Thread safety: none; use it after the operation has completed.
class counting_sink final : public result_sink {
public:
    /// How many bytes were received.
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
/// Thread safety: none; use it after the operation has completed.
class memory_sink final : public result_sink {
public:
    /// @param limit  The most bytes that are kept; a larger result fails with errc::sink_failed.
    explicit memory_sink(std::size_t limit) noexcept : limit_(limit) {}

    /// The result; empty before `commit`.
    const std::string& document() const noexcept { return document_; }
    /// Moves the result out of the sink.
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
