#ifndef LANGEXPORT_TESTS_SUPPORT_ENGINE_BENCH_HPP
#define LANGEXPORT_TESTS_SUPPORT_ENGINE_BENCH_HPP

#include "support/manual_time.hpp"

#include <langexport/client.hpp>
#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/stream_opener.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

/// Counts calls, and does something at one of them.
class call_counter {
public:
    std::size_t calls = 0;
    std::size_t hit_at = 0;       ///< The number of the call that is hit, from 1; 0: none.
    std::function<void()> on_hit; ///< May be empty.
    bool is_failure = true;       ///< The call that is hit fails.
    std::string hit_callee;       ///< What was called then; empty before.

    /// Counts a call of `callee`. Returns whether it fails.
    bool fails(std::string_view callee) {
        if (++calls != hit_at)
            return false;
        hit_callee = callee;
        if (on_hit)
            on_hit();
        return is_failure;
    }
};

/// A request as it arrived.
struct seen_request {
    std::string method;
    std::string target;
    std::string bytes;
    manual_time::time_point at;
};

/// What the service sends.
struct bench_response {
    /// `all`: the whole response; empty: nothing is sent.
    bench_response(std::string all = {}) : bytes(std::move(all)) {}
    bench_response(const char* all) : bytes(all) {}

    std::string bytes;
    bool is_reset = false;         ///< The connection is reset behind them.
    manual_time::duration delay{}; ///< In addition to the latency of the service.
};

class engine_bench;

/// A service in this process, in the bench's time: one response for each request, over streams without a network.
class bench_service {
public:
    /// By default the service accepts every job and completes it after `run_time`.
    std::function<bench_response(const seen_request&)> respond;
    /// What the service sends before it has a whole request, whose bytes so far it gets; empty: nothing. May be null.
    std::function<bench_response(const std::string& so_far)> respond_early;
    manual_time::duration opening_time{}; ///< Of each connection. 0: it opens within the call.
    manual_time::duration latency{};      ///< Of each response.
    manual_time::duration run_time{};     ///< Of each job.
    std::size_t piece_size = 0; ///< Longer responses arrive in pieces of that size; 0: whole.
    manual_time::duration piece_interval{};
    std::vector<seen_request> requests;
    std::size_t streams_open = 0;
    std::size_t streams_opened = 0;
    std::size_t openings_pending = 0; ///< That have neither opened nor failed.
    bool rejects_connections = false;
    call_counter* faults = nullptr; ///< Counts the calls of openers and streams; one may fail.

    explicit bench_service(const manual_time& time);
    std::size_t number_of(std::string_view method) const;
    /// Counts a call of the opener or of a stream. Returns whether it fails.
    bool fails(std::string_view callee) const;

    static std::string response(const std::string& status, const std::string& body,
                                const std::string& headers = "");
    static const std::string host;
    static const std::string document;
    /// An opening fails after this time.
    static constexpr manual_time::duration opening_limit = std::chrono::seconds(10);

private:
    std::string respond_as_usual(const seen_request& request);

    const manual_time& time_;
    std::map<std::string, manual_time::time_point> jobs_; // by path, with the time of their end
};

/// One client whose time passes only in `run`. Everything runs in one thread, inside `run`.
class engine_bench {
public:
    explicit engine_bench(const langexport::client_params& params);
    ~engine_bench();
    engine_bench(const engine_bench&) = delete;
    engine_bench& operator=(const engine_bench&) = delete;

    static langexport::client_params default_params();

    /// The client's handle; null after `drop_client`.
    const langexport::client& client() const { return *client_; }
    void drop_client() { client_.reset(); }
    /// Destroys the execution context, with everything that waits in it.
    void destroy_context();

    /// Runs ready handlers, moves the time to the next event, and repeats this until nothing is left, or until then.
    void run(manual_time::time_point until = (manual_time::time_point::max)());
    /// The same until something is so; false if nothing is left before.
    bool run_until(const std::function<bool()>& is_so);
    /// Runs the handlers that are ready now.
    void run_ready();
    /// Does something at that time.
    void at(manual_time::time_point when, std::function<void()> function);
    bool is_destroyed() const { return !context_; }
    /// Ends `run` after the function that runs now.
    void stop();

    manual_time& time() { return *time_; }
    boost::asio::io_context& context() { return *context_; }
    const std::shared_ptr<langexport::detail::engine>& engine() const { return engine_; }

private:
    bool move_to_next_event(manual_time::time_point until);

    std::unique_ptr<boost::asio::io_context> context_;
    manual_time* time_; // the engine's

public:
    std::unique_ptr<bench_service> service;

private:
    std::multimap<manual_time::time_point, std::function<void()>> events_;
    std::shared_ptr<langexport::detail::engine> engine_;
    std::optional<langexport::client> client_;
    bool is_stopped_ = false;
};

} // namespace langexport_tests

#endif
