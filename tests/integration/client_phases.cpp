#include "integration/client_phases.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using testing::canned_answer;
using testing::early_end;
using testing::request_kind;

namespace langexport_tests {

const char* to_string(phase p) {
    switch (p) {
    case phase::queued:
        return "queued";
    case phase::resolving:
        return "resolving";
    case phase::connecting:
        return "connecting";
    case phase::handshaking:
        return "handshaking";
    case phase::posting:
        return "posting";
    case phase::retrying:
        return "retrying";
    case phase::waiting:
        return "waiting";
    case phase::polling:
        return "polling";
    case phase::fetching:
        return "fetching";
    case phase::half_fetched:
        return "half fetched";
    }
    return "?";
}

langexport::submission_state submission_in(phase p) {
    using langexport::submission_state;
    if (p < phase::posting || p == phase::retrying)
        return submission_state::not_sent;
    return p == phase::posting ? submission_state::unconfirmed : submission_state::confirmed;
}

phase_bench::phase_bench(phase p, bool tls) : where(p), b(tls) {
    langexport::client_params params = b.params();
    params.observer = events;
    // A submission in the air keeps its connection until then.
    params.attempt_timeout = 300ms;
    const canned_answer silence = canned_answer::cut_after(0, early_end::stall);
    const std::string scheme = tls ? "https" : "http";
    switch (p) {
    case phase::queued:
        params.max_connections = 1;
        params.attempt_timeout = 30s;
        b->on(request_kind::status, 1, silence);
        break;
    case phase::resolving:
        name_.emplace("held.example", std::vector<std::string>{"127.0.0.1"});
        name_->hold();
        params.endpoint = scheme + "://held.example:1";
        params.allow_insecure_http = true;
        break;
    case phase::connecting:
    case phase::handshaking:
        listener_.emplace(p == phase::connecting ? silent_listener::manner::full
                                                 : silent_listener::manner::accepting);
        params.endpoint = scheme + "://127.0.0.1:" + std::to_string(listener_->port());
        break;
    case phase::posting:
        b->on(request_kind::submission, 1, silence);
        break;
    case phase::retrying:
        // One 503 without a time holds back nobody else.
        b->on(request_kind::submission, 1, canned_answer(503, "{}"));
        params.retry.first_backoff = params.retry.max_backoff = 1h;
        break;
    case phase::waiting:
        params.polling.first = 1h;
        break;
    case phase::polling:
        b->on(request_kind::status, 1, silence);
        break;
    case phase::fetching:
        b->on(request_kind::result, 1, silence);
        break;
    case phase::half_fetched: {
        testing::project large = quick_project();
        large.result_size = 1'000'000;
        b->add_project(large);
        b->on(request_kind::result, 1, canned_answer::cut_after(300'000, early_end::stall));
        break;
    }
    }
    client.emplace(b.make_client(params));
}

void phase_bench::begin_others() {
    if (where != phase::queued)
        return;
    const std::string link = b->endpoint() + "/language/authoring/analyze-text/projects/Demo/"
                                             "export/jobs/1?api-version=2022-05-01";
    others_ = b.begin<langexport::export_status>([&](auto token) {
        get_export_status(*client, langexport::export_job("Demo", link, {}),
                          asio::bind_cancellation_slot(stop_others_.slot(), std::move(token)));
    });
    b.run_until_seen(1);
}

void phase_bench::end_others() {
    stop_others_.emit(asio::cancellation_type::terminal);
}

bool phase_bench::reach() {
    bool is_there = false;
    // So that what has begun can go as far as it goes.
    const auto settle = [&] { b.context.run_for(5ms); };
    switch (where) {
    case phase::queued:
        is_there = true;
        break;
    case phase::resolving:
        is_there = b.run_until([&] { return name_->lookups() > 0; });
        break;
    case phase::connecting:
        is_there = true;
        break;
    case phase::handshaking:
        is_there = b.run_until([&] { return listener_->accept_all() > 0; });
        break;
    case phase::posting:
        is_there = b.run_until_seen(1);
        break;
    case phase::retrying:
        is_there = b.run_until_seen(1);
        break;
    case phase::waiting:
        is_there = b.run_until([&] { return !events->lines().empty(); });
        break;
    case phase::polling:
        is_there = b.run_until_seen(2);
        break;
    case phase::fetching:
        is_there = b.run_until_seen(3);
        break;
    case phase::half_fetched:
        is_there = b.run_until([&] { return b->counters().bytes_sent >= 300'000; });
        break;
    }
    b.context.restart();
    settle();
    return is_there;
}

} // namespace langexport_tests
