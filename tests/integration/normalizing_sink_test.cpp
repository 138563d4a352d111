// Results on their way into version control.

#include <langexport/document/json_normalizer.hpp>
#include <langexport/sink/file_sink.hpp>
#include <langexport/sink/normalizing_sink.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/watched_sink.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using langexport::client;
using langexport::errc;
using langexport_tests::client_bench;
using langexport_tests::watched_sink;

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

TEST_CASE("a retried result is normalized from its start, and invalid JSON is rejected",
          "[client][sinks]") {
    const auto target = std::make_shared<watched_sink>();
    langexport::normalizing_sink sink(target);
    const auto run = [&](asio::awaitable<void> step) {
        asio::io_context context;
        auto done = asio::co_spawn(context, std::move(step), asio::use_future);
        context.run();
        done.get();
    };
    const auto write = [&](std::string_view text) {
        run(sink.write(asio::buffer(text.data(), text.size())));
    };
    write("{\"b\":1,");
    sink.discard();
    write("{\"b\":2,\"a\"");
    CHECK(target->document.empty());
    write(":3}");
    run(sink.commit());
    CHECK(target->document == "{\n  \"a\": 3,\n  \"b\": 2\n}\n");
    CHECK(target->calls == std::vector<std::string>{"discard", "write", "commit"});

    const auto refused = [&](std::string_view text) {
        const auto inner = std::make_shared<watched_sink>();
        langexport::normalizing_sink fresh(inner);
        try {
            run(fresh.write(asio::buffer(text.data(), text.size())));
            run(fresh.commit());
        } catch (const langexport::export_error& error) {
            CHECK(inner->calls.empty());
            return error.code() == errc::malformed_document;
        }
        return false;
    };
    CHECK(refused("a\tb\n"));
    CHECK(refused("{\"a\":"));
    CHECK_THROWS_AS(langexport::normalizing_sink(nullptr), langexport::export_error);

    langexport::normalizing_sink small(target, 64, 10);
    const std::string_view ten = "[1,2,3,45]";
    run(small.write(asio::buffer(ten.data(), 10)));
    CHECK_THROWS_WITH(run(small.write(asio::buffer(" ", 1))),
                      langexport_tests::contains_text("limit of the normalizing_sink (10 bytes)"));
    small.discard();
    run(small.write(asio::buffer(ten.data(), 10)));
    run(small.commit());
}
