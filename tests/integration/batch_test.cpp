#include <langexport/report/report_checkpoint.hpp>

#include "integration/client_bench.hpp"
#include "support/batch_ranges.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <forward_list>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace batch_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::batch_checkpoint;
using langexport::batch_item;
using langexport::batch_options;
using langexport::batch_outcome;
using langexport::batch_summary;
using langexport::client;
using langexport::errc;
using langexport::export_job;
using langexport::export_projects;
using langexport::export_request;
using langexport::failure_policy;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::generated_requests;
using langexport_tests::kept_outcomes;
using langexport_tests::outcome;
using langexport_tests::quick_project;
using langexport_tests::requests_of;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

template <class Range>
outcome<batch_summary> run(client_bench& b, const client& with, Range range,
                           batch_options options) {
    return b.run<batch_summary>([&](auto token) {
        export_projects(with, std::move(range), std::move(options), std::move(token));
    });
}

std::vector<export_request> named(std::initializer_list<const char*> names) {
    std::vector<export_request> requests;
    for (const char* name : names)
        requests.emplace_back(name);
    return requests;
}

std::vector<std::string> projects_of(const kept_outcomes& kept) {
    std::vector<std::string> names;
    for (const batch_outcome& one : kept.all())
        names.push_back(one.item.request.project_name);
    return names;
}

// A job of "Demo" that the service knows, and one that it does not.
export_job known_job(client_bench& b) {
    return b.submit(b.make_client()).result;
}
export_job unknown_job(client_bench& b) {
    return export_job("Demo",
                      b->endpoint() + "/language/authoring/analyze-text/projects/Demo/export/jobs/"
                                      "none?api-version=2022-05-01",
                      std::chrono::system_clock::now() - 1h);
}

class noting_checkpoint final : public batch_checkpoint {
public:
    std::optional<batch_item> taken(batch_item item) override {
        notes.push_back("taken " + item.request.project_name);
        fail_at("taken");
        if (done.count(item.request.project_name) > 0)
            return std::nullopt;
        if (known.count(item.request.project_name) > 0)
            item.job = known[item.request.project_name];
        return item;
    }
    void submitted(const export_job& job) override {
        notes.push_back("submitted " + job.project_name());
        fail_at("submitted");
    }
    void finished(const batch_outcome& one) override {
        notes.push_back("finished " + one.item.request.project_name);
        fail_at("finished");
    }
    void fail_at(const std::string& location) const {
        if (fails_at == location)
            throw std::runtime_error("the disk is full");
    }

    std::vector<std::string> notes;
    std::set<std::string> done;
    std::map<std::string, export_job> known;
    std::string fails_at;
};

} // namespace

TEST_CASE("a batch exports a whole range and reports each export as it completes", "[batch]") {
    client_bench b(GENERATE(false, true));
    for (const char* name : {"A", "B", "C"})
        b->add_project(quick_project(name));
    testing::project slow = quick_project("Slow");
    slow.job_duration = 600ms;
    b->add_project(slow);
    testing::project part = quick_project("Part");
    part.end = testing::job_end::partially_completed;
    b->add_project(part);

    std::vector<export_request> requests = named({"Slow", "A", "Nobody", "B", "C", "Part"});
    requests.back().accept_partial = true;
    kept_outcomes kept;
    const auto done = run(b, b.make_client(), requests, kept.options());
    REQUIRE(done.is_good());
    const batch_summary& sum = done.result;
    CHECK(sum.taken == 6);
    CHECK(sum.exported == 4);
    CHECK(sum.partial == 1);
    CHECK(sum.failed == 1);
    CHECK(sum.unfinished == 0);
    CHECK(sum.is_exhausted);
    CHECK(sum.first_failed == "Nobody");
    CHECK(langexport::code_of(sum.first_failure) == errc::project_not_found);
    CHECK(sum.unfinished_jobs.empty());
    CHECK(sum.elapsed >= 600ms);

    REQUIRE(kept.size() == 6);
    CHECK(projects_of(kept).back() == "Slow");
    std::uint64_t bytes = 0;
    for (const batch_outcome& one : kept.all()) {
        INFO(one.item.request.project_name);
        CHECK(one.item.request.project_name == requests[one.index].project_name);
        bytes += one.bytes;
        CHECK(one.submits == 1);
        CHECK(one.queue_time > 0s);
        CHECK(one.run_time > 0s);
        if (one.item.request.project_name == "Nobody") {
            CHECK(langexport::code_of(one.error) == errc::project_not_found);
            CHECK(one.item.job.empty());
            continue;
        }
        CHECK(one.is_exported());
        CHECK(one.item.job.project_name() == one.item.request.project_name);
        CHECK(one.status.job() == one.item.job);
        CHECK(langexport::is_terminal(one.status.status));
        CHECK(one.polls >= 1);
        CHECK(one.bytes == one.document.size());
        CHECK_THAT(one.document,
                   contains_text("\"projectName\":\"" + one.item.request.project_name + "\""));
        CHECK_THAT(one.content_type, contains_text("application/json"));
    }
    CHECK(sum.bytes == bytes);
}

TEST_CASE("a batch reads its range only as far as max_in_flight allows", "[batch]") {
    client_bench b(false);
    const std::size_t width = GENERATE(1u, 3u, 100u);
    const auto made = std::make_shared<int>(0);
    std::size_t finished = 0, most_ahead = 0;
    batch_options options;
    options.max_in_flight = width;
    options.on_finished = [&](const batch_outcome& one) {
        CHECK(one.is_exported());
        most_ahead = std::max(most_ahead, static_cast<std::size_t>(*made) - finished);
        ++finished;
    };
    const auto done = run(b, b.make_client(), requests_of("Demo", 30, made), options);
    REQUIRE(done.is_good());
    CHECK(done.result.exported == 30);
    CHECK(finished == 30);
    CHECK(most_ahead == std::min<std::size_t>(width, 30));
}

TEST_CASE("a batch accepts many kinds of ranges", "[batch]") {
    client_bench b(false);
    const client with = b.make_client();
    kept_outcomes kept;
    SECTION("an empty range") {
        const auto done = run(b, with, std::vector<export_request>(), kept.options());
        CHECK(done.is_good());
        CHECK(done.result.taken == 0);
        CHECK(done.result.is_exhausted);
        CHECK(run(b, with, requests_of("Demo", 0), kept.options()).is_good());
        CHECK(kept.size() == 0);
    }
    SECTION("a list that is copied, and a list that is referenced") {
        auto requests = std::make_unique<std::forward_list<export_request>>();
        requests->emplace_front("Demo");
        const auto copied = b.begin<batch_summary>([&](auto token) {
            export_projects(with, *requests, kept.options(), std::move(token));
        });
        requests.reset();
        REQUIRE(b.run_dry());
        CHECK(copied->result.exported == 1);
        const std::vector<export_request> elsewhere = named({"Demo", "Demo"});
        CHECK(run(b, with, std::span(elsewhere), kept.options()).result.exported == 2);
    }
    SECTION("jobs") {
        const std::vector<export_job> jobs = {known_job(b), known_job(b)};
        CHECK(run(b, with, jobs, kept.options()).result.exported == 2);
        CHECK(b->counters().jobs_created == 2);
    }
    SECTION("requests, some of which have a job") {
        export_request impatient("Demo");
        impatient.deadline = 1h;
        std::vector<batch_item> items = {export_request("Demo"),
                                         batch_item(impatient, known_job(b))};
        CHECK(run(b, with, std::move(items), kept.options()).result.exported == 2);
        CHECK(b->counters().jobs_created == 2);
    }
}

TEST_CASE("a job with a link that the client rejects is submitted again", "[batch]") {
    client_bench b(false);
    kept_outcomes kept;
    const std::string link =
        GENERATE(as<std::string>(), "https://elsewhere.example/jobs/1",
                 "https://user@127.0.0.1/jobs/1", "nonsense", "//127.0.0.1/jobs/1");
    const export_job known("Demo", link, std::chrono::system_clock::now());
    SECTION("the new job is exported") {
        const std::vector<batch_item> items = {batch_item(export_request("Demo"), known)};
        const auto done = run(b, b.make_client(), items, kept.options());
        CHECK(done.result.exported == 1);
        CHECK(kept.all().at(0).item.job != known);
        CHECK(b->counters().jobs_created == 1);
    }
    SECTION("only one new job is submitted") {
        const std::vector<batch_item> items = {batch_item(export_request("Nobody"), known)};
        const auto done = run(b, b.make_client(), items, kept.options());
        CHECK(done.result.failed == 1);
        CHECK(langexport::code_of(kept.all().at(0).error) == errc::project_not_found);
        CHECK(b->counters().submissions == 1);
    }
}

TEST_CASE("a job that is unknown to the service is submitted again, once", "[batch]") {
    client_bench b(false);
    kept_outcomes kept;
    const std::vector<batch_item> items = {unknown_job(b)};
    SECTION("the new job is exported") {
        const auto done = run(b, b.make_client(), items, kept.options());
        CHECK(done.result.exported == 1);
        CHECK(kept.all().at(0).submits == 1);
        CHECK(kept.all().at(0).item.job != items[0].job);
        CHECK(b->counters().jobs_created == 1);
    }
    SECTION("the export fails if the new job is unknown, too") {
        b->on(call_kind::status, occurrences::always(), canned_response(404, "{}"));
        langexport::client_params params = b.params();
        params.retry.not_found_grace = 0s;
        const auto done = run(b, b.make_client(params), items, kept.options());
        CHECK(done.result.failed == 1);
        CHECK(langexport::code_of(kept.all().at(0).error) == errc::job_not_found);
        CHECK(b->counters().jobs_created == 1);
    }
    SECTION("the deadline of the request applies to both jobs") {
        testing::project slow = quick_project();
        slow.job_duration = 1h;
        b->add_project(slow);
        export_request request("Demo");
        request.deadline = 2s;
        const std::vector<batch_item> short_of_time = {batch_item(request, unknown_job(b))};
        const auto done = run(b, b.make_client(), short_of_time, kept.options());
        CHECK(done.result.failed == 1);
        CHECK(langexport::code_of(kept.all().at(0).error) == errc::deadline_exceeded);
        CHECK_FALSE(kept.all().at(0).item.job.empty());
    }
}

TEST_CASE("the time limits of an export start when the batch reads its item", "[batch]") {
    client_bench b(false);
    testing::project slow = quick_project();
    slow.job_duration = 300ms;
    b->add_project(slow);
    langexport::client_params params = b.params();
    SECTION("deadline") {
        params.deadline = 1400ms;
    }
    SECTION("job_timeout") {
        params.job_timeout = 1400ms;
    }
    kept_outcomes kept;
    // One after the other they take longer than either.
    const auto done = run(b, b.make_client(params), requests_of("Demo", 5), kept.options(1));
    CHECK(done.result.exported == 5);
}

TEST_CASE("an exception of a range stops the batch, and exports in progress complete", "[batch]") {
    client_bench b(false);
    const int good = GENERATE(0, 1, 5);
    int left = good;
    generated_requests range([&]() -> std::optional<export_request> {
        if (left-- == 0)
            throw std::runtime_error("line 7 is not a project");
        return export_request("Demo");
    });
    kept_outcomes kept;
    const auto done = run(b, b.make_client(), std::move(range), kept.options(2));
    CHECK(done.calls == 1);
    CHECK(done.code() == errc::callback_failed);
    CHECK_THAT(done.what(), contains_text("reading the range: line 7 is not a project"));
    CHECK_THROWS_WITH(std::rethrow_exception(done.known().cause), "line 7 is not a project");
    CHECK(done.result.exported == static_cast<std::uint64_t>(good));
    CHECK_FALSE(done.result.is_exhausted);
    CHECK(kept.size() == static_cast<std::size_t>(good));
    const auto* error = langexport::get_batch_error(done.error);
    REQUIRE(error);
    CHECK(error->summary().exported == static_cast<std::uint64_t>(good));
}

TEST_CASE("an exception of on_finished stops the batch", "[batch]") {
    client_bench b(false);
    batch_options options;
    options.max_in_flight = 2;
    int calls = 0;
    options.on_finished = [&](const batch_outcome&) {
        if (++calls == 3)
            throw 3;
    };
    const auto done = run(b, b.make_client(), requests_of("Demo", 100), options);
    CHECK(done.code() == errc::callback_failed);
    CHECK_THAT(done.what(), contains_text("on_finished"));
    CHECK(done.result.exported == 4);
    CHECK(calls == 4);
}

TEST_CASE("options out of range are rejected before anything is sent", "[batch]") {
    client_bench b(false);
    batch_options options;
    options.max_in_flight = GENERATE(0u, 1'000'001u);
    const auto made = std::make_shared<int>(0);
    const auto done = run(b, b.make_client(), requests_of("Demo", 3, made), options);
    CHECK(done.code() == errc::invalid_configuration);
    CHECK_THAT(done.what(), contains_text("batch_options::max_in_flight is"));
    CHECK(*made == 0);
    CHECK(b.number_seen() == 0);
}

TEST_CASE("a name that contains the key is never shown unchanged", "[batch][secrets]") {
    client_bench b(false);
    const std::string key = b->key();
    std::vector<export_request> requests = named({"Demo"});
    requests.emplace_back("x" + key);
    kept_outcomes kept;
    const auto done = run(b, b.make_client(), requests, kept.options());
    REQUIRE(done.is_good());
    CHECK(done.result.failed == 1);
    CHECK(done.result.first_failed == "x[redacted]");
    for (const batch_outcome& one : kept.all()) {
        CHECK(one.item.request.project_name == (one.error ? "x[redacted]" : "Demo"));
        const std::string line = langexport::make_report_line(one, "", {}).to_json();
        CHECK_THAT(line, !contains_text(key));
    }
}

TEST_CASE("the failure policy decides whether a failed export stops the batch", "[batch]") {
    class policy_case {
    public:
        const char* what;
        failure_policy policy;
        unsigned status; // of the second submission
        bool stops;
    };
    const policy_case one = GENERATE(values<policy_case>({
        {"collect, not found", failure_policy::collect, 404, false},
        {"collect, unauthorized", failure_policy::collect, 401, false},
        {"first, not found", failure_policy::stop_on_first, 404, true},
        {"first, unauthorized", failure_policy::stop_on_first, 401, true},
        {"caller, not found", failure_policy::stop_on_caller_errors, 404, false},
        {"caller, conflict", failure_policy::stop_on_caller_errors, 409, false},
        {"caller, unconfirmed", failure_policy::stop_on_caller_errors, 500, false},
        {"caller, unauthorized", failure_policy::stop_on_caller_errors, 401, true},
        {"caller, forbidden", failure_policy::stop_on_caller_errors, 403, true},
        {"caller, invalid", failure_policy::stop_on_caller_errors, 400, true},
    }));
    INFO(one.what);
    client_bench b(false);
    b->on(call_kind::submission, 2, canned_response(one.status, "{}"));
    batch_options options;
    options.max_in_flight = 1;
    options.policy = one.policy;
    const auto done = run(b, b.make_client(), requests_of("Demo", 5), options);
    CHECK(done.is_good());
    CHECK(done.result.failed == 1);
    CHECK(done.result.exported == (one.stops ? 1 : 4));
    CHECK(done.result.is_exhausted == !one.stops);
    CHECK(done.result.first_failed == "Demo");
}

TEST_CASE("exports in progress complete when a batch stops", "[batch]") {
    client_bench b(false);
    testing::project slow = quick_project("Slow");
    slow.job_duration = 200ms;
    b->add_project(slow);
    batch_options options;
    options.max_in_flight = 2;
    options.policy = failure_policy::stop_on_first;
    const auto done = run(b, b.make_client(), named({"Slow", "Nobody", "Demo"}), options);
    CHECK(done.is_good());
    CHECK(done.result.exported == 1);
    CHECK(done.result.failed == 1);
    CHECK(done.result.taken == 2);
}

TEST_CASE("a batch writes results into sinks", "[batch][sinks]") {
    client_bench b(GENERATE(false, true));
    for (const char* name : {"A", "B"})
        b->add_project(quick_project(name));
    std::map<std::string, std::shared_ptr<langexport::memory_sink>> sinks;
    kept_outcomes kept;
    batch_options options = kept.options();
    int asked = 0;
    options.sink_for = [&](const batch_item& item) -> std::shared_ptr<langexport::result_sink> {
        ++asked;
        const std::string& name = item.request.project_name;
        if (name == "No room")
            throw std::runtime_error("the disk is full");
        if (name == "Demo")
            return nullptr;
        return sinks[name] = std::make_shared<langexport::memory_sink>(1'000'000);
    };
    SECTION("results stay in memory without a sink") {
        const auto done = run(b, b.make_client(), named({"A", "No room", "B", "Demo"}), options);
        REQUIRE(done.is_good());
        CHECK(done.result.exported == 3);
        CHECK(done.result.failed == 1);
        CHECK(done.result.first_failed == "No room");
        CHECK(b->counters().submissions == 3);
        for (const batch_outcome& one : kept.all()) {
            const std::string& name = one.item.request.project_name;
            INFO(name);
            if (name == "No room") {
                CHECK(langexport::code_of(one.error) == errc::sink_failed);
                CHECK_THAT(langexport::get_export_error(one.error)->what(),
                           contains_text("the disk is full"));
                continue;
            }
            CHECK(one.bytes > 100);
            CHECK(one.document.empty() == (name != "Demo"));
            if (name != "Demo") {
                CHECK(sinks[name]->document().size() == one.bytes);
                CHECK(sinks[name].use_count() == 1);
            }
        }
    }
    SECTION("sink_for is called again for a job that is submitted again") {
        const std::vector<batch_item> items = {batch_item(export_request("A"), unknown_job(b))};
        CHECK(run(b, b.make_client(), items, options).result.exported == 1);
        CHECK(asked == 2);
        CHECK(sinks["A"]->document().size() == kept.all()[0].bytes);
    }
    SECTION("every export fails if no sink has room") {
        CHECK(run(b, b.make_client(), requests_of("No room", 1000), options).result.failed == 1000);
    }
}

TEST_CASE("a checkpoint receives every event in order, and its finished projects are skipped",
          "[batch][checkpoint]") {
    client_bench b(false);
    b->add_project(quick_project("New"));
    const auto point = std::make_shared<noting_checkpoint>();
    point->done = {"Old"};
    point->known["Demo"] = known_job(b);
    batch_options options;
    options.max_in_flight = 1;
    options.checkpoint = point;
    SECTION("all exports succeed") {
        const auto done = run(b, b.make_client(), named({"Old", "Demo", "Old", "New"}), options);
        REQUIRE(done.is_good());
        CHECK(done.result.taken == 4);
        CHECK(done.result.skipped == 2);
        CHECK(done.result.exported == 2);
        CHECK(point->notes == std::vector<std::string>{"taken Old", "taken Demo", "finished Demo",
                                                       "taken Old", "taken New", "submitted New",
                                                       "finished New"});
        CHECK(b->counters().jobs_created == 2);
    }
    SECTION("a failing checkpoint stops the batch") {
        const std::string where = GENERATE("taken", "submitted", "finished");
        point->fails_at = where;
        const auto done = run(b, b.make_client(), named({"New", "Demo"}), options);
        CHECK(done.code() == errc::callback_failed);
        CHECK_THAT(done.what(), contains_text("the checkpoint's " + where + ": the disk is full"));
        CHECK(done.result.taken == 1);
        CHECK(done.result.exported == (where == "taken" ? 0 : 1));
    }
    SECTION("skipping a long range does not block other handlers") {
        int ticks = 0;
        std::function<void()> tick = [&] {
            if (++ticks < 1000)
                asio::post(b.context, tick);
        };
        asio::post(b.context, tick);
        const auto made = std::make_shared<int>(0);
        const auto done = run(b, b.make_client(), requests_of("Old", 100'000, made), options);
        CHECK(done.result.skipped == 100'000);
        CHECK(ticks == 1000);
    }
}

} // namespace batch_test
