// The requests of the last window, in virtual time.

#include <langexport/file/impl/request_journal.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace request_journal_test {

using namespace langexport::detail;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

using time_point = request_journal::time_point;

class journal_bench {
public:
    request_journal open(std::size_t posts, std::size_t gets) {
        return request_journal(path, posts, gets, [this] { return now; });
    }

    temporary_folder folder;
    std::filesystem::path path = folder / "requests";
    time_point now{1'764'004'800'123ms};
};

} // namespace

TEST_CASE("each request overwrites one line of the journal", "[journal]") {
    journal_bench b;
    request_journal journal = b.open(2, 1);
    const std::string unused = "POST ended 0000000000000\n";
    CHECK(content_of(b.path) == "GET  ended 0000000000000\n" + unused + unused);
    journal.sent(true);
    CHECK(content_of(b.path) == "GET  ended 0000000000000\nPOST sent  1764004800123\n" + unused);
    b.now += 2s;
    journal.sent(true);
    b.now += 1s;
    journal.ended(true);
    journal.sent(false);
    CHECK(content_of(b.path) == "GET  sent  1764004803123\n"
                                "POST ended 1764004803123\n"
                                "POST sent  1764004802123\n");
    // A request beyond the limit has no line.
    journal.sent(false);
    journal.ended(false);
    b.now += 1s;
    journal.ended(false);
    CHECK(content_of(b.path).starts_with("GET  ended 1764004803123\n"));
}

TEST_CASE("the next process reads when the requests of a journal ended", "[journal]") {
    journal_bench b;
    const time_point start = b.now;
    {
        request_journal journal = b.open(3, 3);
        journal.sent(true);
        b.now += 5s;
        journal.ended(true);
        journal.sent(false);
    }
    b.now += 1h;
    const request_journal next = b.open(3, 3);
    REQUIRE(next.before().size() == 2);
    CHECK((next.before()[0].is_post && !next.before()[0].was_in_progress));
    CHECK(next.before()[0].ended == start + 5s);
    // It was in progress when its process ended: the service may still receive it.
    CHECK((!next.before()[1].is_post && next.before()[1].was_in_progress));
    CHECK(next.before()[1].ended == b.now);
}

TEST_CASE("a time in the future counts as now, because the clock was corrected", "[journal]") {
    journal_bench b;
    {
        request_journal journal = b.open(2, 0);
        journal.sent(true);
        journal.ended(true);
    }
    b.now -= 24h;
    const request_journal next = b.open(2, 0);
    REQUIRE(next.before().size() == 1);
    CHECK(next.before()[0].ended == b.now);
}

} // namespace request_journal_test
