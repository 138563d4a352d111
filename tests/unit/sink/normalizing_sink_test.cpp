// JSON that is normalized on its way to another sink.

#include <langexport/sink/normalizing_sink.hpp>

#include <langexport/document/json_normalizer.hpp>
#include <langexport/sink/file_sink.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_sink.hpp"
#include "unit/rejection.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace normalizing_sink_test {

namespace asio = boost::asio;
using langexport::errc;
using langexport::normalizing_sink;
using langexport_tests::contains_text;
using langexport_tests::rejection_of;
using langexport_tests::watched_sink;

namespace {

using calls = std::vector<std::string>;

// Runs one call of a sink, and rethrows its exception.
void run(asio::awaitable<void> call) {
    asio::io_context context;
    auto done = asio::co_spawn(context, std::move(call), asio::use_future);
    context.run();
    done.get();
}

void write(normalizing_sink& sink, std::string_view text, std::size_t piece = std::string::npos) {
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view part = text.substr(at, piece);
        run(sink.write(asio::buffer(part.data(), part.size())));
        at += part.size();
    }
}

} // namespace

TEST_CASE("a document is normalized regardless of its pieces", "[normalizing_sink]") {
    const auto target = std::make_shared<watched_sink>();
    normalizing_sink sink(target);
    write(sink, R"({"b":1,"a":[true,"x"]})", GENERATE(as<std::size_t>(), 1, 3, 100));
    CHECK(target->calls.empty()); // members cannot be sorted before the end
    run(sink.commit());
    CHECK(target->document == langexport::normalize(std::string_view(R"({"b":1,"a":[true,"x"]})")));
    CHECK(target->calls == calls{"write", "commit"});
}

TEST_CASE("a large document reaches a file in its normal form, and an unchanged file stays",
          "[normalizing_sink]") {
    const langexport_tests::temporary_folder folder;
    std::string document = "[";
    for (int i = 0; i < 20'000; ++i)
        document += (i == 0 ? "" : ",") + std::string(R"({"z":1,"id":)") + std::to_string(i) + "}";
    document += "]";
    const std::string normal = langexport::normalize(std::string_view(document));
    REQUIRE(normal.size() > 300'000);
    langexport::file_options options;
    options.keep_unchanged = true;
    for (const bool is_unchanged : {false, true}) {
        const auto file = std::make_shared<langexport::file_sink>(folder / "p.json", options);
        normalizing_sink sink(file);
        write(sink, document, 16'384);
        run(sink.commit());
        CHECK(file->is_committed());
        CHECK(file->is_unchanged() == is_unchanged);
        CHECK(file->size() == normal.size());
        CHECK(langexport_tests::content_of(folder / "p.json") == normal);
        CHECK(folder.names() == std::set<std::string>{"p.json"});
    }
}

TEST_CASE("a discarded document leaves nothing for the next one", "[normalizing_sink]") {
    const auto target = std::make_shared<watched_sink>();
    normalizing_sink sink(target);
    write(sink, "{\"b\":1,");
    sink.discard();
    write(sink, "{\"b\":2,\"a\"");
    CHECK(target->document.empty());
    write(sink, ":3}");
    run(sink.commit());
    CHECK(target->document == "{\n  \"a\": 3,\n  \"b\": 2\n}\n");
    CHECK(target->calls == calls{"discard", "write", "commit"});
}

TEST_CASE("invalid JSON is rejected before the next sink is called", "[normalizing_sink]") {
    for (const char* const text : {"a\tb\n", "{\"a\":", "{} x", ""}) {
        CAPTURE(text);
        const auto target = std::make_shared<watched_sink>();
        normalizing_sink sink(target);
        const auto rejected = rejection_of([&] {
            write(sink, text);
            run(sink.commit());
        });
        CHECK(rejected.code == errc::malformed_document);
        CHECK(target->calls.empty());
    }
}

TEST_CASE("the size of a document is limited, and each document starts at zero",
          "[normalizing_sink]") {
    const auto target = std::make_shared<watched_sink>();
    normalizing_sink small(target, 64, 10);
    write(small, "[1,2,3,45]");
    CHECK_THROWS_WITH(write(small, " "), contains_text("limit of the normalizing_sink (10 bytes)"));
    small.discard();
    write(small, "[1,2,3,45]");
    run(small.commit());
    CHECK(target->last_call() == "commit");
}

TEST_CASE("the depth of a document is limited", "[normalizing_sink]") {
    const auto target = std::make_shared<watched_sink>();
    normalizing_sink sink(target, 3);
    const auto rejected = rejection_of([&] {
        write(sink, "[[[[1]]]]");
        run(sink.commit());
    });
    CHECK(rejected.code == errc::malformed_document);
    CHECK(target->calls.empty());
    sink.discard();
    write(sink, "[[[1]]]");
    run(sink.commit());
    CHECK(target->last_call() == "commit");
}

TEST_CASE("an error of the next sink reaches the caller", "[normalizing_sink]") {
    const auto target = std::make_shared<watched_sink>();
    target->at_commit = []() -> asio::awaitable<void> {
        throw std::runtime_error("the disk is full");
        co_return;
    };
    normalizing_sink sink(target);
    write(sink, "{}");
    CHECK_THROWS_WITH(run(sink.commit()), "the disk is full");
}

TEST_CASE("a normalizing sink needs a next sink", "[normalizing_sink]") {
    CHECK_THROWS_AS(normalizing_sink(nullptr), langexport::export_error);
}

} // namespace normalizing_sink_test
