// How long a source waits for the endpoint of a virtual machine, with a clock that the test controls.

#include <langexport/error.hpp>
#include <langexport/identity/identity_from_environment.hpp>
#include <langexport/identity/impl/identity_environment.hpp>
#include <langexport/identity/managed_identity.hpp>
#include <langexport/identity/token_chain.hpp>

#include "support/catch.hpp"
#include "support/silent_listener.hpp"
#include "support/virtual_time.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <string>

namespace managed_identity_time_test {

using namespace std::chrono_literals;
using langexport::bearer_token_source;
using langexport_tests::contains_text;
using langexport_tests::silent_listener;
using langexport_tests::virtual_time;

namespace {

// An endpoint that does not respond: it accepts no connection, or accepts it and sends nothing.
class silent_machine {
public:
    explicit silent_machine(silent_listener::manner how) : silent_(how) {}

    langexport::detail::identity_environment environment() const {
        langexport::detail::identity_environment result;
        result.variable = [](const std::string& name) {
            return std::string(name == "AZURE_CLIENT_ID" ? "client" : "");
        };
        result.machine_endpoint = "http://127.0.0.1:" + std::to_string(silent_.port());
        return result;
    }

private:
    const silent_listener silent_;
};

// A question to a source, in virtual time.
class question {
public:
    explicit question(const bearer_token_source& source) : asked_at_(clock_.now()) {
        source.ask(context_.get_executor(),
                   [this](std::exception_ptr why, const langexport::access_token&) {
                       has_ended_ = true;
                       error_ = why;
                   });
        pass(0ms);
    }

    // Until this long after the question.
    void pass(virtual_time::duration time) {
        clock_.advance(asked_at_ + time, context_);
        // What the timers caused needs further turns of the context, and the kernel's events of a socket.
        for (int i = 0; i < 100; ++i) {
            context_.restart();
            context_.poll();
        }
    }
    bool has_ended() const { return has_ended_; }
    std::string what() const { return langexport::message_of(error_); }

private:
    virtual_time clock_;
    virtual_time::time_point asked_at_;
    boost::asio::io_context context_;
    bool has_ended_ = false;
    std::exception_ptr error_;
};

} // namespace

TEST_CASE("the endpoint of a machine that was not requested has one second", "[identity]") {
    const silent_machine machine(
        GENERATE(silent_listener::manner::full, silent_listener::manner::accepting));
    const bool is_in_chain = GENERATE(false, true);
    bearer_token_source source =
        langexport::detail::make_identity_from_environment(machine.environment());
    if (is_in_chain)
        source = langexport::token_chain({source});
    question asked(source);
    asked.pass(999ms);
    CHECK_FALSE(asked.has_ended());
    asked.pass(1001ms);
    REQUIRE(asked.has_ended());
    CHECK_THAT(asked.what(), contains_text("the managed identity of this machine"));
    CHECK_THAT(asked.what(), contains_text("in time") || contains_text("took too long"));
}

TEST_CASE("the endpoint of a machine that was requested has the time of its options",
          "[identity]") {
    const auto manner = GENERATE(silent_listener::manner::full, silent_listener::manner::accepting);
    const silent_machine machine(manner);
    const bool is_in_chain = GENERATE(false, true);
    bearer_token_source source = langexport::detail::make_managed_identity(
        langexport::managed_identity_options(), machine.environment());
    if (is_in_chain)
        source = langexport::token_chain({source});
    question asked(source);
    // The connection has 10 s, the response 30 s.
    const auto limit = manner == silent_listener::manner::full ? 10s : 30s;
    asked.pass(limit - 1ms);
    CHECK_FALSE(asked.has_ended());
    asked.pass(limit + 1ms);
    CHECK(asked.has_ended());
}

} // namespace managed_identity_time_test
