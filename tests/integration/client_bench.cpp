#include "integration/client_bench.hpp"
#include <langexport/resume_export.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace testing = langexport::testing;
using namespace std::chrono_literals;

namespace langexport_tests {

namespace {

// Much longer than any test takes, even with a sanitizer on a busy machine.
constexpr std::chrono::seconds longest_wait{30};

testing::emulator_options with_tls(testing::emulator_options options, bool tls) {
    options.tls = tls;
    return options;
}

} // namespace

std::string temporary_path(const std::string& ending) {
    static std::atomic<int> number = 0;
    const std::string name =
        "langexport-" + std::to_string(getpid()) + "-" + std::to_string(++number) + ending;
    return (std::filesystem::temp_directory_path() / name).string();
}

std::vector<std::string> event_list::lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
}

langexport::export_job event_list::last_job() const {
    const std::lock_guard lock(mutex_);
    return job_;
}

std::shared_ptr<const langexport::export_error> event_list::last_failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

void event_list::add(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
}

void event_list::on_submitted(const langexport::submitted_event& event) noexcept {
    add(std::string(event.is_late ? "late " : "") + "submitted " + event.job.project_name());
    const std::lock_guard lock(mutex_);
    job_ = event.job;
}

void event_list::on_polled(const langexport::polled_event& event) noexcept {
    add("polled " + event.status.status_text);
}

void event_list::on_finished(const langexport::finished_event& event) noexcept {
    add("finished " + std::string(event.project_name) + " " + std::to_string(event.bytes));
}

void event_list::on_failed(const langexport::failed_event& event) noexcept {
    add("failed " + langexport::error_name(event.error.code()));
    const std::lock_guard lock(mutex_);
    failure_ = std::make_shared<const langexport::export_error>(event.error);
}

client_bench::client_bench(bool tls, testing::emulator_options options)
    : service_(with_tls(std::move(options), tls)) {
    service_->add_project(quick_project());
    if (tls) {
        ca_file_ = temporary_path(".pem");
        service_->write_certificate(ca_file_);
    }
}

client_bench::~client_bench() {
    if (!ca_file_.empty())
        std::remove(ca_file_.c_str());
}

langexport::client_params client_bench::params() const {
    auto& service = const_cast<running_emulator&>(service_);
    langexport::client_params p(service->endpoint(), langexport::subscription_key(service->key()));
    p.ca_file = ca_file_;
    p.quota.submissions = p.quota.reads = 0;
    p.polling.first = 1ms;
    p.polling.min_interval = 1ms;
    p.polling.max_interval = 5ms;
    p.retry.first_backoff = 1ms;
    p.retry.max_backoff = 4ms;
    return p;
}

std::vector<std::string> client_bench::seen() {
    std::vector<std::string> result;
    for (const testing::request_record& r : service_->requests()) {
        const char* kind = "other";
        switch (r.kind) {
        case testing::call_kind::submission:
            kind = "export";
            break;
        case testing::call_kind::import_submission:
            kind = "import";
            break;
        case testing::call_kind::status:
            kind = "status";
            break;
        case testing::call_kind::result:
            kind = "result";
            break;
        case testing::call_kind::listing:
            kind = "list";
            break;
        case testing::call_kind::metadata:
            kind = "metadata";
            break;
        case testing::call_kind::any:
        case testing::call_kind::other:
            break;
        }
        result.push_back(r.method + " " + kind);
    }
    return result;
}

bool client_bench::run_dry() {
    context.restart();
    context.run_for(longest_wait);
    return context.stopped();
}

bool client_bench::run_until(const std::function<bool()>& is_so) {
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    while (!is_so()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        context.restart();
        context.run_for(1ms);
    }
    return true;
}

bool client_bench::run_until_seen(std::size_t number) {
    return run_until([&] { return number_seen() >= number; });
}

outcome<langexport::exported_project>
client_bench::export_project(const langexport::client& with, langexport::export_request request) {
    return run<langexport::exported_project>([&](auto token) {
        langexport::export_project(with, std::move(request), std::move(token));
    });
}

outcome<langexport::export_job> client_bench::submit(const langexport::client& with,
                                                     langexport::export_request request) {
    return run<langexport::export_job>(
        [&](auto token) { langexport::submit_export(with, std::move(request), std::move(token)); });
}

outcome<langexport::export_status> client_bench::status(const langexport::client& with,
                                                        langexport::export_job job) {
    return run<langexport::export_status>(
        [&](auto token) { langexport::get_export_status(with, std::move(job), std::move(token)); });
}

outcome<langexport::export_status> client_bench::wait(const langexport::client& with,
                                                      langexport::export_job job) {
    return run<langexport::export_status>(
        [&](auto token) { langexport::wait_for_export(with, std::move(job), std::move(token)); });
}

outcome<langexport::exported_project> client_bench::fetch(const langexport::client& with,
                                                          langexport::export_status status) {
    return run<langexport::exported_project>(
        [&](auto token) { langexport::fetch_result(with, std::move(status), std::move(token)); });
}

outcome<langexport::exported_project> client_bench::resume(const langexport::client& with,
                                                           langexport::export_job job) {
    return run<langexport::exported_project>(
        [&](auto token) { langexport::resume_export(with, std::move(job), std::move(token)); });
}

outcome<langexport::export_status>
client_bench::export_to(const langexport::client& with,
                        std::shared_ptr<langexport::result_sink> sink) {
    return run<langexport::export_status>([&](auto token) {
        langexport::export_project_to(with, langexport::export_request("Demo"), std::move(sink),
                                      std::move(token));
    });
}

} // namespace langexport_tests
