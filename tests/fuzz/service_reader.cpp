// Whole operations against a service that the input makes good or bad, in virtual time. The first bytes choose the
// client and its operations, all others the behavior of the service, in the order of its decisions.

#include "fuzz/promise.hpp"
#include "fuzz/service_peer.hpp"
#include "fuzz/targets.hpp"
#include "integration/operations.hpp"
#include "support/watched_sink.hpp"

#include <langexport/client.hpp>
#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/transport/strand_time_source.hpp>
#include <langexport/observer.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <stdexcept>

namespace langexport_tests::fuzz {

namespace {

using namespace std::chrono_literals;
using namespace langexport;
namespace net = boost::asio;

const std::string first_key = "e58b081006f7e3dfC967a64cb14028d5";
const std::string second_key = "aa8b081006f7e3dfC967a64cb1402877";

// Counts the jobs that the client took for confirmed.
class submission_counter final : public observer {
public:
    void on_submitted(const submitted_event& event) noexcept override {
        ++confirmed[std::string(event.job.project_name())];
    }
    std::map<std::string, std::size_t> confirmed;
};

// An operation in progress, and its required result.
class started {
public:
    operation what = operation::export_project;
    std::string project;
    std::size_t exports = 1;
    std::shared_ptr<watched_sink> sink;
    std::shared_ptr<ending> end;
    net::cancellation_signal stop;
    time_point begun{};
    virtual_time::duration limit{}; // in which it ends, its sink aside
    virtual_time::duration sink_waits{};
    bool is_over = false;
};

// The timer of a client, whose next event the play can see.
class seen_time_source final : public detail::time_source {
public:
    explicit seen_time_source(const detail::strand_type& strand) : real_(strand) {}

    detail::steady_time now() const noexcept override { return real_.now(); }
    detail::system_time system_now() const noexcept override { return real_.system_now(); }
    void arm(detail::steady_time due, std::weak_ptr<detail::timer_listener> listener) override {
        armed_for_ = due;
        real_.arm(due, std::move(listener));
    }
    void disarm() override {
        armed_for_ = (detail::steady_time::max)();
        real_.disarm();
    }
    // When the timer fires; max() if it does not.
    detail::steady_time next() const noexcept {
        return armed_for_ > now() ? armed_for_ : (detail::steady_time::max)();
    }

private:
    detail::strand_time_source real_;
    detail::steady_time armed_for_ = (detail::steady_time::max)();
};

class play {
public:
    explicit play(std::string_view input)
        : by_(input), service_(by_, time_), strand_(net::make_strand(context_)) {}

    void run();

private:
    client_params make_params();
    bearer_token_source make_tokens();
    void start_operation();
    net::awaitable<void> pause(virtual_time::duration how_long);
    std::shared_ptr<watched_sink> make_sink(started& one);
    void run_until_idle();
    void see_what_is_over();
    void check_operations();
    void check_quota(const std::vector<time_point>& sent, std::size_t limit, const char* label);
    void check_rest();

    virtual_time time_;
    choices by_;
    random_service service_;
    net::io_context context_;
    langexport_tests::strand_type strand_;
    std::shared_ptr<submission_counter> seen_ = std::make_shared<submission_counter>();
    virtual_time::duration deadline_{};
    bool checks_structure_ = true; // without it every document behind a link is a result
    std::size_t submissions_ = 0, reads_ = 0;
    std::optional<client> client_;
    std::shared_ptr<detail::engine> engine_;
    seen_time_source* timer_ = nullptr; // of the engine
    std::vector<std::unique_ptr<started>> all_;
};

net::awaitable<void> play::pause(virtual_time::duration how_long) {
    time_.after(how_long, [] {}); // so that the time advances to this moment
    net::steady_timer timer(context_, how_long);
    error_code ignored;
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
}

bearer_token_source play::make_tokens() {
    const auto source = [this]() -> net::awaitable<access_token> {
        const unsigned how = by_.below(8);
        if (how == 2 || how == 3)
            co_await pause(std::chrono::milliseconds(by_.next() * 500));
        if (how == 1 || how == 3)
            throw std::runtime_error("no token");
        constexpr std::chrono::seconds lives[] = {3600s, 3600s, 3600s, 1s, 60s, 301s, 0s, -5s};
        access_token token(first_key, std::chrono::system_clock::now() + lives[how]);
        co_return token;
    };
    return bearer_token_source(source);
}

client_params play::make_params() {
    const subscription_key key{first_key};
    const subscription_key other{second_key};
    credential proof{key};
    switch (by_.below(3)) {
    case 1:
        proof = credential(key, other);
        break;
    case 2:
        proof = credential(make_tokens());
        break;
    default:
        break;
    }
    client_params params("https://" + std::string(random_service::host), proof);
    constexpr std::chrono::milliseconds deadlines[] = {10min, 1ms, 100ms, 1s, 5s, 30s, 1min, 3min};
    deadline_ = by_.of(deadlines);
    params.deadline = deadline_;
    constexpr std::chrono::seconds job_timeouts[] = {1800s, 1s, 20s, 60s};
    params.job_timeout = by_.of(job_timeouts);
    const unsigned flags = by_.next();
    params.accept_partial = (flags & 1) != 0;
    checks_structure_ = params.check_result_structure = (flags & 2) == 0;
    params.watch_idle_connections = (flags & 4) != 0;
    params.max_connections = 1 + flags / 8 % 4;
    submissions_ = params.quota.submissions = (flags & 64) != 0 ? 1 : 10;
    reads_ = params.quota.reads = (flags & 128) != 0 ? 4 : 100;
    params.max_header_size = 1024;
    params.max_message_size = 1024;
    params.observer = seen_;
    return params;
}

std::shared_ptr<watched_sink> play::make_sink(started& one) {
    auto sink = std::make_shared<watched_sink>();
    const auto act = [this, &one](unsigned how) -> net::awaitable<void> {
        if (how == 1 || how == 3) {
            const std::chrono::milliseconds wait(by_.next() * 500);
            one.sink_waits += wait;
            co_await pause(wait);
        }
        if (how == 2 || how == 3)
            throw std::runtime_error("the disk is full");
    };
    const unsigned how = by_.below(16);
    sink->acts_at = how % 4 == 0 ? 0 : 1 + by_.below(3);
    sink->act = [act, how] { return act(how % 4); };
    sink->at_commit = [act, how] { return act(how / 4); };
    return sink;
}

void play::start_operation() {
    auto made = std::make_unique<started>();
    started& one = *made;
    one.what = all_operations[(by_.below(16) + 6) % all_operations.size()];
    one.project = "P" + std::to_string(all_.size());
    operation_arguments how{one.what, strand_};
    how.request = export_request(one.project);
    const std::string link = service_.make_job(one.project);
    how.of = export_status(export_job(one.project, link, std::chrono::system_clock::now()));
    how.of.result_url = random_service::result_link(link);
    if (goes_to_sink(one.what) || one.what == operation::export_projects)
        how.sink = one.sink = make_sink(one);
    if (one.what == operation::export_projects)
        how.exports = one.exports = 1 + by_.below(3);
    how.stop = one.stop.slot();
    one.begun = time_.now();
    one.limit = deadline_ * static_cast<int>(one.exports);
    one.end = begin(*client_, how);
    constexpr net::cancellation_type types[] = {net::cancellation_type::terminal,
                                                net::cancellation_type::partial,
                                                net::cancellation_type::total};
    if (const unsigned cancels = by_.below(8); cancels >= 1 && cancels <= 3)
        time_.after(std::chrono::milliseconds(by_.next() * by_.next()),
                    [this, &one, type = types[cancels - 1]] {
                        net::post(strand_, [&one, type] { one.stop.emit(type); });
                    });
    all_.push_back(std::move(made));
}

void play::see_what_is_over() {
    for (const auto& one : all_) {
        promise(one->end->calls <= 1, "a handler is called once", to_string(one->what));
        one->is_over = one->end->calls == 1;
        promise(one->is_over || time_.now() <= one->begun + one->limit + one->sink_waits + 10ms,
                "an operation ends with its deadline", to_string(one->what));
    }
}

void play::run_until_idle() {
    for (std::size_t steps = 0;; ++steps) {
        promise(steps < 100'000, "the client comes to rest");
        context_.restart();
        context_.poll();
        see_what_is_over();
        const time_point next = std::min(timer_->next(), time_.next());
        if (next == (time_point::max)())
            return;
        time_.advance(next, context_);
    }
}

void play::check_operations() {
    for (const auto& one : all_) {
        const std::string name = to_string(one->what);
        promise(one->is_over, "a handler is called", name);
        promise(!one->end->was_misplaced, "a handler is called on its executor", name);
        std::string text;
        for (const auto& error : {one->end->error, one->end->of_export})
            if (const export_error* known = get_export_error(error))
                text += std::string(known->what()) + known->diagnostics().detail;
        promise(text.find(first_key) == std::string::npos &&
                    text.find(second_key) == std::string::npos,
                "no error has a key", text);
        if (one->what != operation::submit_export_again) {
            promise(service_.jobs_made[one->project] <= one->exports,
                    "an export makes at most one job", name);
            promise(seen_->confirmed[one->project] <= one->exports,
                    "an export has at most one confirmed submission", name);
        }
        if (!one->sink)
            continue;
        const watched_sink& sink = *one->sink;
        promise(!sink.was_misused, "a sink is called in order", name);
        promise(sink.number_of("commit") <= 1, "a sink is committed once or never", name);
        const bool is_good = !one->end->of_export && one->end->calls == 1 &&
                             (one->what != operation::export_projects || !sink.calls.empty());
        promise(!is_good || one->end->error || sink.last_call() == "commit",
                "what has succeeded is committed", name);
        promise(sink.number_of("commit") == 0 || service_.has_invented || !checks_structure_ ||
                    sink.document == random_service::document || sink.document.empty(),
                "what is committed is whole", sink.document);
    }
}

// A request that arrived counts until one window after its response, so that no more can arrive in a window.
void play::check_quota(const std::vector<time_point>& sent, std::size_t limit, const char* label) {
    for (std::size_t i = limit; i < sent.size(); ++i)
        promise(sent[i] - sent[i - limit] >= 59s, "the quota is kept", label);
}

void play::check_rest() {
    const client_stats stats = engine_->stats();
    promise(stats.pending == 0 && stats.waiting == 0 && stats.in_flight == 0, "nothing is pending");
    promise(stats.queued_submissions + stats.queued_listings + stats.queued_polls +
                    stats.queued_results ==
                0,
            "nothing is queued");
    promise(stats.connections_open == service_.open_streams, "connections are counted");
    promise(context_.stopped(), "an idle client has no work");
    client_.reset();
    run_until_idle();
    promise(service_.open_streams == 0, "a closed client closes its connections");
    promise(engine_.use_count() == 1, "nothing holds a closed client");
}

void play::run() {
    const net::any_io_executor executor(context_.get_executor());
    const auto strand = net::make_strand(executor);
    const client_params params = make_params();
    detail::engine_environment with;
    auto timer = std::make_unique<seen_time_source>(strand);
    timer_ = timer.get();
    with.time = std::move(timer);
    with.opener = std::make_unique<service_opener>(service_, strand);
    with.budget = std::make_shared<detail::request_budget>(params.quota);
    engine_ = detail::engine::make(executor, strand, params, std::move(with));
    client_.emplace(detail::client_state::make_client(engine_));
    for (unsigned left = 1 + by_.below(4); left > 0; --left)
        start_operation();
    const unsigned ends = by_.below(16); // of the client, before its operations
    const std::chrono::milliseconds when(ends == 0 || ends > 2 ? 0 : by_.next() * by_.next());
    if (ends == 1)
        time_.after(when, [this] { client_.reset(); });
    if (ends == 2)
        time_.after(when, [this] { client_->drain(5s, [](std::exception_ptr, drain_summary) {}); });
    run_until_idle();
    check_operations();
    check_quota(service_.submissions, submissions_, "submissions");
    check_quota(service_.reads, reads_, "reads");
    check_rest();
}

} // namespace

void play_service(std::string_view input) {
    play one(input);
    one.run();
}

} // namespace langexport_tests::fuzz
