#ifndef LANGEXPORT_TESTS_IO_OPENER_BENCH_HPP
#define LANGEXPORT_TESTS_IO_OPENER_BENCH_HPP

#include <langexport/detail/transport/network_opener.hpp>
#include <langexport/detail/transport/tls_context.hpp>

#include "support/catch.hpp"
#include "support/manual_time.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

namespace langexport_tests {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using tcp = asio::ip::tcp;

class closing_watchdog final : public watchdog {
public:
    using watchdog::watchdog;
    std::function<void()> bark;

private:
    void time_is_up() override { bark(); }
};

// A file that is removed at the end of the test.
class temporary_file {
public:
    explicit temporary_file(const std::string& text)
        : path_((std::filesystem::temp_directory_path() /
                 ("langexport-io-" + std::to_string(getpid()) + "-" + std::to_string(++number)))
                    .string()) {
        std::ofstream(path_, std::ios::binary) << text;
    }
    ~temporary_file() { std::remove(path_.c_str()); }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;

    const std::string& path() const { return path_; }

private:
    static inline int number = 0;
    std::string path_;
};

inline std::shared_ptr<tls_context> context_of(const std::string& authority_pem) {
    const temporary_file file(authority_pem);
    tls_problem problem;
    auto made = make_tls_context(tls_settings{file.path()}, problem);
    REQUIRE(made);
    return made;
}

inline origin peer_of(const std::string& host, std::uint16_t port, bool is_secure) {
    origin result;
    result.host = host;
    result.port = port;
    result.is_secure = is_secure;
    return result;
}

// One opener, with a clock that the test controls.
class bench {
public:
    explicit bench(origin peer, std::shared_ptr<tls_context> tls = {},
                   steady_duration connect_timeout = 8s)
        : opener(strand_, std::move(peer), opening_timeouts{10s, connect_timeout, 6s},
                 std::move(tls)) {
        watch.bark = [this] {
            if (result.stream)
                result.stream->close();
            else
                opener.interrupt();
        };
    }
    ~bench() {
        result.stream.reset();
        context.poll();
    }

    void begin() {
        calls = 0;
        asio::co_spawn(strand_, opener.open(watch, result), [this](std::exception_ptr error) {
            ++calls;
            thrown = thrown || error;
        });
        settle();
    }
    // Runs what can be run now.
    void settle() {
        context.restart();
        context.run_for(5ms);
    }
    bool run_until(const std::function<bool()>& is_so) {
        for (const auto end = steady_now() + 30s; !is_so() && steady_now() < end;) {
            context.restart();
            context.run_for(1ms);
        }
        return is_so();
    }
    bool open() {
        begin();
        return run_until([&] { return calls > 0; }) && calls == 1 && !thrown;
    }
    // Lets so much time pass.
    void pass(steady_duration time) {
        timers_.fire_due(steady_now() + time);
        settle();
    }
    void check_failure(errc code) {
        REQUIRE(result.failure);
        INFO(result.failure->detail << ": " << result.failure->cause.message());
        CHECK(to_string(result.failure->code) == to_string(code));
        CHECK_FALSE(result.stream);
    }
    // The next timer of the opener or of its watchdog.
    steady_time next_timer() const { return timers_.next(); }
    std::string detail() const { return result.failure ? result.failure->detail : ""; }

    asio::io_context context;

private:
    strand_type strand_ = asio::make_strand(asio::any_io_executor(context.get_executor()));
    clock_only clock_;
    timer_queue timers_{clock_, [] {}};

public:
    closing_watchdog watch{timers_};
    network_opener opener;
    opening result;
    int calls = 0;
    bool thrown = false;
};

class listening {
public:
    explicit listening(asio::io_context& context, const char* address = "127.0.0.1",
                       std::uint16_t port = 0)
        : acceptor(context, tcp::endpoint(asio::ip::make_address(address), port)) {}
    std::uint16_t port() const { return acceptor.local_endpoint().port(); }

    tcp::acceptor acceptor;
};

} // namespace langexport_tests

#endif
