#include "integration/client_bench.hpp"
#include "integration/slow_office.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace credentials_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::access_token;
using langexport::bearer_token_source;
using langexport::client;
using langexport::client_params;
using langexport::credential;
using langexport::errc;
using langexport::export_request;
using langexport::exported_project;
using langexport::subscription_key;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::quick_project;
using langexport_tests::slow_office;
using testing::credential_seen;

using lines = std::vector<std::string>;

access_token::time_point in(std::chrono::milliseconds time) {
    return std::chrono::system_clock::now() + time;
}

// A token source that returns the given tokens in order, and then repeats the last one.
class token_office {
public:
    explicit token_office(std::vector<access_token> tokens)
        : state_(std::make_shared<state>(state{std::move(tokens)})) {}

    asio::awaitable<access_token> operator()() const {
        auto held = state_;
        const std::size_t number = held->asked++;
        auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        if (number < held->failures)
            throw std::runtime_error("the office is closed");
        co_return held->tokens[std::min(number - held->failures, held->tokens.size() - 1)];
    }

    void fail_first(std::size_t times) { state_->failures = times; }
    std::size_t asked() const { return state_->asked; }

private:
    struct state {
        std::vector<access_token> tokens;
        std::size_t failures = 0;
        std::size_t asked = 0;
    };
    std::shared_ptr<state> state_;
};

client_params with(const client_bench& bench, credential proof) {
    client_params params = bench.params();
    params.credential = std::move(proof);
    return params;
}

auto begin_export(client_bench& bench, const client& c) {
    return bench.begin<exported_project>(
        [&](auto token) { export_project(c, export_request("Demo"), std::move(token)); });
}

std::string upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

} // namespace

TEST_CASE("the second of two keys is tried once when the first is rejected", "[credentials]") {
    client_bench b(GENERATE(false, true));
    b->add_project(quick_project());
    const subscription_key wrong("of-last-year"), right(b->key());
    const client c = b.make_client(with(b, credential(wrong, right)));
    REQUIRE(b.export_project(c).is_good());
    CHECK(b.seen() == lines{"POST export", "POST export", "GET status", "GET result"});
    CHECK(b->counters().unauthorized == 1);

    INFO("the one that was good stays in use");
    REQUIRE(b.export_project(c).is_good());
    CHECK(b->counters().unauthorized == 1);
}

TEST_CASE("with two invalid keys an export fails after one attempt with each", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    const client c =
        b.make_client(with(b, credential(subscription_key("one"), subscription_key("two"))));
    for (int i = 0; i < 2; ++i) {
        const auto done = b.export_project(c);
        CHECK(done.code() == errc::unauthorized);
        CHECK(done.known().submission == langexport::submission_state::not_sent);
        CHECK(done.known().submits == 2);
    }
    CHECK(b->counters().unauthorized == 4);
}

TEST_CASE("keys can be regenerated one after the other while an export runs", "[credentials]") {
    client_bench b(false);
    testing::project slow = quick_project();
    slow.states = {"running", "running", "running"};
    b->add_project(slow);
    const auto keys = b->keys();
    REQUIRE(keys.size() == 2);
    const client c =
        b.make_client(with(b, credential(subscription_key(keys[0]), subscription_key(keys[1]))));
    const auto done = begin_export(b, c);
    REQUIRE(b.run_until_seen(2));
    b->set_keys({"a-new-first-key", keys[1]});
    REQUIRE(b.run_dry());
    CHECK(done->is_good());
    CHECK(b->counters().jobs_created == 1);
}

TEST_CASE("the credential can be replaced at any time", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    client c = b.make_client(with(b, subscription_key("wrong")));
    CHECK(b.export_project(c).code() == errc::unauthorized);
    c.update_credential(subscription_key(b->key()));
    CHECK(b.export_project(c).is_good());
    c.update_credential(subscription_key("wrong-again"));
    CHECK(b.export_project(c).code() == errc::unauthorized);
}

TEST_CASE("a 401 that arrives after the credential was replaced does not fail the export",
          "[credentials]") {
    client_bench b(false);
    testing::project slow = quick_project();
    slow.states = {"running", "running", "running"};
    b->add_project(slow);
    client c = b.make_client();
    const auto done = begin_export(b, c);
    REQUIRE(b.run_until_seen(2));
    b->set_keys({"rotated"});
    c.update_credential(subscription_key("rotated"));
    REQUIRE(b.run_dry());
    CHECK(done->is_good());
}

TEST_CASE("access tokens are requested once and used until they expire", "[credentials]") {
    client_bench b(GENERATE(false, true));
    b->add_project(quick_project());
    b->set_bearer_tokens({"first", "second"});
    token_office office({access_token("first", in(1h)), access_token("second", in(2h))});
    const client c = b.make_client(with(b, bearer_token_source(office)));
    for (int i = 0; i < 3; ++i)
        REQUIRE(b.export_project(c).is_good());
    CHECK(office.asked() == 1);
    for (const auto& request : b->requests())
        CHECK(request.credential == credential_seen::bearer);
}

TEST_CASE("many exports request one token", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->set_bearer_tokens({"first"});
    token_office office({access_token("first", in(1h))});
    const client c = b.make_client(with(b, bearer_token_source(office)));
    std::size_t good = 0;
    for (int i = 0; i < 20; ++i)
        langexport::export_project(
            c, langexport::export_request("Demo"),
            [&](std::exception_ptr error, langexport::exported_project) { good += error ? 0 : 1; });
    REQUIRE(b.run_dry());
    CHECK(good == 20);
    CHECK(office.asked() == 1);
}

TEST_CASE("an expired token is not used, and another one is requested", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->set_bearer_tokens({"first", "second"});
    token_office office({access_token("first", in(0ms)), access_token("second", in(1h))});
    const client c = b.make_client(with(b, bearer_token_source(office)));
    const auto done = b.export_project(c);
    INFO((done.error ? done.what() : "good"));
    CHECK(done.is_good()); // after the first, which had expired, and a pause
    CHECK(office.asked() == 2);
}

TEST_CASE("a 401 makes the client request a new token, once", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->set_bearer_tokens({"second"});
    token_office office({access_token("revoked", in(1h)), access_token("second", in(1h))});
    const client c = b.make_client(with(b, bearer_token_source(office)));
    REQUIRE(b.export_project(c).is_good());
    CHECK(office.asked() == 2);
    CHECK(b->counters().unauthorized == 1);

    INFO("and only once");
    b->set_bearer_tokens({});
    CHECK(b.export_project(c).code() == errc::unauthorized);
    CHECK(b->counters().unauthorized == 3);
}

TEST_CASE("a failed token request is retried, and its reason is kept", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->set_bearer_tokens({"first"});
    token_office office({access_token("first", in(1h))});
    client_params params = with(b, bearer_token_source(office));

    SECTION("the source recovers") {
        office.fail_first(2);
        CHECK(b.export_project(b.make_client(params)).is_good());
        CHECK(office.asked() == 3);
    }
    SECTION("the source keeps failing") {
        office.fail_first(1000);
        params.retry.max_attempts = 3;
        const auto done = b.export_project(b.make_client(params));
        CHECK(done.code() == errc::credential_unavailable);
        CHECK(done.code() == langexport::condition::transient);
        CHECK_THAT(done.what(), contains_text("the token source threw"));
        REQUIRE(done.known().cause);
        CHECK_THROWS_WITH(std::rethrow_exception(done.known().cause), "the office is closed");
        CHECK(office.asked() == 3);
        CHECK(b.number_seen() == 0);
    }
    SECTION("the source returns no token") {
        token_office empty({access_token()});
        params.credential = bearer_token_source(empty);
        params.retry.max_attempts = 2;
        const auto done = b.export_project(b.make_client(params));
        CHECK(done.code() == errc::credential_unavailable);
        CHECK_THAT(done.what(), contains_text("gave no token"));
    }
}

TEST_CASE("a new token source is called at once, even if the old one failed many times",
          "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->set_bearer_tokens({"second"});
    token_office closed({access_token("first", in(1h))});
    closed.fail_first(1000);
    client_params params = with(b, bearer_token_source(closed));
    params.retry.first_backoff = params.retry.max_backoff = 1h;
    client c = b.make_client(params);
    const auto waits = begin_export(b, c);
    REQUIRE(b.run_until([&] { return c.stats().waiting == 1; }));
    c.update_credential(bearer_token_source(token_office({access_token("second", in(1h))})));
    const auto next = begin_export(b, c);
    REQUIRE(b.run_dry()); // an hour before the next call of the old source
    CHECK(waits->is_good());
    CHECK(next->is_good());
}

TEST_CASE("an export survives the replacement of both keys", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->on(testing::call_kind::submission, 2, testing::canned_response::after(20ms));
    client c = b.make_client(
        with(b, credential(subscription_key("revoked"), subscription_key("revoked-too"))));
    const auto done = begin_export(b, c);
    REQUIRE(
        b.run_until_seen(2)); // with the second key; its 401 arrives after the keys were replaced
    c.update_credential(credential(subscription_key("mistyped"), subscription_key(b->key())));
    REQUIRE(b.run_dry());
    INFO((done->error ? done->what() : "good"));
    CHECK(done->is_good());
    CHECK(b->counters().unauthorized == 3);
}

TEST_CASE("a token source that does not respond is awaited for a limited time", "[credentials]") {
    client_bench b(false);
    b->add_project(quick_project());
    b->set_bearer_tokens({"late"});
    slow_office office(b);
    client_params params = with(b, bearer_token_source(office));
    params.attempt_timeout = 10ms;
    params.retry.max_attempts = 2;
    params.quota.submissions = 2; // the quota does not delay the exports
    client c = b.make_client(params);
    SECTION("all exports that wait fail, and a token that arrives later is used") {
        for (int i = 0; i < 2; ++i) {
            const std::array many{begin_export(b, c), begin_export(b, c), begin_export(b, c)};
            for (const auto& done : many) {
                REQUIRE(b.run_until([&] { return done->calls > 0; }));
                CHECK(done->code() == errc::credential_unavailable);
                CHECK_THAT(
                    done->what(),
                    contains_text("has not responded within client_params::attempt_timeout"));
                CHECK(done->known().failures == 2);
            }
        }
        CHECK(b.number_seen() == 0);
        const auto done = begin_export(b, c);
        for (int i = 0; i < 10; ++i)
            b.context.poll();
        office.response();
        REQUIRE(b.run_dry());
        CHECK(done->is_good());
    }
    SECTION("another source is called at once, and the late token is ignored") {
        params.retry.first_backoff = params.retry.max_backoff = 1h;
        params.attempt_timeout = 2s; // long enough for the requests of a busy machine
        c = b.make_client(params);
        const auto done = begin_export(b, c);
        REQUIRE(b.run_until([&] { return c.stats().waiting == 1; }));
        b->set_bearer_tokens({"other"});
        c.update_credential(bearer_token_source(token_office({access_token("other", in(1h))})));
        REQUIRE(b.run_until([&] { return done->calls > 0; }));
        CHECK(done->is_good());
        office.response();
        REQUIRE(b.run_dry());
        CHECK(b.export_project(c).is_good());
        CHECK(b->counters().unauthorized == 0);
    }
    CHECK(office.asked() == 1);
}

TEST_CASE("a token source that never responds does not keep a closed client alive",
          "[credentials]") {
    client_bench b(false);
    slow_office office(b);
    client_params params = with(b, bearer_token_source(office));
    const auto who = std::make_shared<langexport::observer>();
    params.observer = who;
    std::optional<client> c(b.make_client(params));
    params.observer.reset();
    const auto done = begin_export(b, *c);
    REQUIRE(b.run_until([&] { return office.asked() == 1; }));
    CHECK(who.use_count() > 1);
    c.reset();
    REQUIRE(b.run_until([&] { return done->calls > 0; }));
    CHECK(done->code() == errc::client_closed);
    for (int i = 0; i < 10; ++i)
        b.context.poll();
    CHECK(who.use_count() == 1);
    office.response();
    CHECK(b.run_dry());
}

TEST_CASE("an operation that waits for a token can be cancelled", "[credentials]") {
    client_bench b(false);
    slow_office office(b);
    asio::cancellation_signal signal;
    const client c = b.make_client(with(b, bearer_token_source(office)));
    const auto done = b.begin<langexport::exported_project>([&](auto handler) {
        langexport::export_project(c, langexport::export_request("Demo"),
                                   asio::bind_cancellation_slot(signal.slot(), handler));
    });
    for (int i = 0; i < 10; ++i)
        b.context.poll();
    signal.emit(asio::cancellation_type::terminal);
    for (int i = 0; i < 10; ++i)
        b.context.poll();
    CHECK(done->calls == 1);
    CHECK(done->code() == asio::error::operation_aborted);
    office.response();
    CHECK(b.run_dry());
}

TEST_CASE("a secret that was replaced long ago is hidden when a server echoes it",
          "[credentials][secrets]") {
    client_bench b(GENERATE(false, true));
    b->add_project(quick_project());
    const std::string valid = b->key();
    const std::string old = "an-old-secret-of-mine";
    std::optional<client> c;
    SECTION("a key") {
        c.emplace(b.make_client(with(b, subscription_key(old))));
        CHECK(b.export_project(*c).code() == errc::unauthorized);
        c->update_credential(subscription_key("another-in-between"));
        c->update_credential(subscription_key(valid));
    }
    SECTION("both keys") {
        c.emplace(b.make_client(
            with(b, credential(subscription_key(old), subscription_key("of-last-year")))));
        CHECK(b.export_project(*c).code() == errc::unauthorized);
        c->update_credential(credential(subscription_key(valid), subscription_key("new-one")));
    }
    SECTION("a token") {
        b->set_bearer_tokens({"second"});
        token_office office({access_token(old, in(1h)), access_token("second", in(1h))});
        c.emplace(b.make_client(with(b, bearer_token_source(office))));
        REQUIRE(b.export_project(*c).is_good());
    }
    const std::string words = R"({"error":{"code":"Old","message":"not )" + old + "\"}}";
    b->on(testing::call_kind::submission, 1, testing::canned_response(400, words));
    CHECK_THAT(b.export_project(*c).what(), contains_text("not [redacted]\""));
    b->on(testing::call_kind::submission, 1,
          testing::canned_response(400, "<p>a proxy has cut this: " + old.substr(0, 12)));
    const auto done = b.export_project(*c);
    CHECK_THAT(done.what(), contains_text("cut this: [redacted]\""));
    CHECK(done.known().service.message == "a proxy has cut this: [redacted]");
}

TEST_CASE("a name that contains a secret is rejected, and reported without the secret",
          "[credentials][secrets]") {
    client_bench b(false);
    const std::string key = GENERATE(as<std::string>(), "e58b081006f7e3df", "+key/with=signs%");
    b->set_keys({key});
    class names : public langexport::observer {
    public:
        std::string all;
        void on_queued(const langexport::queued_event& e) noexcept override {
            all.append(e.project_name);
        }
        void on_failed(const langexport::failed_event& e) noexcept override {
            all.append(e.error.what()).append(e.error.diagnostics().project_name);
        }
    };
    auto observed = std::make_shared<names>();
    client_params params = b.params();
    params.observer = observed;
    params.api_version = "2023-04-01";
    const client c = b.make_client(params);
    langexport::export_request request("Demo");
    const auto check = [&](const langexport::export_error& failure) {
        CHECK(failure.code() == errc::invalid_request);
        CHECK_THAT(failure.what(), contains_text("a key or token of this client"));
        CHECK(failure.job() == nullptr);
        observed->all.append(failure.what()).append(failure.diagnostics().project_name);
    };
    SECTION("the project name") {
        request.project_name = key;
    }
    SECTION("a part of the project name") {
        request.project_name = "x-" + key + "-x";
    }
    SECTION("the project name in upper case") {
        request.project_name = upper_case(key);
    }
    SECTION("the model label") {
        request.trained_model_label = key;
    }
    SECTION("the asset kind") {
        request.asset_kind = key;
    }
    SECTION("an asset name") {
        request.assets_to_export = {"a", key};
    }
    SECTION("the project name of a job") {
        const auto link = b->endpoint() + "/language/authoring/analyze-text/projects/p/x";
        const langexport::export_job bad_name(key, link, std::chrono::system_clock::now());
        const langexport::export_job bad_link(
            "p", link + "?k=" + langexport::detail::percent_encode(key),
            std::chrono::system_clock::now());
        check(b.resume(c, bad_name).failure());
        check(b.resume(c, bad_link).failure());
        langexport::export_status bad_result(
            langexport::export_job("p", link, std::chrono::system_clock::now()));
        bad_result.result_url = bad_link.operation_location();
        check(b.fetch(c, bad_result).failure());
        request.project_name = key;
    }
    check(b.export_project(c, request).failure());
    CHECK(b.number_seen() == 0);
    CHECK_FALSE(observed->all.empty());
    CHECK(upper_case(observed->all).find(upper_case(key)) == std::string::npos);
}

} // namespace credentials_test
