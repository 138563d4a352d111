#ifndef LANGEXPORT_TESTS_UNIT_IMPORT_IMPORT_BENCH_HPP
#define LANGEXPORT_TESTS_UNIT_IMPORT_IMPORT_BENCH_HPP

#include "support/catch.hpp"
#include "support/engine_bench.hpp"
#include "support/outcome.hpp"
#include "unit/import/watched_source.hpp"

#include <langexport/import/import_project.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace langexport_tests {

using namespace std::chrono_literals;
using namespace langexport;

/// Keeps the events of imports.
class import_events final : public observer {
public:
    void on_submitting(const submitting_event& event) noexcept override {
        submitting += event.kind == job_kind::importing;
    }
    void on_submitted(const submitted_event& event) noexcept override {
        jobs.push_back(event.job);
        late += event.is_late;
    }
    void on_polled(const polled_event& event) noexcept override {
        polled += event.status.job().kind() == job_kind::importing;
    }
    void on_warning(const warning_event& event) noexcept override {
        warnings.push_back(std::string(event.code) + ": " + std::string(event.message));
    }
    void on_finished(const finished_event& event) noexcept override {
        finished += event.kind == job_kind::importing;
        bytes = event.bytes;
    }
    void on_failed(const failed_event& event) noexcept override {
        failed += event.kind == job_kind::importing;
    }
    void on_retried(const retried_event& event) noexcept override { retried.push_back(event.why); }
    void on_connection_closed(const connection_closed_event&) noexcept override { ++closed; }

    int submitting = 0, late = 0, polled = 0, finished = 0, failed = 0, closed = 0;
    std::uint64_t bytes = 0;
    std::vector<export_job> jobs;
    std::vector<std::string> warnings;
    std::vector<errc> retried;
};

/// Exists before the bench.
struct with_events {
    std::shared_ptr<import_events> events = std::make_shared<import_events>();
};

/// One client that imports a document.
class import_bench : public with_events, public engine_bench {
public:
    explicit import_bench(const std::string& text = text_document(400'000),
                          client_params params = default_params())
        : engine_bench(watched(std::move(params))),
          document(std::make_shared<watched_document>(text)) {
        service->run_time = 10s;
    }

    import_request request() const {
        import_request made("Claims", source_of(document));
        made.tag = "nightly";
        return made;
    }
    template <class Result = import_status>
    std::shared_ptr<outcome<Result>> begin(const import_request& request) {
        auto where = std::make_shared<outcome<Result>>();
        if constexpr (std::is_same_v<Result, import_job>)
            submit_import(client(), request, keep_in<Result>(where));
        else
            import_project(client(), request, keep_in<Result>(where));
        return where;
    }
    // Runs an import to its end.
    std::shared_ptr<outcome<import_status>> import() {
        auto end = begin(request());
        run();
        REQUIRE(end->calls == 1);
        CHECK(document->open == 0);
        CHECK_FALSE(document->overlapped);
        return end;
    }
    // The service sends this as soon as it has so many bytes of a submission, once.
    void respond_after(std::size_t bytes, bench_response response) {
        service->respond_early = [=,
                                  was_sent = std::make_shared<bool>()](const std::string& so_far) {
            if (so_far.size() < bytes || std::exchange(*was_sent, true))
                return bench_response();
            return response;
        };
    }

    std::shared_ptr<watched_document> document;

private:
    client_params watched(client_params params) const {
        params.observer = events;
        return params;
    }
};

} // namespace langexport_tests

#endif
