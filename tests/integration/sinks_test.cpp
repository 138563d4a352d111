// Results that go to a sink, over real sockets: whole or not at all, in the order that sinks are promised.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/gate.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_sink.hpp"

#include <langexport/sink/file_sink.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <cerrno>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::code_of;
using langexport::errc;
using langexport::export_request;
using langexport::export_status;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::content_of;
using langexport_tests::event_list;
using langexport_tests::gate;
using langexport_tests::outcome;
using langexport_tests::temporary_folder;
using langexport_tests::watched_sink;
using testing::body_framing;
using testing::call_kind;
using testing::canned_answer;
using testing::early_end;
using testing::occurrences;
using lines = std::vector<std::string>;

// The project "Demo" with a result of that size, told in that way.
testing::project project_of(std::uint64_t size,
                            body_framing framing = body_framing::content_length) {
    testing::project p = langexport_tests::quick_project();
    p.result_size = size;
    p.framing = framing;
    return p;
}

std::shared_ptr<outcome<export_status>> begin(client_bench& b, const client& c,
                                              std::shared_ptr<watched_sink> sink,
                                              asio::cancellation_signal* stop = nullptr,
                                              export_request request = export_request("Demo")) {
    return b.begin<export_status>([&](auto token) {
        if (stop)
            export_project_to(c, request, sink,
                              asio::bind_cancellation_slot(stop->slot(), std::move(token)));
        else
            export_project_to(c, request, sink, std::move(token));
    });
}

asio::awaitable<void> fail_with(std::string text) {
    throw std::runtime_error(text);
    co_return;
}

// What a sink is promised of an operation that did not succeed.
void check_discarded(const watched_sink& sink) {
    CHECK(sink.last_call() == "discard");
    CHECK(sink.number_of("discard") == 1);
    CHECK_FALSE(sink.was_misused);
    CHECK_FALSE(sink.is_in_call);
}

} // namespace

TEST_CASE("a result goes to its sink whole, however it is framed", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing =
        GENERATE(body_framing::content_length, body_framing::chunked, body_framing::until_close);
    const std::uint64_t size =
        GENERATE(1u, 16'383u, 16'384u, 16'385u, 262'143u, 262'144u, 262'145u, 5'000'000u);
    CAPTURE(tls, static_cast<int>(framing), size);
    client_bench b(tls);
    b->add_project(project_of(size, framing));
    auto events = std::make_shared<event_list>();
    client_params params = b.params();
    params.observer = events;
    const client c = b.make_client(params);
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(done.result.status == langexport::job_status::succeeded);
    CHECK(sink->calls == lines{"write", "commit"});
    CHECK_FALSE(sink->was_misused);
    CHECK(sink->largest_write <= 256 * 1024);
    CHECK(events->lines().back() == "finished Demo " + std::to_string(sink->document.size()));
    CHECK(sink.use_count() == 1); // it is let go before the handler is called
    if (size > 1)
        CHECK(sink->document.size() == size);
    CHECK(sink->document == b.export_project(c).result.document);
}

TEST_CASE("what is no result is not committed, whatever its status says", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    struct {
        const char* type;
        std::string body;
        const char* why;
        bool is_written;
    } const cases[] = {
        {"application/json", "", "the result is empty", false},
        {"application/json", R"({"assets":{"doc)", "the result of 15 bytes is no whole JSON",
         false},
        {"application/json", "[]" + std::string(300'000, ' ') + "]", "is no whole JSON", true},
        {"text/html", "<h1>Log in</h1>", "the result is a page of HTML", false},
        {"", "<h1>Log in</h1>" + std::string(300'000, ' '), "the result is a page of HTML", false},
    };
    for (const auto& each : cases) {
        INFO(each.type << ": " << each.why);
        b->clear_faults();
        b->on(testing::call_kind::result, 1,
              testing::canned_answer(200, each.body).header("Content-Type", each.type));
        const auto sink = std::make_shared<watched_sink>();
        const auto done = b.export_to(b.make_client(), sink);
        CHECK(done.code() == errc::malformed_response);
        CHECK_THAT(done.what(), contains_text(each.why));
        CHECK(sink->number_of("commit") == 0);
        CHECK((sink->received > 0) == each.is_written);
        CHECK_FALSE(sink->was_misused);
    }
}

TEST_CASE("a result in many small chunks goes to its sink in large pieces", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    std::string chunks, document = R"({"assets":{"a":[)";
    for (int i = 0; i < 30'000; ++i)
        document += "\"a text of some length\", ";
    document += "0]}}   ";
    for (std::size_t at = 0; at < document.size(); at += 13) {
        const std::string piece = document.substr(at, 13);
        chunks +=
            (piece.size() == 13 ? "D;x=\"y\"\r\n" : "0" + std::to_string(piece.size()) + "\r\n");
        chunks += piece + "\r\n";
    }
    REQUIRE(document.size() % 13 < 10);
    b->on(call_kind::result, 1,
          canned_answer::raw_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                   "Transfer-Encoding: chunked\r\n\r\n" +
                                   chunks + "0\r\nA-Trailer: x\r\n\r\n"));
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(sink->document == document);
    CHECK(sink->writes <= document.size() / (200 * 1024) + 8);
}

TEST_CASE("fetching and resuming fill sinks, too", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(project_of(300'000));
    const client c = b.make_client();
    const auto job = b.submit(c).result;
    const auto resumed = std::make_shared<watched_sink>();
    const auto end = b.run<export_status>(
        [&](auto token) { resume_export_to(c, job, resumed, std::move(token)); });
    REQUIRE(end.is_good());
    CHECK(end.result.status == langexport::job_status::succeeded);
    CHECK(end.result.job() == job);
    const auto fetched = std::make_shared<watched_sink>();
    const auto bytes = b.run<std::uint64_t>(
        [&](auto token) { fetch_result_to(c, end.result, fetched, std::move(token)); });
    REQUIRE(bytes.is_good());
    CHECK(bytes.result == 300'000);
    CHECK(fetched->document.size() == 300'000);
    CHECK(fetched->document == resumed->document);
}

TEST_CASE("a result that breaks off is written anew from its first byte", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing =
        GENERATE(body_framing::content_length, body_framing::chunked, body_framing::until_close);
    const auto how = GENERATE(early_end::close, early_end::reset);
    const std::uint64_t cut = GENERATE(0u, 1u, 1'500'000u);
    CAPTURE(tls, static_cast<int>(framing), static_cast<int>(how), cut);
    client_bench b(tls);
    b->add_project(project_of(2'000'000, framing));
    b->on(call_kind::result, occurrences::between(1, 2), canned_answer::cut_body_after(cut, how));
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(sink->document.size() == 2'000'000);
    CHECK(b->counters().result_gets == 3);
    CHECK_FALSE(sink->was_misused);
    CHECK(sink->number_of("discard") <= 2);
    // A reset takes along what was not read yet, which may be all of it.
    if (cut == 1'500'000 && how == early_end::close)
        CHECK(sink->calls == lines{"write", "discard", "write", "discard", "write", "commit"});
    else
        CHECK(sink->last_call() == "commit");
    sink->discard();
    CHECK(sink->document.empty());
}

TEST_CASE("a result that keeps breaking off ends with one discard", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(project_of(1'000'000));
    b->on(call_kind::result, occurrences::always(),
          canned_answer::cut_body_after(700'000, early_end::close));
    client_params params = b.params();
    params.retry.max_attempts = 3;
    const client c = b.make_client(params);
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.export_to(c, sink);
    CHECK(done.code() == errc::response_truncated);
    CHECK(sink->calls == lines{"write", "discard", "write", "discard", "write", "discard"});
    CHECK_FALSE(sink->was_misused);
}

TEST_CASE("a sink that throws fails its export, with the cause and one discard",
          "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing = GENERATE(body_framing::content_length, body_framing::chunked);
    const std::size_t at = GENERATE(1u, 2u, 5u, 0u);
    CAPTURE(tls, static_cast<int>(framing), at);
    client_bench b(tls);
    b->add_project(project_of(2'000'000, framing));
    auto events = std::make_shared<event_list>();
    client_params params = b.params();
    params.observer = events;
    const client c = b.make_client(params);
    const auto sink = std::make_shared<watched_sink>();
    sink->acts_at = at;
    sink->act = [] { return fail_with("no room for this"); };
    if (at == 0)
        sink->at_commit = sink->act;
    const auto done = b.export_to(c, sink);
    CHECK(done.code() == errc::sink_failed);
    CHECK(done.code() == langexport::condition::permanent);
    CHECK_THAT(done.what(), contains_text("the sink could not take the result: no room for this"));
    REQUIRE(done.known().cause);
    CHECK_THROWS_WITH(std::rethrow_exception(done.known().cause), "no room for this");
    CHECK(done.failure().job());
    CHECK(done.known().status->status == langexport::job_status::succeeded);
    check_discarded(*sink);
    CHECK(b->counters().result_gets == 1);
    CHECK(events->lines().back() == "failed sink_failed");
    CHECK(b.export_project(c).is_good());
}

TEST_CASE("a sink without file descriptors or memory gets the result again, from its start",
          "[client][sinks]") {
    const bool is_at_commit = GENERATE(false, true);
    const bool is_of_boost = GENERATE(false, true);
    const int lack = GENERATE(ENFILE, EMFILE, ENOMEM);
    CAPTURE(is_at_commit, is_of_boost, lack);
    client_bench b(false);
    b->add_project(project_of(600'000));
    client_params params = b.params();
    params.retry.max_attempts = 4;
    const client c = b.make_client(params);
    const auto sink = std::make_shared<watched_sink>();
    std::size_t failing = 2;
    const auto act = [&]() -> asio::awaitable<void> {
        if (failing == 0)
            co_return;
        --failing;
        if (!is_at_commit)
            sink->acts_at = sink->writes + 1;
        if (is_of_boost)
            throw boost::system::system_error(lack, boost::system::system_category());
        throw std::system_error(lack, std::generic_category());
    };
    sink->act = act;
    sink->acts_at = is_at_commit ? 0 : 1;
    if (is_at_commit)
        sink->at_commit = act;

    SECTION("until it can take it") {
        const auto done = b.export_to(c, sink);
        REQUIRE(done.is_good());
        CHECK(sink->document.size() == 600'000);
        CHECK(sink->last_call() == "commit");
        CHECK(sink->number_of("discard") == 2);
        CHECK(b->counters().result_gets == 3);
        CHECK(b->counters().jobs_created == 1);
    }
    SECTION("as often as other failures are retried") {
        failing = 100;
        const auto done = b.export_to(c, sink);
        CHECK(done.code() == errc::sink_failed);
        const boost::system::error_condition lacked(lack, boost::system::generic_category());
        CHECK(done.known().cause_code == lacked);
        CHECK(done.failure().job());
        CHECK(sink->last_call() == "discard");
        CHECK(b->counters().result_gets == 4);
    }
    CHECK_FALSE(sink->was_misused);
}

TEST_CASE("a client that is closed while a sink has no descriptors ends at once",
          "[client][sinks]") {
    client_bench b(false);
    b->add_project(project_of(1000));
    std::optional<client> c(b.make_client());
    const auto sink = std::make_shared<watched_sink>();
    sink->at_commit = [&]() -> asio::awaitable<void> {
        c.reset();
        auto executor = co_await asio::this_coro::executor;
        for (int i = 0; i < 10; ++i)
            co_await asio::post(executor, asio::use_awaitable);
        throw std::system_error(EMFILE, std::generic_category());
    };
    const auto done = b.export_to(*c, sink);
    CHECK(done.code() == errc::sink_failed);
    CHECK(sink->last_call() == "discard");
    CHECK(b->counters().result_gets == 1);
}

TEST_CASE("the reason of a file that cannot be written is in the error", "[client][sinks]") {
    client_bench b(false);
    const client c = b.make_client();
    const temporary_folder folder;
    std::filesystem::create_directory(folder / "sub");
    const auto sink = std::make_shared<langexport::file_sink>(folder / "sub" / "p.json");
    std::filesystem::remove(folder / "sub");
    const auto done = b.export_to(c, sink);
    CHECK(done.code() == errc::sink_failed);
    CHECK_THAT(done.what(), contains_text("cannot write '" + (folder / "sub").string() +
                                          "/p.json': No such file or directory"));
    CHECK(done.known().cause_code == boost::system::errc::no_such_file_or_directory);
    // Told once.
    const std::string what = done.what();
    CHECK(what.find("No such file") == what.rfind("No such file"));
}

TEST_CASE("a result goes to a file", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(project_of(3'000'000));
    const client c = b.make_client();
    const temporary_folder folder;
    const auto sink = std::make_shared<langexport::file_sink>(folder / "p.json");
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(sink->size() == 3'000'000);
    CHECK(content_of(folder / "p.json") == b.export_project(c).result.document);
    CHECK(folder.names() == std::set<std::string>{"p.json"});
}

TEST_CASE("what is no result does not reach a sink", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    client_params params = b.params();
    params.retry.max_attempts = 2;
    const auto sink = std::make_shared<watched_sink>();
    errc expected = errc::job_not_found;
    SECTION("an error") {
        b->on(call_kind::result, occurrences::always(),
              canned_answer(404, R"({"error":{"code":"NotFound","message":"gone"}})"));
    }
    SECTION("an error without end") {
        b->on(call_kind::result, occurrences::always(), canned_answer::oversize(1 << 30, 404));
        expected = errc::job_not_found; // the status counts, whatever its body is
    }
    SECTION("a status without end") {
        b->on(call_kind::status, occurrences::always(), canned_answer::oversize(1 << 30, 200));
        expected = errc::response_too_large;
    }
    SECTION("an encoding that was not asked for") {
        b->on(call_kind::result, occurrences::always(),
              canned_answer(200, "bytes").header("Content-Encoding", "gzip"));
        expected = errc::unexpected_response;
    }
    SECTION("more than is allowed") {
        b->add_project(project_of(100'000));
        params.max_streamed_size = 99'999;
        expected = errc::response_too_large;
    }
    const client c = b.make_client(params);
    const auto done = b.export_to(c, sink);
    INFO(done.what());
    CHECK(done.code() == expected);
    CHECK(sink->calls == lines{"discard"});
    CHECK_FALSE(sink->was_misused);
    if (params.max_streamed_size == 99'999)
        CHECK_THAT(done.what(), contains_text("max_streamed_size"));
    else if (expected == errc::response_too_large)
        CHECK_THAT(done.what(), contains_text("max_message_size"));
}

TEST_CASE("a limit on results in memory is none on those in sinks, nor the other way round",
          "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    const auto framing = GENERATE(body_framing::content_length, body_framing::chunked);
    b->add_project(project_of(1'000'000, framing));
    client_params params = b.params();
    params.max_result_size = 999'999;
    params.max_streamed_size = 1'000'000;
    const client c = b.make_client(params);
    CHECK(b.export_project(c).code() == errc::response_too_large);
    CHECK(b.export_to(c, std::make_shared<watched_sink>()).is_good());
    params.max_streamed_size = 999'999;
    const client smaller = b.make_client(params);
    const auto sink = std::make_shared<watched_sink>();
    CHECK(b.export_to(smaller, sink).code() == errc::response_too_large);
    check_discarded(*sink);
}

TEST_CASE("an operation that never begins discards its sink", "[client][sinks]") {
    client_bench b(false);
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.run<export_status>(
        [&](auto token) { export_project_to(c, export_request(""), sink, std::move(token)); });
    CHECK(done.code() == errc::invalid_request);
    CHECK(sink->calls == lines{"discard"});
    const auto null = b.run<export_status>([&](auto token) {
        export_project_to(c, export_request("Demo"), nullptr, std::move(token));
    });
    CHECK(null.code() == errc::invalid_request);
    CHECK_THAT(null.what(), contains_text("the sink is null"));
    CHECK(b.number_seen() == 0);
}

namespace {

// An export whose sink waits at a gate, inside of a write or of the commit.
class waiting_export {
public:
    waiting_export(bool tls, bool in_commit, std::uint64_t size = 3'000'000) : b(tls) {
        b->add_project(project_of(size));
        sink->acts_at = in_commit ? 0 : 2;
        sink->act = [this] { return entrance->pass(); };
        if (in_commit)
            sink->at_commit = sink->act;
        client_params params = b.params();
        params.observer = events;
        c.emplace(b.make_client(params));
    }
    bool reach() {
        return b.run_until([&] { return entrance->is_reached; });
    }
    void settle() {
        b.context.restart();
        b.context.run_for(20ms);
    }

    asio::cancellation_signal stop; // outlives what the context holds
    client_bench b;
    std::shared_ptr<gate> entrance = std::make_shared<gate>();
    std::shared_ptr<watched_sink> sink = std::make_shared<watched_sink>();
    std::shared_ptr<event_list> events = std::make_shared<event_list>();
    std::optional<client> c;
};

} // namespace

TEST_CASE("an export that ends while its sink writes completes when that has returned",
          "[client][sinks][cancel]") {
    const bool tls = GENERATE(false, true);
    waiting_export e(tls, false);
    errc expected = errc::cancelled;
    export_request request("Demo");
    std::shared_ptr<outcome<export_status>> done;
    SECTION("it was cancelled") {
        done = begin(e.b, *e.c, e.sink, &e.stop);
        REQUIRE(e.reach());
        e.stop.emit(asio::cancellation_type::terminal);
    }
    SECTION("its client was closed") {
        done = begin(e.b, *e.c, e.sink, &e.stop);
        REQUIRE(e.reach());
        e.c.reset();
        expected = errc::client_closed;
    }
    SECTION("its deadline passed") {
        request.deadline = 1s;
        done = begin(e.b, *e.c, e.sink, &e.stop, request);
        REQUIRE(e.reach());
        REQUIRE(e.b.run_until([&] {
            return !e.events->lines().empty() &&
                   e.events->lines().back() == "failed deadline_exceeded";
        }));
        expected = errc::deadline_exceeded;
    }
    e.settle();
    CHECK(done->calls == 0);
    CHECK(e.sink->is_in_call);
    CHECK(e.sink->calls == lines{"write"});
    CHECK(e.b->counters().open_connections == 0);   // nobody waits for the rest
    e.stop.emit(asio::cancellation_type::terminal); // once more: nothing happens
    e.entrance->open();
    REQUIRE(e.b.run_dry());
    CHECK(done->calls == 1);
    CHECK(done->code() == langexport::make_error_code(expected));
    CHECK(e.sink->calls == lines{"write", "discard"});
    CHECK_FALSE(e.sink->was_misused);
}

TEST_CASE("a sink that waits keeps no connection from the exports of others", "[client][sinks]") {
    waiting_export e(GENERATE(false, true), false);
    const auto done = begin(e.b, *e.c, e.sink, &e.stop);
    REQUIRE(e.reach());
    e.stop.emit(asio::cancellation_type::terminal);
    const auto other = std::make_shared<watched_sink>();
    const auto next = begin(e.b, *e.c, other);
    REQUIRE(e.b.run_until([&] { return next->calls > 0; }));
    CHECK(next->is_good());
    CHECK(done->calls == 0);
    e.entrance->open();
    CHECK(e.b.run_dry());
    CHECK(done->calls == 1);
}

TEST_CASE("once a commit was called, its outcome counts alone", "[client][sinks][cancel]") {
    waiting_export e(GENERATE(false, true), true);
    const bool fails = GENERATE(false, true);
    export_request request("Demo");
    request.deadline = 1s;
    const auto done = begin(e.b, *e.c, e.sink, &e.stop, request);
    REQUIRE(e.reach());
    e.stop.emit(asio::cancellation_type::terminal);
    e.c.reset();
    e.b.context.restart();
    e.b.context.run_for(200ms);
    CHECK(done->calls == 0);
    if (fails)
        e.entrance->fail("the disk is full");
    else
        e.entrance->open();
    REQUIRE(e.b.run_dry());
    CHECK(done->calls == 1);
    if (fails) {
        CHECK(done->code() == errc::sink_failed);
        CHECK(e.sink->calls == lines{"write", "commit", "discard"});
    } else {
        CHECK(done->is_good());
        CHECK(e.sink->calls == lines{"write", "commit"});
    }
    CHECK_FALSE(e.sink->was_misused);
}

TEST_CASE("the end of the context ends a sink's call, and no other follows",
          "[client][sinks][close]") {
    const bool tls = GENERATE(false, true);
    const bool in_commit = GENERATE(false, true);
    const bool was_cancelled = GENERATE(false, true);
    waiting_export e(tls, in_commit);
    auto life = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = life;
    const std::weak_ptr<watched_sink> sink = e.sink;
    export_project_to(
        *e.c, export_request("Demo"), e.sink,
        asio::bind_cancellation_slot(e.stop.slot(), [life, owned = *e.c](auto, auto) { ++*life; }));
    life.reset();
    REQUIRE(e.reach());
    if (was_cancelled) {
        e.stop.emit(asio::cancellation_type::terminal);
        e.settle();
    }
    e.c.reset();
    CHECK_FALSE(alive.expired());
    e.b.destroy_context();
    CHECK(alive.expired());
    CHECK(e.sink.use_count() == 1);
    CHECK(e.sink->calls == (in_commit ? lines{"write", "commit"} : lines{"write"}));
}

TEST_CASE("a sink on another context outlives that of its client", "[client][sinks][close]") {
    const bool tls = GENERATE(false, true);
    const bool in_commit = GENERATE(false, true);
    const bool was_closed = GENERATE(false, true);
    const bool ends = GENERATE(false, true);
    CAPTURE(tls, in_commit, was_closed, ends);
    asio::io_context other; // the operation's
    std::optional<waiting_export> e;
    e.emplace(tls, in_commit);
    auto life = std::make_shared<int>(0);
    const std::weak_ptr<int> alive = life;
    const auto sink = e->sink;
    const auto entrance = e->entrance;
    sink->act = [entrance] { return entrance->pass(); };
    if (in_commit)
        sink->at_commit = sink->act;
    export_project_to(
        *e->c, export_request("Demo"), sink,
        asio::bind_cancellation_slot(
            e->stop.slot(), asio::bind_executor(other.get_executor(),
                                                [life, owned = *e->c](auto, auto) { ++*life; })));
    life.reset();
    REQUIRE(e->b.run_until([&] {
        other.restart();
        other.poll();
        return entrance->is_reached;
    }));
    if (was_closed)
        e->stop.emit(asio::cancellation_type::terminal);
    e->c.reset();
    e->settle();
    CHECK_FALSE(alive.expired());
    e->b.destroy_context();
    CHECK(alive.expired());
    if (ends) {
        entrance->open();
        other.restart();
        other.run();
    }
    CHECK(sink->calls == (in_commit ? lines{"write", "commit"} : lines{"write"}));
}

TEST_CASE("while a sink writes the server waits", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing = GENERATE(body_framing::content_length, body_framing::chunked);
    waiting_export e(tls, false);
    e.b->add_project(project_of(60'000'000, framing));
    const auto done = begin(e.b, *e.c, e.sink, &e.stop);
    REQUIRE(e.reach());
    // Until it stands still: what the two sockets hold is the kernel's business.
    std::uint64_t before = 0;
    do {
        before = e.b->counters().bytes_sent;
        e.settle();
    } while (e.b->counters().bytes_sent != before);
    CHECK(e.sink->received <= 2 * 256 * 1024);
    CHECK(before < 30'000'000);
    e.entrance->open();
    REQUIRE(e.b.run_dry());
    CHECK(done->is_good());
    CHECK(e.sink->document.size() == 60'000'000);
}

TEST_CASE("a sink is called where its operation completes", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(project_of(600'000));
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    SECTION("a callback that has an executor") {
        asio::thread_pool pool(2);
        const asio::any_io_executor strand = asio::make_strand(pool.get_executor());
        bool is_there = false;
        outcome<export_status> done;
        export_project_to(c, export_request("Demo"), sink,
                          asio::bind_executor(strand, [&](std::exception_ptr error, auto) {
                              done.error = error;
                              ++done.calls;
                              is_there = pool.get_executor().running_in_this_thread();
                          }));
        REQUIRE(b.run_dry());
        pool.join();
        CHECK(done.is_good());
        CHECK(is_there);
        CHECK(sink->called_on == strand);
        sink->called_on = asio::any_io_executor(); // it would outlive its context
    }
    SECTION("a callback that has none") {
        CHECK(b.export_to(c, sink).is_good());
        CHECK(sink->called_on == c.get_executor());
    }
    SECTION("a future") {
        auto future = export_project_to(c, export_request("Demo"), sink, asio::use_future);
        REQUIRE(b.run_dry());
        CHECK(future.get().status == langexport::job_status::succeeded);
        CHECK(sink->called_on == c.get_executor());
    }
    SECTION("a coroutine") {
        asio::thread_pool pool(1);
        auto future = asio::co_spawn(pool, export_project_to(c, export_request("Demo"), sink),
                                     asio::use_future);
        // The client has nothing to do until the coroutine has begun.
        REQUIRE(b.run_until([&] { return future.wait_for(0s) == std::future_status::ready; }));
        CHECK(future.get().status == langexport::job_status::succeeded);
        CHECK(sink->called_on == asio::any_io_executor(pool.get_executor()));
    }
    CHECK(sink->document.size() == 600'000);
    CHECK_FALSE(sink->was_misused);
}
