#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/watched_sink.hpp"

#include <memory>
#include <string>

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::client;
using langexport::client_params;
using langexport::errc;
using langexport::export_status;
using langexport::exported_project;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::watched_sink;
using testing::body_framing;

// The project "Demo" with a result of that size, told in that way.
testing::project project_of(std::uint64_t size,
                            body_framing framing = body_framing::content_length) {
    testing::project p = langexport_tests::quick_project();
    p.result_size = size;
    p.framing = framing;
    return p;
}

} // namespace

TEST_CASE("a result goes to its sink whole, however it is framed", "[client][sinks]") {
    const bool tls = GENERATE(false, true);
    const auto framing =
        GENERATE(body_framing::content_length, body_framing::chunked, body_framing::until_close);
    const std::uint64_t size = GENERATE(0, 16'383, 16'384, 16'385, 262'144, 5'000'000);
    CAPTURE(tls, static_cast<int>(framing), size);
    client_bench b(tls);
    b->add_project(project_of(size, framing));
    const client c = b.make_client();
    const auto sink = std::make_shared<watched_sink>();
    const auto done = b.export_to(c, sink);
    REQUIRE(done.is_good());
    CHECK(done.result.status == langexport::job_status::succeeded);
    CHECK(sink->document.size() == (size == 0 ? sink->document.size() : size));
    CHECK(sink->calls == std::vector<std::string>{"write", "commit"});
    CHECK_FALSE(sink->was_misused);
    CHECK(sink->largest_write <= 256 * 1024);
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
        {"application/json", R"({"assets":{"doc)", "the result of 15 bytes is no whole JSON", true},
        {"application/json", "[]" + std::string(300'000, ' ') + "]", "is no whole JSON", true},
        {"text/html", "<h1>Log in</h1>", "the result is a page of HTML", false},
    };
    for (const auto& each : cases) {
        INFO(each.type << ": " << each.why);
        b->clear_faults();
        b->on(testing::request_kind::result, 1,
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
