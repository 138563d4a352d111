#include <langexport/detail/engine/packed_job.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>

namespace packed_job_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

const std::string origin = "https://x.example";
const std::string query = "?api-version=2023-04-01";

export_job job_of(const std::string& name, const std::string& link,
                  job_kind kind = job_kind::exporting) {
    return export_job(name, link, export_job::time_point(77min), kind);
}

export_job packed_and_unpacked(const export_job& job, link_pattern_ptr& pattern) {
    const packed_job::pointer packed = packed_job::make(job, compact_status(), pattern);
    REQUIRE(packed);
    CHECK_FALSE(packed->status().has_status());
    return packed->job();
}

} // namespace

TEST_CASE("common beginnings and ends", "[packed_job]") {
    CHECK(common_prefix("", "") == 0);
    CHECK(common_prefix("abc", "abd") == 2);
    CHECK(common_prefix("0123456789abcdef-", "0123456789abcdef_") == 16);
    CHECK(common_prefix("0123456789", "0123456789abc") == 10);
    CHECK(common_suffix("", "a") == 0);
    CHECK(common_suffix("xyz", "yz") == 2);
    CHECK(common_suffix("xyz", "xyz") == 3);
    CHECK(common_suffix("xya", "xyz") == 0);
}

TEST_CASE("a packed job is the same job, whatever the pattern", "[packed_job]") {
    link_pattern_ptr pattern;
    SECTION("there is none") {}
    SECTION("a similar link") {
        pattern = new link_pattern(origin + "/projects/Other/jobs/23" + query);
    }
    SECTION("the link itself") {
        pattern = new link_pattern(origin + "/projects/Claims/jobs/1" + query);
    }
    SECTION("a link that begins and ends in the same characters") {
        pattern = new link_pattern(origin + "/projects/Claims/jobs/1" + query + query);
    }
    SECTION("another link") {
        pattern = new link_pattern("ftp:");
    }
    for (const char* const name : {"Claims", "A name that is not in the link", ""})
        for (const std::string& link :
             {origin + "/projects/Claims/jobs/1" + query, origin, std::string()}) {
            const export_job job = job_of(name, link, job_kind::importing);
            CHECK(packed_and_unpacked(job, pattern) == job);
        }
}

TEST_CASE("the pattern changes if a link is unlike it, and packed jobs keep theirs",
          "[packed_job]") {
    const export_job first = job_of("A", origin + "/projects/A/jobs/1" + query);
    const export_job similar = job_of("B", origin + "/projects/B/jobs/2" + query);
    const export_job other = job_of("C", "https://a.different.example/gateway/x/C/0001");
    link_pattern_ptr pattern;
    const auto a = packed_job::make(first, compact_status(), pattern);
    REQUIRE(pattern);
    CHECK(pattern->link == first.operation_location());
    const auto b = packed_job::make(similar, compact_status(), pattern);
    CHECK(pattern->link == first.operation_location());
    const auto c = packed_job::make(other, compact_status(), pattern);
    CHECK(pattern->link == other.operation_location());
    pattern.reset();
    CHECK(a->job() == first);
    CHECK(b->job() == similar);
    CHECK(c->job() == other);
}

TEST_CASE("a packed job has its status", "[packed_job]") {
    export_status status;
    status.status = job_status::running;
    status.status_text = "running";
    status.created = export_status::time_point(1h);
    compact_status compact;
    REQUIRE(compact.fold(status));
    const export_job job = job_of("not in the link", origin + "/jobs/1");
    link_pattern_ptr pattern(new link_pattern(origin + "/jobs/7"));
    const auto packed = packed_job::make(job, compact, pattern);
    CHECK(packed->job() == job);
    export_status restored;
    packed->status().unfold(restored);
    CHECK(restored.status == job_status::running);
    CHECK(restored.created == export_status::time_point(1h));
    CHECK_FALSE(restored.expires);
}

TEST_CASE("a job with a part of 64 KiB is not packed", "[packed_job]") {
    const std::string longest(0xFFFE, 'x');
    link_pattern_ptr pattern;
    CHECK(packed_and_unpacked(job_of("A", longest), pattern).operation_location() == longest);
    CHECK(packed_and_unpacked(job_of(longest, origin), pattern).project_name() == longest);
    CHECK_FALSE(packed_job::make(job_of("A", longest + "x"), compact_status(), pattern));
    CHECK_FALSE(packed_job::make(job_of(longest + "x", origin), compact_status(), pattern));
}

} // namespace packed_job_test
