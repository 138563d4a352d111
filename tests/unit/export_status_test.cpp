#include <langexport/export_status.hpp>

#include "support/catch.hpp"

#include <string_view>

namespace export_status_test {

using namespace langexport;

TEST_CASE("each status has the service's word, and some are terminal", "[export_status]") {
    struct row {
        job_status status;
        std::string_view word;
        bool is_terminal;
    };
    const row rows[] = {
        {job_status::unknown, "unknown", false},
        {job_status::not_started, "notStarted", false},
        {job_status::running, "running", false},
        {job_status::succeeded, "succeeded", true},
        {job_status::failed, "failed", true},
        {job_status::cancelled, "cancelled", true},
        {job_status::cancelling, "cancelling", false},
        {job_status::partially_completed, "partiallyCompleted", true},
    };
    for (const row& each : rows) {
        CAPTURE(each.word);
        CHECK(to_string(each.status) == each.word);
        CHECK(is_terminal(each.status) == each.is_terminal);
    }
}

TEST_CASE("a status without a job has an empty one", "[export_status]") {
    CHECK(export_status().job() == export_job());
    const export_job job("Claims", "https://x.example/jobs/1", export_job::time_point());
    CHECK(export_status(job).job() == job);
}

} // namespace export_status_test
