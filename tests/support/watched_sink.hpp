#ifndef LANGEXPORT_TESTS_SUPPORT_WATCHED_SINK_HPP
#define LANGEXPORT_TESTS_SUPPORT_WATCHED_SINK_HPP

#include <langexport/result_sink.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace langexport_tests {

/// A sink that keeps its data, records its calls, and does what the test sets. It notices calls
/// that overlap or are not allowed.
class watched_sink final : public langexport::result_sink {
public:
    using step = std::function<boost::asio::awaitable<void>()>;

    /// Called inside the write of this number, counted from 1 (a retry continues the count); 0:
    /// inside none.
    std::size_t acts_at = 0;
    step act;
    /// Done inside each commit.
    step at_commit;

    std::string document;           ///< What was written since the last discard.
    std::vector<std::string> calls; ///< "write", "commit", "discard"; writes in a row are one line.
    std::size_t writes = 0;
    std::size_t largest_write = 0;
    std::vector<std::uint64_t> expected_sizes; ///< One for each attempt.
    std::uint64_t received = 0;                ///< Bytes in all, discarded ones included.
    boost::asio::any_io_executor called_on;
    std::atomic<bool> is_in_call = false;
    std::atomic<bool> was_misused = false;

    /// The last call.
    std::string last_call() const { return calls.empty() ? std::string() : calls.back(); }
    /// How often something was called.
    std::size_t number_of(const std::string& call) const;

    void set_expected_size(std::uint64_t size) override { expected_sizes.push_back(size); }
    boost::asio::awaitable<void> write(boost::asio::const_buffer bytes) override;
    boost::asio::awaitable<void> commit() override;
    void discard() noexcept override;

private:
    void note(const char* call);

    bool is_over_ = false;
};

} // namespace langexport_tests

#endif
