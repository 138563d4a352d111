#include <langexport/detail/engine/export_operation.hpp>

#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace export_operation_test {

using namespace langexport;
using namespace langexport::detail;
using namespace std::chrono_literals;

namespace {

const std::string path = "/language/export/jobs/1?api-version=2023-04-01";

const export_job::time_point submitted(77min);

struct fixture {
    export_operation operation{nullptr, [](operation_result) {}};
    link_pattern_ptr pattern;

    // The operation polls its job.
    void submit() {
        export_plan plan;
        plan.first = request_kind::status;
        operation.state.prepare(plan);
        operation.set_job(export_job("Claims", "https://x.example" + path, submitted));
        operation.set_target(path);
    }
    // Whether the target is a part of the job's link.
    bool shares_target() const {
        const std::string& link = operation.job().operation_location();
        const char* const begin = operation.target().data();
        return begin >= link.data() && begin <= link.data() + link.size();
    }
};

export_status running_status() {
    export_status status;
    status.status = job_status::running;
    status.status_text = "running";
    status.created = export_status::time_point(1h);
    return status;
}

} // namespace

TEST_CASE("the target of a submission is that of its parts", "[export_operation]") {
    fixture f;
    CHECK(f.operation.target().empty());
    f.operation.parts().submission = std::make_unique<submission_parts>();
    f.operation.submission()->target = "/language/:export";
    f.operation.submission()->project_name = "Claims";
    CHECK(f.operation.target() == "/language/:export");
    CHECK(f.operation.project_name() == "Claims");
}

TEST_CASE("a target that ends the job's link is not stored twice", "[export_operation]") {
    fixture f;
    f.submit();
    CHECK(f.operation.target() == path);
    CHECK(f.shares_target());
    CHECK(f.operation.project_name() == "Claims");

    f.operation.set_target("/elsewhere/result");
    CHECK(f.operation.target() == "/elsewhere/result");
    CHECK_FALSE(f.shares_target());
    f.operation.set_target(path);
    CHECK(f.operation.target() == path);
    CHECK(f.shares_target());
}

TEST_CASE("after a temporary redirect the next request has the original target",
          "[export_operation]") {
    fixture f;
    f.submit();
    f.operation.return_to_target(); // there was no redirect
    CHECK(f.operation.target() == path);
    f.operation.follow_redirect("/b", false);
    CHECK(f.operation.target() == "/b");
    SECTION("of one redirect") {
        f.operation.return_to_target();
    }
    SECTION("of a chain of redirects") {
        f.operation.follow_redirect("/c", false);
        CHECK(f.operation.target() == "/c");
        f.operation.return_to_target();
    }
    CHECK(f.operation.target() == path);
    CHECK(f.shares_target());
    // The next redirect begins anew.
    f.operation.set_target("/d");
    f.operation.return_to_target();
    CHECK(f.operation.target() == "/d");
}

TEST_CASE("a permanent redirect replaces the target", "[export_operation]") {
    fixture f;
    f.submit();
    f.operation.follow_redirect("/b", true);
    f.operation.return_to_target();
    CHECK(f.operation.target() == "/b");
}

TEST_CASE("the last status is the same after it was packed", "[export_operation]") {
    fixture f;
    f.submit();
    CHECK(f.operation.known_status() == nullptr);
    static_cast<export_status&>(f.operation.status()) = running_status();
    f.operation.pack(f.pattern);
    REQUIRE(f.operation.known_status() != nullptr);
    const export_status& known = *f.operation.known_status();
    CHECK(known.status == job_status::running);
    CHECK(known.status_text == "running");
    CHECK(known.created == export_status::time_point(1h));
    CHECK(known.job() == f.operation.job()); // of the operation, even if the packed one had none
}

TEST_CASE("a status that does not fit stays complete", "[export_operation]") {
    fixture f;
    f.submit();
    f.operation.status() = running_status();
    f.operation.status().warnings.emplace_back().message = "a label is unused";
    f.operation.pack(f.pattern);
    REQUIRE(f.operation.known_status() != nullptr);
    REQUIRE(f.operation.known_status()->warnings.size() == 1);
    CHECK(f.operation.known_status()->warnings[0].message == "a label is unused");
}

TEST_CASE("the status of another job is unknown", "[export_operation]") {
    fixture f;
    f.submit();
    f.operation.status() = running_status();
    if (GENERATE(false, true))
        f.operation.pack(f.pattern);
    f.submit();
    CHECK(f.operation.known_status() == nullptr);
    CHECK(f.operation.status().status == job_status::unknown);
    CHECK(f.operation.status().job() == f.operation.job());
}

TEST_CASE("an operation has failed if its result has an error", "[export_operation]") {
    fixture f;
    CHECK_FALSE(f.operation.has_failed());
    f.operation.result().bytes = 7;
    CHECK_FALSE(f.operation.has_failed());
    CHECK(f.operation.known_parts()->result->bytes == 7);
    f.operation.result().error = std::make_exception_ptr(std::runtime_error("it failed"));
    CHECK(f.operation.has_failed());
}

TEST_CASE("an operation with a tag only has no functions to call", "[export_operation]") {
    asio::io_context context; // outlives the operation, which has a strand of it
    fixture f;
    CHECK(f.operation.tag().empty());
    CHECK(f.operation.functions() == nullptr);
    f.operation.extras().tag = "monday";
    CHECK(f.operation.tag() == "monday");
    CHECK(f.operation.functions() == nullptr);

    const asio::any_io_executor executor(context.get_executor());
    request_functions functions;
    functions.on_update = [](const export_update&) {};
    functions.executor = executor;
    f.operation.extras().set_functions(functions, executor, asio::make_strand(executor));
    CHECK(f.operation.functions() != nullptr);
    CHECK_FALSE(is_calling(f.operation));
    CHECK(f.operation.tag() == "monday");
}

TEST_CASE("an entry of the scheduler leads to its operation", "[export_operation]") {
    fixture f;
    scheduled_request& entry = f.operation;
    CHECK(&operation_of(entry) == &f.operation);
}

TEST_CASE("an operation that waits for its job is one allocation", "[export_operation]") {
    CHECK(sizeof(export_operation) <= 232);
    fixture f;
    f.submit();
    f.operation.pack(f.pattern);
    CHECK(f.operation.known_parts() == nullptr);
    f.operation.parts().submission = std::make_unique<submission_parts>();
    f.operation.status() = running_status();
    f.operation.pack(f.pattern);
    CHECK(f.operation.known_parts() != nullptr); // its job may be submitted again
    f.operation.parts().submission.reset();
    f.operation.pack(f.pattern);
    CHECK(f.operation.known_parts() == nullptr);
    f.operation.extras().tag = "nightly";
    f.operation.pack(f.pattern);
    CHECK(f.operation.tag() == "nightly");
}

} // namespace export_operation_test
