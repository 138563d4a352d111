// Results that go to a sink, over real sockets: complete or not at all, in the documented order of calls.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_sink.hpp"

#include <langexport/document/json_normalizer.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/sink/normalizing_sink.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace sinks_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_request;
using langexport::export_status;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::content_of;
using langexport_tests::event_list;
using langexport_tests::sized_project;
using langexport_tests::temporary_folder;
using langexport_tests::watched_sink;
using testing::body_framing;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;
using testing::occurrences;
using lines = std::vector<std::string>;

asio::awaitable<void> fail_with(std::string text) {
    throw std::runtime_error(text);
    co_return;
}

// The guarantees for a sink of an operation that did not succeed.
void check_discarded(const watched_sink& sink) {
    CHECK(sink.last_call() == "discard");
    CHECK(sink.number_of("discard") == 1);
    CHECK_FALSE(sink.was_misused);
    CHECK_FALSE(sink.is_in_call);
}

} // namespace

TEST_CASE("a sink receives the complete result with every framing", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing =
        GENERATE(body_framing::content_length, body_framing::chunked, body_framing::until_close);
    const std::uint64_t size =
        GENERATE(1u, 16'383u, 16'384u, 16'385u, 262'143u, 262'144u, 262'145u, 5'000'000u);
    CAPTURE(tls, static_cast<int>(framing), size);
    client_bench b(tls);
    b->add_project(sized_project(size, framing));
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
    CHECK(sink.use_count() == 1); // it is released before the handler is called
    if (size > 1)
        CHECK(sink->document.size() == size);
    CHECK(sink->document == b.export_project(c).result.document);
}

TEST_CASE("a document that is not a result is not committed, regardless of its status code",
          "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    struct {
        const char* type;
        std::string body;
        const char* why;
        bool is_written;
    } const cases[] = {
        {"application/json", "", "the result is empty", false},
        {"application/json", R"({"assets":{"doc)", "the result of 15 bytes is not complete JSON",
         false},
        {"application/json", "[]" + std::string(300'000, ' ') + "]", "is not complete JSON", true},
        {"text/html", "<h1>Log in</h1>", "the result is a page of HTML", false},
        {"", "<h1>Log in</h1>" + std::string(300'000, ' '), "the result is a page of HTML", false},
    };
    for (const auto& each : cases) {
        INFO(each.type << ": " << each.why);
        b->clear_faults();
        b->on(testing::call_kind::result, 1,
              testing::canned_response(200, each.body).header("Content-Type", each.type));
        const auto sink = std::make_shared<watched_sink>();
        const auto done = b.export_to(b.make_client(), sink);
        CHECK(done.code() == errc::malformed_response);
        CHECK_THAT(done.what(), contains_text(each.why));
        CHECK(sink->number_of("commit") == 0);
        CHECK((sink->received > 0) == each.is_written);
        CHECK_FALSE(sink->was_misused);
    }
}

TEST_CASE("a sink receives a result of many small chunks in large pieces", "[client][sinks]") {
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
          canned_response::raw_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                     "Transfer-Encoding: chunked\r\n\r\n" +
                                     chunks + "0\r\nA-Trailer: x\r\n\r\n"));
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(sink->document == document);
    CHECK(sink->writes <= document.size() / (200 * 1024) + 8);
}

TEST_CASE("fetch and resume operations write into sinks, too", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(sized_project(300'000));
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

TEST_CASE("a truncated result is written again from its first byte", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing =
        GENERATE(body_framing::content_length, body_framing::chunked, body_framing::until_close);
    const auto how = GENERATE(early_end::close, early_end::reset);
    const std::uint64_t cut = GENERATE(0u, 1u, 1'500'000u);
    CAPTURE(tls, static_cast<int>(framing), static_cast<int>(how), cut);
    client_bench b(tls);
    b->add_project(sized_project(2'000'000, framing));
    b->on(call_kind::result, occurrences::between(1, 2), canned_response::cut_body_after(cut, how));
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(sink->document.size() == 2'000'000);
    CHECK(b->counters().result_gets == 3);
    CHECK_FALSE(sink->was_misused);
    CHECK(sink->number_of("discard") <= 2);
    // A reset discards the bytes that were not read yet, which may be all of them.
    if (cut == 1'500'000 && how == early_end::close)
        CHECK(sink->calls == lines{"write", "discard", "write", "discard", "write", "commit"});
    else
        CHECK(sink->last_call() == "commit");
    sink->discard();
    CHECK(sink->document.empty());
}

TEST_CASE("a result that is truncated every time ends with one discard", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(sized_project(1'000'000));
    b->on(call_kind::result, occurrences::always(),
          canned_response::cut_body_after(700'000, early_end::close));
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
    b->add_project(sized_project(2'000'000, framing));
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

TEST_CASE("a sink without file descriptors or memory receives the result again from its start",
          "[client][sinks]") {
    const bool is_at_commit = GENERATE(false, true);
    const bool is_of_boost = GENERATE(false, true);
    const int lack = GENERATE(ENFILE, EMFILE, ENOMEM);
    CAPTURE(is_at_commit, is_of_boost, lack);
    client_bench b(false);
    b->add_project(sized_project(600'000));
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

    SECTION("until it succeeds") {
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
    b->add_project(sized_project(1000));
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

TEST_CASE("the error says why a file cannot be written", "[client][sinks]") {
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
    // Reported once.
    const std::string what = done.what();
    CHECK(what.find("No such file") == what.rfind("No such file"));
}

TEST_CASE("a result is written to a file", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    b->add_project(sized_project(3'000'000));
    const client c = b.make_client();
    const temporary_folder folder;
    const auto sink = std::make_shared<langexport::file_sink>(folder / "p.json");
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(sink->size() == 3'000'000);
    CHECK(content_of(folder / "p.json") == b.export_project(c).result.document);
    CHECK(folder.names() == std::set<std::string>{"p.json"});
}

TEST_CASE("an error response is not passed to a sink", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    client_bench b(tls);
    client_params params = b.params();
    params.retry.max_attempts = 2;
    const auto sink = std::make_shared<watched_sink>();
    errc expected = errc::job_not_found;
    SECTION("an error body") {
        b->on(call_kind::result, occurrences::always(),
              canned_response(404, R"({"error":{"code":"NotFound","message":"gone"}})"));
    }
    SECTION("an endless error body") {
        b->on(call_kind::result, occurrences::always(), canned_response::oversize(1 << 30, 404));
        expected = errc::job_not_found; // the status counts, regardless of its body
    }
    SECTION("an endless status body") {
        b->on(call_kind::status, occurrences::always(), canned_response::oversize(1 << 30, 200));
        expected = errc::response_too_large;
    }
    SECTION("an encoding that was not requested") {
        b->on(call_kind::result, occurrences::always(),
              canned_response(200, "bytes").header("Content-Encoding", "gzip"));
        expected = errc::unexpected_response;
    }
    SECTION("a body that is too large") {
        b->add_project(sized_project(100'000));
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

TEST_CASE("limits for results in memory and in sinks are independent", "[client][sinks]") {
    client_bench b(GENERATE(false, true));
    const auto framing = GENERATE(body_framing::content_length, body_framing::chunked);
    b->add_project(sized_project(1'000'000, framing));
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

TEST_CASE("an operation that never starts discards its sink", "[client][sinks]") {
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

TEST_CASE("a result is normalized while it is written; an unchanged file is not replaced",
          "[client][sinks]") {
    const langexport_tests::temporary_folder folder;
    client_bench b(false);
    langexport::testing::project project = langexport_tests::quick_project();
    project.result_size = 300'000;
    b->add_project(project);
    const client c = b.make_client();
    const std::string normal =
        langexport::normalize(std::string_view(b.export_project(c).result.document));
    REQUIRE(normal.size() > 300'000);
    langexport::file_options options;
    options.keep_unchanged = true;
    for (const bool is_unchanged : {false, true}) {
        const auto file = std::make_shared<langexport::file_sink>(folder / "p.json", options);
        REQUIRE(b.export_to(c, std::make_shared<langexport::normalizing_sink>(file)).is_good());
        CHECK(file->is_committed());
        CHECK(file->is_unchanged() == is_unchanged);
        CHECK(file->size() == normal.size());
        CHECK(langexport_tests::content_of(folder / "p.json") == normal);
        CHECK(folder.names() == std::set<std::string>{"p.json"});
    }
}

} // namespace sinks_test
