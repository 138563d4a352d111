#include "integration/client_phases.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;

namespace langexport_tests {

namespace {

// The padding of a response header, of which half or all is sent.
constexpr std::uint64_t filler = 20'000;
constexpr std::uint64_t half_of_result = 300'000;
// Far more than a request takes.
constexpr std::chrono::seconds longest_phase{30};

template <class T>
bool is_among(T one, std::initializer_list<T> all) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// Moments without a connection to the emulator.
bool is_elsewhere(moment when) {
    return is_among(when,
                    {moment::resolving, moment::connecting, moment::handshaking, moment::writing});
}

// Moments that TLS may affect: there is a connection, or the operation waits for one.
bool is_on_connection(moment when) {
    return is_among(when, {moment::queued, moment::handshaking, moment::sent, moment::half_header,
                           moment::half_body, moment::sinking});
}

bool submits(operation op) {
    return requests_of(op).front() == call_kind::submission;
}

// The requests that distinguish the phases.
std::size_t number_of_requests(operation op) {
    return op == operation::list_projects ? 2 : requests_of(op).size();
}

// The number of its kind among the requests of the operation, from 1.
std::uint64_t number_of_kind(operation op, phase p) {
    return op == operation::list_projects ? p.request + 1 : 1;
}

std::size_t gets_before(operation op, phase p) {
    return p.request - (submits(op) && p.request > 0 ? 1U : 0U);
}

std::size_t queued(const langexport::client_stats& stats, call_kind kind) {
    switch (kind) {
    case call_kind::submission:
        return stats.queued_submissions;
    case call_kind::status:
        return stats.queued_polls;
    case call_kind::result:
        return stats.queued_results;
    default:
        return stats.queued_listings;
    }
}

std::string made_up_link(const std::string& endpoint, const std::string& rest = "") {
    return endpoint + "/language/authoring/analyze-text/projects/Demo/export/jobs/1" + rest +
           "?api-version=2022-05-01";
}

langexport::export_status made_up_status(const std::string& endpoint) {
    langexport::export_status status(
        langexport::export_job("Demo", made_up_link(endpoint), std::chrono::system_clock::now()));
    status.status = langexport::job_status::succeeded;
    status.status_text = "succeeded";
    status.result_url = made_up_link(endpoint, "/result");
    return status;
}

asio::awaitable<langexport::access_token> token_behind(pause_point& pause) {
    co_await pause.wait();
    const auto tomorrow = std::chrono::system_clock::now() + 24h;
    co_return langexport::access_token("late", tomorrow);
}

// Its queue is full for every new connection.
std::uint16_t full_port() {
    static const silent_listener full(silent_listener::manner::full);
    return full.port();
}

std::string unique_name() {
    static std::atomic<int> number = 0;
    return "held" + std::to_string(++number) + ".example";
}

std::uint64_t number_sent(const langexport::client_stats& stats) {
    return stats.submissions_sent + stats.listings_sent + stats.polls_sent + stats.results_sent;
}

class own_events : public event_list {
    void on_failed(const langexport::failed_event& event) noexcept override {
        if (event.error.diagnostics().project_name != "Busy")
            event_list::on_failed(event);
    }
};

testing::emulator_options small_pages() {
    testing::emulator_options options;
    options.page_size = 1;
    return options;
}

} // namespace

const char* to_string(moment when) {
    switch (when) {
    case moment::authorizing:
        return "waiting for an access token";
    case moment::held_back:
        return "held back by the quota";
    case moment::queued:
        return "waiting for a connection";
    case moment::resolving:
        return "resolving the host name";
    case moment::connecting:
        return "connecting";
    case moment::handshaking:
        return "in the TLS handshake";
    case moment::writing:
        return "half sent";
    case moment::sent:
        return "sent, no response yet";
    case moment::half_header:
        return "half of the response's header read";
    case moment::half_body:
        return "half of the response's body read";
    case moment::retrying:
        return "failed, waiting for its retry";
    case moment::waiting:
        return "waiting for the next poll";
    case moment::sinking:
        return "inside the sink's write";
    case moment::committing:
        return "inside the sink's commit";
    }
    return "?";
}

call_kind kind_of(operation op, phase p) {
    const auto all = requests_of(op);
    return all[std::min(p.request, all.size() - 1)];
}

std::string to_string(operation op, phase p) {
    std::string text;
    switch (kind_of(op, p)) {
    case call_kind::submission:
        text = "POST";
        break;
    case call_kind::status:
        text = "status";
        break;
    case call_kind::result:
        text = "result";
        break;
    default:
        text = "page " + std::to_string(p.request + 1);
    }
    return text + ": " + to_string(p.when);
}

std::string why_never(operation op, phase p, bool tls) {
    const call_kind kind = kind_of(op, p);
    if (p.when == moment::handshaking && !tls)
        return "there is no TLS";
    if (p.when == moment::writing && kind != call_kind::submission)
        return "a GET fits into the buffer of any socket";
    if (tls && !is_on_connection(p.when))
        return "TLS makes no difference to it";
    if (p.when == moment::waiting && op == operation::get_export_status)
        return "it sends one request";
    if (p.when == moment::waiting && kind != call_kind::status)
        return "only a job without a terminal status is polled";
    if (!is_among(p.when, {moment::sinking, moment::committing}))
        return {};
    if (!goes_to_sink(op) && op != operation::export_projects)
        return "it has no sink";
    return kind == call_kind::result ? "" : "only a result is written to a sink";
}

std::vector<phase> all_phases(operation op) {
    std::vector<phase> all;
    for (const moment when : all_moments)
        for (std::size_t i = 0; i < number_of_requests(op); ++i)
            all.push_back({when, i});
    return all;
}

std::vector<phase> phases_of(operation op, bool tls) {
    std::vector<phase> found = all_phases(op);
    std::erase_if(found, [&](phase p) { return !why_never(op, p, tls).empty(); });
    return found;
}

std::vector<place> places_of(operation op) {
    std::vector<place> found;
    for (const bool tls : {false, true})
        for (const phase p : phases_of(op, tls))
            found.push_back({tls, p});
    return found;
}

langexport::submission_state submission_in(operation op, phase p) {
    using langexport::submission_state;
    if (op == operation::list_projects)
        return submission_state::not_sent;
    if (!submits(op) || p.request > 0 || p.when == moment::half_body)
        return submission_state::confirmed;
    if (p.when == moment::retrying && op == operation::submit_export_again)
        return submission_state::unconfirmed; // no other component retries after a lost response
    return is_in_flight(op, p) ? submission_state::unconfirmed : submission_state::not_sent;
}

std::size_t seen_in(operation op, phase p) {
    const bool is_seen = is_among(p.when, {moment::sent, moment::half_header, moment::half_body,
                                           moment::retrying, moment::sinking, moment::committing});
    const bool was_polled = p.when == moment::waiting && !submits(op);
    return p.request + (is_seen || was_polled ? 1U : 0U);
}

bool is_in_flight(operation op, phase p) {
    return kind_of(op, p) == call_kind::submission &&
           is_among(p.when,
                    {moment::writing, moment::sent, moment::half_header, moment::half_body});
}

phase_bench::phase_bench(operation kind, phase p, bool tls,
                         std::optional<langexport::client_params::duration> deadline)
    : op(kind), where(p), b(tls, small_pages()), events(std::make_shared<own_events>()),
      strand(asio::make_strand(b.context)), host_(unique_name()) {
    prepare_service();
    langexport::client_params params = first_params();
    params.observer = events;
    params.deadline = deadline;
    set(params);
    client.emplace(b.make_client(params));
    if (where.when == moment::queued && where.request == 0)
        keep_connection_busy();
    seen_before_ = b.number_seen();
    bytes_before_ = b->counters().bytes_sent;
}

void phase_bench::prepare_service() {
    testing::project demo = quick_project();
    const bool is_large = kind_of(op, where) == call_kind::result &&
                          is_among(where.when, {moment::half_body, moment::sinking});
    if (is_large)
        demo.result_size = 3'000'000;
    if (where.when == moment::waiting)
        demo.job_duration = 24h;
    b->add_project(demo);
    if (op == operation::list_projects)
        b->add_project(quick_project("Other"));
    if (where.when == moment::queued)
        b->add_project(quick_project("Busy"));

    if (is_renamed())
        name_.emplace(host_, std::vector<std::string>{"127.0.0.1"});
    const langexport::client helper = b.make_client(first_params());
    if (where.when == moment::queued && where.request > 0)
        others_of_ =
            b.wait(helper, b.submit(helper, langexport::export_request("Busy")).result).result;
    const auto first = requests_of(op).front();
    const bool needs_job =
        first == call_kind::status || first == call_kind::result ||
        (where.when == moment::held_back && kind_of(op, where) != call_kind::submission);
    if (!needs_job || is_never_at_service())
        return;
    of_ = langexport::export_status(b.submit(helper).result);
    if (first == call_kind::result)
        of_ = b.wait(helper, of_.job()).result;
}

// Not even the first request reaches the emulator.
bool phase_bench::is_never_at_service() const {
    return is_elsewhere(where.when) && where.request == 0;
}

// The name is resolved for the first request; a later one resolves it again.
bool phase_bench::is_renamed() const {
    return where.request > 0 && is_among(where.when, {moment::resolving, moment::connecting});
}

langexport::client_params phase_bench::first_params() const {
    langexport::client_params params = b.params();
    if (!is_renamed())
        return params;
    params.endpoint = "http://" + host_ + params.endpoint.substr(params.endpoint.rfind(':'));
    params.allow_insecure_http = true;
    return params;
}

void phase_bench::set(langexport::client_params& params) {
    const call_kind kind = kind_of(op, where);
    const testing::occurrences which(number_of_kind(op, where));
    const std::string scheme = params.endpoint.substr(0, params.endpoint.find(':'));
    const auto listen = [&](silent_listener::manner how) {
        listener_ = std::make_unique<silent_listener>(how);
        return listener_->port();
    };
    const auto local = [&](std::uint16_t port) {
        return scheme + "://127.0.0.1:" + std::to_string(port);
    };
    if (where.request > 0 && is_elsewhere(where.when)) {
        const phase before{where.when, where.request - 1};
        b->on(kind_of(op, before), testing::occurrences(number_of_kind(op, before)),
              canned_response().header("Connection", "close"));
        return; // the rest follows when that response was sent
    }
    switch (where.when) {
    case moment::authorizing:
        if (where.request == 0)
            params.credential = held_tokens();
        break;
    case moment::held_back: {
        langexport::quota_params quota;
        quota.submissions = quota.reads = 1;
        quota.window = 24h;
        params.shared_quota = std::make_shared<langexport::request_quota>(quota);
        if (kind == call_kind::submission)
            params.shared_quota->remember_submission(std::chrono::system_clock::now());
        if (kind == call_kind::submission || gets_before(op, where) > 0)
            break; // it uses up the reads itself
        langexport::client_params others = b.params();
        others.shared_quota = params.shared_quota;
        b.status(b.make_client(others), of_.job());
        break;
    }
    case moment::queued:
        params.max_connections = 1;
        break;
    case moment::resolving: {
        name_.emplace(host_, std::vector<std::string>{"127.0.0.1"});
        name_->hold();
        params.endpoint = scheme + "://" + host_ + ":1";
        params.allow_insecure_http = true;
        break;
    }
    case moment::connecting:
        params.endpoint = local(full_port());
        break;
    case moment::handshaking:
        params.endpoint = local(listen(silent_listener::manner::accepting));
        break;
    case moment::writing:
        params.endpoint = local(listen(silent_listener::manner::narrow));
        request_.assets_to_export.assign(large_request / 250, std::string(250, 'x'));
        break;
    case moment::sent:
        b->on(kind, which, canned_response::cut_after(0, early_end::stall));
        break;
    case moment::half_header: {
        canned_response half = canned_response::cut_after(filler, early_end::stall);
        b->on(kind, which, half.header("x-filler", std::string(filler, 'x')));
        break;
    }
    case moment::half_body: {
        const bool is_result = kind == call_kind::result;
        canned_response half =
            canned_response::cut_body_after(is_result ? half_of_result : 10, early_end::stall);
        half.header("x-filler", std::string(filler, 'x'));
        if (kind == call_kind::submission) {
            half.status = 202;
            half.body = std::string(1000, ' ');
            half.header("operation-location", made_up_link(b->endpoint()));
        }
        b->on(kind, which, half);
        break;
    }
    case moment::retrying:
        // One 503 without a time throttles no other request. If every response is the last one,
        // there is none, and a submission whose response is lost is repeated if duplicates are
        // allowed.
        b->on(kind, which,
              is_among(op, {operation::get_export_status, operation::submit_export_again})
                  ? canned_response::no_response(true)
                  : canned_response(503, "{}"));
        params.retry.first_backoff = params.retry.max_backoff = 1h;
        break;
    case moment::waiting:
        params.polling.first = submits(op) ? 1h : 1ms;
        params.polling.min_interval = params.polling.max_interval = 1h;
        break;
    case moment::sinking:
        b->on(kind, which, canned_response::cut_body_after(1'500'000, early_end::stall));
        sink->acts_at = 1;
        sink->act = [this] { return sink_pause_.wait(); };
        break;
    case moment::committing:
        sink->at_commit = [this] { return sink_pause_.wait(); };
        break;
    }
    if (is_never_at_service())
        of_ = made_up_status(params.endpoint);
}

langexport::credential phase_bench::held_tokens() {
    return langexport::bearer_token_source([at = &token_pause_] { return token_behind(*at); });
}

void phase_bench::keep_connection_busy() {
    b->on(call_kind::status, testing::occurrences::always(),
          canned_response::cut_after(0, early_end::stall), testing::for_project("Busy"));
    langexport::export_request request("Busy");
    request.deadline = 24h; // longer than the client's
    const std::size_t before = b.number_seen();
    begin_others([&](auto token) { export_project(*client, request, std::move(token)); });
    b.run_until_seen(before + 2);
}

// A result has priority over all other requests that wait for a connection.
void phase_bench::take_next_connection() {
    b->on(call_kind::result, testing::occurrences::always(),
          canned_response::cut_after(0, early_end::stall), testing::for_project("Busy"));
    begin_others([&](auto token) { fetch_result(*client, others_of_, std::move(token)); });
}

// The previous request was sent and its response is not read: the fault of the next request is set
// before that request exists.
void phase_bench::set_next_fault() {
    switch (where.when) {
    case moment::authorizing:
        client->update_credential(held_tokens());
        break;
    case moment::queued:
        take_next_connection();
        break;
    case moment::resolving:
        lookups_before_ = name_->lookups();
        name_->hold();
        break;
    case moment::connecting:
        // Another address: the emulator has its port on the first one alone.
        listener_ = std::make_unique<silent_listener>(silent_listener::manner::full, "127.0.0.2",
                                                      b->port());
        name_.emplace(host_, std::vector<std::string>{"127.0.0.2"});
        break;
    case moment::handshaking:
        b->on_connection(testing::occurrences::always(),
                         testing::connection_fault::in_handshake(early_end::stall));
        break;
    default:
        break;
    }
}

std::shared_ptr<ending> phase_bench::begin(asio::cancellation_slot stop,
                                           std::shared_ptr<void> life) {
    const bool is_batch = op == operation::export_projects;
    operation_arguments how{op, *strand};
    how.request = request_;
    how.of = of_;
    if (!is_batch || is_among(where.when, {moment::sinking, moment::committing}))
        how.sink = sink;
    how.stop = stop;
    how.exports = exports;
    how.life = std::move(life);
    begun_ = langexport_tests::begin(*client, how);
    return begun_;
}

bool phase_bench::is_there() {
    const langexport::client_stats stats = client->stats();
    const std::size_t seen = b.number_seen() - seen_before_;
    const call_kind kind = kind_of(op, where);
    switch (where.when) {
    case moment::authorizing:
        return token_pause_.is_reached;
    case moment::held_back:
        // A poll may wait for its time instead, which follows from the quota.
        return stats.in_flight == 0 && seen == where.request &&
               (queued(stats, kind) == 1 || (where.request > 0 && stats.waiting == 1));
    case moment::queued:
        // The client that keeps the connection busy is visible, too.
        return queued(stats, kind) == 1 && (where.request == 0 || seen == where.request + 1);
    case moment::connecting:
        return queued(stats, kind) == 1 && (where.request == 0 || name_->lookups() > 0);
    case moment::resolving:
        return name_->lookups() > lookups_before_;
    case moment::handshaking:
        if (where.request > 0)
            return b->counters().connection_faults > 0;
        [[fallthrough]];
    case moment::writing:
        accepted_ += listener_->accept_all();
        return accepted_ > 0 && stats.in_flight == (where.when == moment::writing ? 1U : 0U);
    case moment::sent:
        return seen == where.request + 1;
    case moment::half_header:
    case moment::half_body: {
        const bool is_large = kind == call_kind::result && where.when == moment::half_body;
        return seen == where.request + 1 &&
               b->counters().bytes_sent >= bytes_before_ + (is_large ? half_of_result : filler);
    }
    case moment::retrying:
    case moment::waiting:
        return seen == seen_in(op, where) && stats.waiting == 1;
    case moment::sinking:
    case moment::committing:
        return sink_pause_.is_reached;
    }
    return false;
}

bool phase_bench::reach() {
    const auto has_ended = [&] { return begun_ && begun_->calls > 0; };
    if (where.request > 0) {
        // In single steps: no event may occur between the previous request and the fault of this one.
        const auto is_next = [&] { return number_sent(client->stats()) >= where.request; };
        const auto end = std::chrono::steady_clock::now() + longest_phase;
        while (!is_next() && !has_ended() && std::chrono::steady_clock::now() < end) {
            b.context.restart();
            b.context.run_one_for(1ms);
        }
        if (!is_next() || has_ended())
            return false;
        set_next_fault();
    }
    if (!b.run_until([&] { return has_ended() || is_there(); }) || has_ended())
        return false;
    b.context.restart();
    b.context.run_for(1ms);
    settle();
    const bool has_connection =
        !is_among(where.when, {moment::resolving, moment::connecting, moment::handshaking});
    return !has_ended() && (has_connection || queued(client->stats(), kind_of(op, where)) == 1);
}

void phase_bench::settle() {
    do
        b.context.restart();
    while (b.context.poll() > 0);
}

std::vector<std::string> phase_bench::seen() {
    const std::vector<std::string> all = b.seen();
    const auto records = b->requests();
    std::vector<std::string> mine;
    for (std::size_t i = seen_before_; i < all.size(); ++i)
        if (records[i].project != "Busy")
            mine.push_back(all[i]);
    return mine;
}

void phase_bench::release() {
    sink_pause_.resume();
    token_pause_.resume();
    stop_others_.emit(asio::cancellation_type::terminal);
    end_lookup();
    if (!is_in_flight(op, where))
        return;
    b->close_connections();
    listener_.reset();
}

bool phase_bench::can_succeed_now() const {
    return !is_elsewhere(where.when) &&
           !is_among(where.when, {moment::authorizing, moment::held_back, moment::waiting});
}

} // namespace langexport_tests
