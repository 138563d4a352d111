#include "unit/engine/fault_scenario.hpp"

#include <langexport/export_project.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/exported_project.hpp>
#include <langexport/import/import_project.hpp>
#include <langexport/list_projects.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <vector>

using namespace std::chrono_literals;
using namespace langexport;
namespace asio = boost::asio;

namespace langexport_tests {

asio::awaitable<void> counted_sink::write(asio::const_buffer piece) {
    was_misused = was_misused || is_over;
    if (faults_.fails("sink"))
        throw std::runtime_error("no room");
    document.append(static_cast<const char*>(piece.data()), piece.size());
    co_return;
}

asio::awaitable<void> counted_sink::commit() {
    was_misused = was_misused || is_over;
    if (faults_.fails("sink"))
        throw std::runtime_error("no commit");
    is_over = true;
    ++commits;
    co_return;
}

void counted_sink::discard() noexcept {
    was_misused = was_misused || is_over;
    document.clear();
}

// Three requests, each of which is made when it is taken.
class counted_range {
public:
    class iterator {
    public:
        using value_type = export_request;
        using difference_type = std::ptrdiff_t;

        explicit iterator(const counted_range& range) : range_(&range) {}

        export_request operator*() const { return range_->owner_->take(index_); }
        iterator& operator++() {
            ++index_;
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const noexcept { return index_ == 3; }

    private:
        const counted_range* range_;
        std::size_t index_ = 0;
    };

    explicit counted_range(fault_scenario& owner) : owner_(&owner), owned_(owner.guard) {}

    iterator begin() const { return iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    fault_scenario* owner_;
    std::shared_ptr<int> owned_;
};

fault_scenario::fault_scenario(fault_load load, fault_effect effect, std::size_t number,
                               asio::cancellation_type type)
    : load_(load), effect_(effect), type_(type) {
    call_counter& counted = effect == fault_effect::lateness ? timers : faults;
    counted.hit_at = number;
    counted.on_hit = [this] { disturb(); };
    faults.is_failure = effect == fault_effect::failure;
    client_params params = engine_bench::default_params();
    params.deadline = 30min;
    params.credential = credential(bearer_token_source([this] { return make_token(); }));
    bench.emplace(params);
    bench_service& service = *bench->service;
    service.run_time = 20s;
    service.latency = 100ms;
    service.opening_time = 50ms;
    respond_as_usual_ = service.respond;
    service.respond = [this](const seen_request& request) { return respond(request); };
    bench->time().on_arm = [this](manual_time::time_point due) { return time_of_timer(due); };
    service.faults = &faults;
    document->at_open = [this](std::size_t) {
        if (faults.fails("document"))
            throw std::runtime_error("no document");
    };
    document->in_read = [this](std::size_t, std::size_t) -> asio::awaitable<void> {
        if (faults.fails("document"))
            throw std::runtime_error("no bytes");
        co_return;
    };
}

void fault_scenario::disturb() {
    hit_at = bench->time().now();
    was_opening_at_hit = bench->service->openings_pending > 0;
    if (effect_ == fault_effect::destruction)
        bench->stop();
    if (effect_ != fault_effect::cancellation)
        return;
    for (operation& each : operations) {
        if (load_ == fault_load::drained && each.name != "drain")
            continue;
        each.was_cancelled = each.was_started && each.calls == 0;
        each.signal.emit(type_);
    }
}

manual_time::time_point fault_scenario::time_of_timer(manual_time::time_point due) {
    if (timers.fails("timer"))
        return due + lateness;
    return faults.fails("timer") ? bench->time().now() : due;
}

bench_response fault_scenario::respond(const seen_request& request) {
    if (request.target.find("/projects?") != std::string::npos)
        return bench_service::response("200 OK", R"({"value":[{"projectName":"Claims"}]})");
    return respond_as_usual_(request);
}

void fault_scenario::play() {
    if (load_ == fault_load::exports)
        start_exports();
    if (load_ == fault_load::batch_and_import)
        start_batch();
    if (load_ != fault_load::exports)
        start_import();
    if (load_ != fault_load::batch_and_import)
        start_other("Other");
    if (load_ == fault_load::drained)
        start_drain();
    bench->run();
}

void fault_scenario::start_exports() {
    export_request request("Claims");
    operation& first = operations.emplace_back("Claims");
    request.on_submitted = [this, owned = guard](const export_job& job) { return store(job); };
    request.on_update = [this, owned = guard, &first](const export_update&) {
        was_late = was_late || first.calls > 0;
        if (faults.fails("on_update"))
            throw std::runtime_error("no update");
    };
    export_project_to(bench->client(), request, sink, handler_of<export_status>(first));
    list_projects(bench->client(), project_surface::analyze_text,
                  handler_of<std::vector<project_info>>(operations.emplace_back("list")));
}

void fault_scenario::start_other(const std::string& project) {
    export_project(bench->client(), export_request(project),
                   handler_of<exported_project>(operations.emplace_back(project)));
}

void fault_scenario::start_batch() {
    batch_options options;
    options.max_in_flight = 2;
    options.on_finished = [this, owned = guard](const batch_outcome&) {
        if (faults.fails("on_finished"))
            throw std::runtime_error("no outcome");
    };
    export_projects(bench->client(), counted_range(*this), options,
                    handler_of<batch_summary>(operations.emplace_back("batch")));
}

export_request fault_scenario::take(std::size_t index) {
    if (faults.fails("range"))
        throw std::runtime_error("no item");
    ++taken;
    last_taken = bench->time().now();
    return export_request("Batch" + std::to_string(index));
}

void fault_scenario::start_import() {
    import_project(bench->client(), import_request("Import", source_of(document)),
                   handler_of<import_status>(operations.emplace_back("Import")));
}

void fault_scenario::start_drain() {
    operation& drain = operations.emplace_back("drain");
    bench->at(manual_time::start + 10s,
              [this, &drain] { bench->client().drain(10min, handler_of<drain_summary>(drain)); });
}

asio::awaitable<void> fault_scenario::store(const export_job&) {
    if (faults.fails("on_submitted"))
        throw std::runtime_error("no store");
    ++stored;
    co_return;
}

asio::awaitable<access_token> fault_scenario::make_token() {
    if (faults.fails("token source"))
        throw std::runtime_error("no token");
    const access_token token("4b7d2e9f61a80c53", bench->time().system_now() + 1h);
    co_return token;
}

const fault_scenario::operation& fault_scenario::find(const std::string& name) const {
    return *std::find_if(operations.begin(), operations.end(),
                         [&name](const operation& each) { return each.name == name; });
}

std::size_t fault_scenario::posts_for(const std::string& project) const {
    const auto& all = bench->service->requests;
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const seen_request& each) {
            return each.method == "POST" &&
                   each.target.find("/projects/" + project + "/") != std::string::npos;
        }));
}

} // namespace langexport_tests
