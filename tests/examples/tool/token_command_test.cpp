// Tokens that a command of the shell prints.

#include "examples/tool/token_command.hpp"

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <ctime>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace token_command_test {

using namespace langexport_tests;
using namespace std::chrono_literals;
using langexport::errc;

namespace {

std::optional<langexport::access_token> token_of(std::string_view text) {
    return tool::read_command_token(text, {}, "the token command");
}

// Runs a command. Returns its output, or the reason of its failure.
std::string run(const std::string& command, std::chrono::milliseconds limit = 30s) {
    boost::asio::io_context context;
    std::string result;
    boost::asio::co_spawn(
        context, tool::output_of_command(command, limit, "the --token-command"),
        [&](std::exception_ptr error, std::pair<std::string, std::string> output) {
            result = output.first;
            if (const auto* known = langexport::get_export_error(error))
                result = known->diagnostics().detail;
        });
    context.run();
    return result;
}

bool is_permanent(const std::string& command) {
    boost::asio::io_context context;
    bool result = false;
    boost::asio::co_spawn(context, tool::output_of_command(command, 30s, "the command"),
                          [&](std::exception_ptr error, std::pair<std::string, std::string>) {
                              const auto* known = langexport::get_export_error(error);
                              result = known && known->diagnostics().is_permanent;
                          });
    context.run();
    return result;
}

} // namespace

TEST_CASE("a token and its expiry are read from what az prints", "[tool][token_command]") {
    const auto seconds = [](std::string_view text) {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   token_of(text)->expires().time_since_epoch())
            .count();
    };
    CHECK(seconds(R"({"accessToken":"abc","expires_on":1790000000,"tokenType":"Bearer"})") ==
          1790000000);
    CHECK(seconds(R"({"accessToken":"abc","expires_on":"1790000000"})") == 1790000000);
    CHECK(seconds("\n abc \r\n") == 600); // a token alone: ten minutes from now, which is 0 here
    std::tm local{};
    local.tm_year = 126;
    local.tm_mon = 10;
    local.tm_mday = 29;
    local.tm_hour = 13;
    local.tm_isdst = -1;
    CHECK(seconds(R"({"accessToken":"abc","expiresOn":"2026-11-29 13:00:00.123456"})") ==
          std::mktime(&local));
    // Times that the clock cannot represent in nanoseconds: expired, and far away.
    CHECK(seconds(R"({"accessToken":"abc","expiresOn":"0867-11-29 08:00:00.000000"})") == 0);
    CHECK(seconds(R"({"accessToken":"abc","expiresOn":"9999-12-31 23:59:59.000000"})") ==
          7258118400);

    struct row {
        std::string_view text, why;
    };
    const row rows[] = {
        {"", "printed nothing"},
        {" \n", "printed nothing"},
        {"hush-hush hush", "a character that is not allowed"},
        {"ERROR: Please run 'az login'\n", "a character that is not allowed"},
        {R"({"accessToken":"hush-hush"})", "without 'expires_on'"},
        {R"({"accessToken":"hush-hush","expires_on":"soon"})", "without 'expires_on'"},
        {R"({"accessToken":"hush-hush","expires_on":-1})", "without 'expires_on'"},
        {R"({"accessToken":7,"expires_on":1790000000})", "without a string 'accessToken'"},
        {R"({"token":"hush-hush"})", "without a string 'accessToken'"},
        {R"({"accessToken":"hush-)", "without a string 'accessToken'"},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const auto rejected = rejection_of([&] { token_of(each.text); });
        CHECK(rejected.code == errc::credential_unavailable);
        CHECK_THAT(rejected.detail, contains_text(std::string(each.why)));
        CHECK(rejected.detail.find("hush") == std::string::npos);
    }
}

TEST_CASE("a command for tokens runs in a shell, and its failure is shown",
          "[tool][token_command]") {
    CHECK(run("echo abc | tr a-c x-z") == "xyz\n");
    CHECK(run("printf %s \"$0\"; cat") == "/bin/sh"); // its input is empty
    // Its standard error is shown, too, if its output is unusable.
    for (const char* const useless : {"echo please login >&2", "echo please login >&2; echo {}"}) {
        boost::asio::io_context context;
        std::string why;
        boost::asio::co_spawn(context, tool::token_of_command(useless, "the command"),
                              [&](std::exception_ptr error, const langexport::access_token&) {
                                  if (const auto* known = langexport::get_export_error(error))
                                      why = known->diagnostics().detail;
                              });
        context.run();
        CHECK_THAT(why, contains_text(": please login"));
    }
    CHECK(run("echo out; echo no login >&2; exit 3") ==
          "the --token-command ended with status 3: no login");
    CHECK(run("kill -9 $$") == "the --token-command was ended by signal 9");
    CHECK_THAT(run("no-such-command-here"), contains_text("ended with status 127: "));
    CHECK_FALSE(is_permanent("exit 3")); // not a permanent failure
    CHECK(is_permanent("no-such-command-here"));
    CHECK_THAT(run("head -c 200000 /dev/zero"), contains_text("printed too much"));
    CHECK(run("head -c 100000 /dev/zero >&2; echo x") == "x\n"); // errors do not block it
    // The command is killed with all processes that it started.
    CHECK(run("sleep 600 & sleep 600", 50ms) == "the --token-command did not end within 50 ms");
    CHECK_THAT(run("exec >&-; sleep 600", 50ms), contains_text("did not end within 50 ms"));
}

TEST_CASE("the tool does not wait for a process that a token command leaves running",
          "[tool][token_command]") {
    const std::chrono::milliseconds limit = 15s;
    CHECK(run("echo abc; sleep 20 &", limit) == "abc\n");
    CHECK(run("sleep 20 & printf ab; sleep 0.05; printf c", limit) ==
          "abc"); // output that arrives within the limit
    CHECK(run("sleep 20 & head -c 100000 /dev/zero | tr '\\0' x", limit).size() == 100000);
    CHECK(run("sleep 20 & echo no login >&2; exit 3", limit) ==
          "the --token-command ended with status 3: no login");
    CHECK(run("sleep 20 & echo abc; exit 3", limit) == "the --token-command ended with status 3");
    CHECK(run("sleep 20 &", limit).empty());
    // If the command itself has printed nothing, such a process has a short time to print the token.
    CHECK(run("(sleep 0.1; echo abc; sleep 20) &", limit) == "abc\n");
}

TEST_CASE("a token command that is cancelled is killed, and nothing waits for it",
          "[tool][token_command]") {
    boost::asio::io_context context;
    boost::asio::cancellation_signal cancel;
    bool has_ended = false;
    boost::asio::co_spawn(
        context, tool::output_of_command("sleep 600", 600s, "the command"),
        boost::asio::bind_cancellation_slot(
            cancel.slot(), [&](std::exception_ptr error, std::pair<std::string, std::string>) {
                has_ended = error != nullptr;
            }));
    context.poll();
    cancel.emit(boost::asio::cancellation_type::terminal);
    context.run();
    CHECK(has_ended);
}

} // namespace token_command_test
