// Several sources of tokens, tried in order.

#include <langexport/identity/token_chain.hpp>

#include "support/asked_source.hpp"
#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace token_chain_test {

using namespace langexport;
using namespace std::chrono_literals;
using langexport_tests::ask;
using langexport_tests::contains_text;
using langexport_tests::rejection_of;
using langexport_tests::source_answer;
namespace asio = boost::asio;

namespace {

const auto tomorrow = std::chrono::system_clock::now() + 24h;

// What a source does next, and how often it was asked.
struct script {
    std::string token; // empty: it fails
    std::exception_ptr error = std::make_exception_ptr(std::runtime_error("no such identity"));
    int calls = 0;
};
using script_ptr = std::shared_ptr<script>;

script_ptr failing(std::exception_ptr error) {
    const auto made = std::make_shared<script>();
    made->error = std::move(error);
    return made;
}
script_ptr failing(const std::string& detail, bool is_permanent = false,
                   diagnostics::duration retry_after = {}) {
    diagnostics known;
    known.detail = detail;
    known.is_permanent = is_permanent;
    known.retry_after = retry_after;
    return failing(std::make_exception_ptr(
        export_error(make_error_code(errc::credential_unavailable), known)));
}
script_ptr giving(const std::string& token) {
    const auto made = std::make_shared<script>();
    made->token = token;
    return made;
}

bearer_token_source source_of(const script_ptr& script) {
    return bearer_token_source([script]() -> asio::awaitable<access_token> {
        ++script->calls;
        if (script->token == "none")
            co_return access_token();
        if (script->token.empty())
            std::rethrow_exception(script->error);
        co_return access_token(script->token, tomorrow);
    });
}

bearer_token_source chain_of(const std::vector<script_ptr>& scripts) {
    std::vector<bearer_token_source> sources;
    for (const script_ptr& each : scripts)
        sources.push_back(source_of(each));
    return token_chain(std::move(sources));
}

bool has_token(const source_answer& answer, const std::string& token) {
    if (answer.calls != 1 || answer.error || answer.token.empty())
        return false;
    std::string text = token;
    answer.token.redact(text);
    return text == "[redacted]";
}

} // namespace

TEST_CASE("a chain without sources is rejected", "[identity][token_chain]") {
    const auto rejected = rejection_of([] { token_chain({}); });
    CHECK(rejected.code == errc::invalid_configuration);
    CHECK_THAT(rejected.detail, contains_text("the chain of token sources is empty"));
}

TEST_CASE("a chain tries its sources in order and keeps the first that returns a token",
          "[identity][token_chain]") {
    const auto first = failing("the first"), second = giving("second-token"),
               third = giving("third-token");
    const bearer_token_source chain = chain_of({first, second, third});
    CHECK(has_token(ask(chain), "second-token"));
    first->token = "first-token"; // too late
    const bearer_token_source copy = chain;
    CHECK(has_token(ask(copy), "second-token"));
    CHECK(first->calls == 1);
    CHECK(second->calls == 2);
    CHECK(third->calls == 0);

    INFO("from then on its errors are that source's own");
    second->token.clear();
    second->error = failing("the second", true)->error;
    const source_answer answer = ask(chain);
    CHECK(answer.error == second->error);
    CHECK(answer.token.empty());
    CHECK(first->calls == 1);
    CHECK(third->calls == 0);
}

TEST_CASE("a chain in which no source returns a token reports each error and tries all again",
          "[identity][token_chain]") {
    const auto first = failing("the first"),
               second = failing(std::make_exception_ptr(std::runtime_error("the\nsecond"))),
               third = giving("none"), fourth = failing(std::make_exception_ptr(7));
    const bearer_token_source chain = chain_of({first, second, third, fourth});
    const source_answer answer = ask(chain);
    CHECK(answer.calls == 1);
    CHECK(answer.code() == errc::credential_unavailable);
    CHECK(answer.token.empty());
    CHECK_THAT(answer.what(), contains_text("none of 4 sources gave a token; 1. "));
    CHECK_THAT(answer.what(), contains_text("the first"));
    CHECK_THAT(answer.what(), contains_text("; 2. the second"));
    CHECK_THAT(answer.what(),
               contains_text("; 3. ") && contains_text("the token source gave no token"));
    CHECK_THAT(answer.what(), contains_text("; 4. an unknown exception"));
    CHECK(answer.what().find('\n') == std::string::npos);

    fourth->token = "fourth-token";
    CHECK(has_token(ask(chain), "fourth-token"));
    CHECK(first->calls == 2);
    CHECK(has_token(ask(chain), "fourth-token"));
    CHECK(first->calls == 2);
}

TEST_CASE("an error of a chain is permanent if those of all sources are",
          "[identity][token_chain]") {
    const auto permanent = [](const std::vector<script_ptr>& scripts) {
        return ask(chain_of(scripts)).is_permanent();
    };
    const auto wrong = failing("wrong", true), passing = failing("busy"),
               unknown = failing(std::make_exception_ptr(std::runtime_error("x")));
    CHECK(permanent({wrong}));
    CHECK(permanent({wrong, wrong, wrong}));
    CHECK_FALSE(permanent({wrong, passing}));
    CHECK_FALSE(permanent({passing, wrong}));
    CHECK_FALSE(permanent({wrong, unknown}));
    CHECK_FALSE(permanent({wrong, giving("none")}));
}

TEST_CASE("a chain asks to wait as long as the source that may succeed first",
          "[identity][token_chain]") {
    const auto wait_of = [](const std::vector<script_ptr>& scripts) {
        const source_answer answer = ask(chain_of(scripts));
        REQUIRE(get_export_error(answer.error));
        return get_export_error(answer.error)->diagnostics().retry_after;
    };
    const auto wrong = failing("wrong", true, 1s);
    CHECK(wait_of({failing("busy", false, 30s), failing("busy", false, 20s)}) == 20s);
    CHECK(wait_of({failing("busy", false, 30s), wrong}) == 30s);
    CHECK(wait_of({failing("busy", false, 30s), failing("busy")}) == 0s);
    CHECK(wait_of({wrong, wrong}) == 0s);
}

TEST_CASE("long errors of many sources are all in the message", "[identity][token_chain]") {
    std::vector<script_ptr> scripts;
    for (int i = 0; i < 10; ++i)
        scripts.push_back(failing("source " + std::to_string(i) + " " + std::string(2000, 'x')));
    const std::string what = ask(chain_of(scripts)).what();
    for (int i = 0; i < 10; ++i)
        CHECK_THAT(what, contains_text("source " + std::to_string(i)));
    CHECK(what.size() < 3000);
}

TEST_CASE("a request in progress keeps the sources of its chain alive", "[identity][token_chain]") {
    asio::io_context context;
    std::string token = "second-token";
    bool has_ended = false;
    {
        const bearer_token_source chain = chain_of({failing("the first"), giving(token)});
        chain.ask(context.get_executor(), [&](std::exception_ptr error, access_token got) {
            CHECK_FALSE(error);
            got.redact(token);
            has_ended = true;
        });
    }
    context.run();
    CHECK(has_ended);
    CHECK(token == "[redacted]");
}

} // namespace token_chain_test
