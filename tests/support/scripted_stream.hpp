#ifndef LANGEXPORT_TESTS_SUPPORT_SCRIPTED_STREAM_HPP
#define LANGEXPORT_TESTS_SUPPORT_SCRIPTED_STREAM_HPP

#include <langexport/detail/transport/byte_stream.hpp>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace langexport_tests {

/// The data that a stream delivers, and its failures.
class stream_script {
public:
    /// What each read gets, at most; a piece that is larger than the buffer takes several.
    std::vector<std::string> pieces;
    /// How reads end after the last piece; none: there is a wait until the stream is closed.
    std::optional<langexport::error_code> end;
    /// The same read returns the last piece and the end.
    bool ends_with_last_piece = false;
    /// Each write takes this much at most.
    std::size_t write_limit = std::numeric_limits<std::size_t>::max();
    /// All writes together take this much at most, until `make_room`.
    std::size_t room = std::numeric_limits<std::size_t>::max();
    /// The operation of this number, counted from 1, fails; 0: none does.
    std::size_t fail_at = 0;
    langexport::error_code failure;

    /// The same bytes in pieces of a size.
    void cut_into(const std::string& bytes, std::size_t size);
};

/// A stream without a network: reads scripted data, keeps written data, and fails on demand.
class scripted_stream final : public langexport::detail::byte_stream {
public:
    using handler_type = langexport::detail::io_handler;

    scripted_stream(langexport::detail::strand_type strand, stream_script script);
    ~scripted_stream() override;

    std::size_t read_now(boost::asio::mutable_buffer into,
                         langexport::error_code& ec) noexcept override;
    std::size_t write_now(boost::asio::const_buffer from,
                          langexport::error_code& ec) noexcept override;
    void wait(handler_type handler) override;
    bool read_ahead() override;
    void wait_for_either(handler_type handler) override;
    bool is_reading_ahead() const noexcept override { return reads_ahead_ && !is_closed; }
    bool is_idle() noexcept override { return next_ == script_.pieces.size() && !script_.end; }
    void close() noexcept override;
    /// One piece more than the script has.
    void add(std::string piece);
    /// The end after the last piece.
    void end(langexport::error_code how);
    /// Further writes take so much more.
    void make_room(std::size_t size);
    /// Destroys the handler that waits, with the coroutine that it continues.
    void destroy_waiter() noexcept { waiting_.reset(); }

    std::string written;
    std::size_t operations = 0; ///< Reads and writes that did not block.
    bool is_closed = false;
    bool was_misused = false; ///< Something during a wait, or a read or write without a buffer.

private:
    void finish(handler_type handler, langexport::error_code ec);
    void end_wait(langexport::error_code ec);
    bool begin(std::size_t size, langexport::error_code& ec) noexcept;

    langexport::detail::strand_type strand_;
    stream_script script_;
    std::size_t next_ = 0;
    std::optional<handler_type> waiting_;
    bool is_ready_ = true; // each operation takes a wait before the next one
    bool waits_ = false;
    bool is_read_ = false; // the operation that blocked last
    bool reads_ahead_ = false;
};

} // namespace langexport_tests

#endif
