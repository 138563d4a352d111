// Runs the cells of the table of faults.
#include "contract/contract.hpp"
#include "integration/client_bench.hpp"
#include "integration/operations.hpp"
#include "support/relay_proxy.hpp"
#include "support/watched_sink.hpp"

#include <langexport/testing/certificate.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;

namespace langexport_tests::contract {

// An emulator, a job that has succeeded, and the client under test.
class contract_bench {
public:
    explicit contract_bench(channel over)
        : b_(over != plain, options_of(over)), strand_(boost::asio::make_strand(b_.context)) {
        if (over == tunnel)
            proxy_.emplace();
        const langexport::client helper = b_.make_client(params());
        const auto job = b_.submit(helper);
        ended_ = b_.wait(helper, job.result).result;
        whole_ = b_.fetch(helper, ended_).result.document;
        key_ = b_->keys().front();
        second_key_ = b_->keys().back();
    }

    observation run(const cell& c) {
        make_client(*c.what, c.where);
        if (c.where.connection == reused)
            warm_up(c);
        const auto before = b_->counters();
        b_->clear_requests();
        set_fault(c);
        const auto sink = std::make_shared<watched_sink>();
        const ending done = run_operation(c, sink);
        const auto after = b_->counters();
        requests_ = b_->requests();
        observation seen;
        const auto number = [&](call_kind kind) {
            const auto is = [kind](const auto& r) { return r.kind == kind; };
            const auto whole = std::count_if(requests_.begin(), requests_.end(), is);
            return static_cast<std::size_t>(whole) +
                   (kind == kind_of(c.where.at) ? after.requests_cut - before.requests_cut : 0);
        };
        seen.posts = number(call_kind::submission);
        seen.statuses = number(call_kind::status);
        seen.results = number(call_kind::result);
        seen.lists = number(call_kind::listing);
        seen.affected = number(kind_of(c.where.at));
        seen.jobs = after.jobs_created - before.jobs_created;
        record_end(c, done, seen);
        check_submissions(c, done, seen, after.requests_cut - before.requests_cut);
        if (goes_to_sink(c.op))
            check_sink(c, *sink, seen);
        if (c.what->makes_client_wait)
            make_client(fault(), c.where);
        check_next_export(seen);
        return seen;
    }

private:
    testing::emulator_options options_of(channel over) {
        testing::emulator_options options;
        if (over == certificate) {
            identity_ = testing::make_certificate({});
            options.client_authority_pem = identity_->authority_pem;
        }
        return options;
    }

    langexport::client_params params() const {
        langexport::client_params params = b_.params();
        if (proxy_)
            params.proxy = proxy_->url();
        if (identity_) {
            params.tls.certificate_pem = identity_->certificate_pem;
            params.tls.key_pem = identity_->private_key_pem;
        }
        return params;
    }

    ending run_operation(const cell& c, const std::shared_ptr<watched_sink>& sink) {
        operation_arguments how{.what = c.op, .where = strand_};
        how.of = ended_;
        if (c.what->is_large)
            how.request.assets_to_export.assign(800, std::string(250, 'x'));
        if (goes_to_sink(c.op))
            how.sink = sink;
        const auto done = begin(*client_, how);
        if (!b_.run_dry())
            throw std::runtime_error("the context did not run out of work");
        return *done;
    }

    void make_client(const fault& applied, const place& location) {
        langexport::client_params params = this->params();
        params.retry.max_attempts = 3;
        params.retry.max_throttled = 3;
        params.retry.not_found_grace = 1h; // the job was submitted for other cells, too
        // Throttling in other cells does not affect this one.
        params.shared_quota = std::make_shared<langexport::request_quota>(params.quota);
        if (applied.tune)
            applied.tune(params, location);
        if (applied.name == "the first of two keys is revoked")
            params.credential = langexport::credential(langexport::subscription_key(key_),
                                                       langexport::subscription_key(second_key_));
        client_.emplace(b_.make_client(params));
    }

    // An incomplete result is not committed, and a sink without a commit was discarded.
    void check_sink(const cell& c, const watched_sink& sink, observation& seen) const {
        if (sink.was_misused)
            seen.violations.push_back("its sink was misused");
        if (seen.outcome != "success") {
            if (sink.number_of("commit") != 0 || !sink.document.empty() ||
                (!sink.calls.empty() && sink.last_call() != "discard"))
                seen.violations.push_back("it failed, and its sink was not discarded");
        } else if (sink.number_of("commit") != 1 || sink.last_call() != "commit") {
            seen.violations.push_back("its sink was not committed once");
        } else if (sink.document != whole_ && !responds_differently(c)) {
            seen.violations.push_back("its sink has another document");
        }
    }

    // Some faults are harmless and have a document of their own.
    static bool responds_differently(const cell& c) {
        return c.what->name.find("JSON") != std::string::npos && c.where.at == fetch;
    }

    // Leaves an idle connection that was in use a moment ago.
    void warm_up(const cell& c) {
        b_.status(*client_, ended_.job());
        if (c.what->name != "the idle connection was closed")
            return;
        b_->close_connections();
        await_no_connections();
    }

    void set_fault(const cell& c) {
        const std::vector<call_kind> all = requests_of(c.op);
        const call_kind kind = kind_of(c.where.at);
        const auto place = std::find(all.begin(), all.end(), kind);
        const auto index = static_cast<std::uint64_t>(place - all.begin());
        // If the request with the fault needs a connection of its own, the connection before it is closed.
        if (c.where.connection == fresh)
            for (auto it = all.begin(); it != place; ++it)
                b_->on(*it, occurrences::always(), canned_response().header("Connection", "close"));
        const bool is_once = c.where.times == once;
        const std::string link =
            kind == call_kind::result ? ended_.result_url
            : kind == call_kind::listing
                ? b_->endpoint() +
                      "/language/authoring/analyze-text/projects?api-version=2023-04-01"
                : ended_.job().operation_location();
        c.what->apply(
            {.service = *b_.operator->(),
             .kind = kind,
             .which = is_once ? occurrences(1) : occurrences::always(),
             .connection = is_once ? occurrences(index + 1) : occurrences::from(index + 1),
             .requests_before = index,
             .second_key = second_key_,
             .good_link = link});
    }

    void record_end(const cell& c, const ending& done, observation& seen) {
        if (done.calls != 1)
            seen.violations.push_back("its handler was called " + std::to_string(done.calls) +
                                      " times");
        if (done.was_misplaced)
            seen.violations.push_back("its handler was called on another executor");
        if (c.op == operation::export_projects && done.error)
            seen.violations.push_back("the batch failed because its export failed");
        const auto* error = langexport::get_export_error(done.of_export);
        seen.outcome = done.of_export ? langexport::error_name(langexport::code_of(done.of_export))
                                      : "success";
        // A list is not an export.
        seen.has_token = !done.of_export && c.op != operation::list_projects;
        seen.submission = seen.has_token ? "confirmed" : "-";
        if (!error)
            return;
        seen.submission = to_string(error->diagnostics().submission);
        seen.has_token = error->job() && !error->job()->to_token().empty();
        if (std::string(error->what()).find(key_) != std::string::npos)
            seen.violations.push_back("its error shows the key");
    }

    // A submission is not repeated after it may have arrived, and every job is reported.
    void check_submissions(const cell& c, const ending& done, observation& seen,
                           std::size_t cut) const {
        // A submission with this response had no effect: it may be sent again.
        const auto was_rejected = [](const testing::request_record& r) {
            return r.status == 401 || r.status == 429 || r.status == 503;
        };
        std::size_t may_have_arrived = kind_of(c.where.at) == call_kind::submission ? cut : 0;
        for (const testing::request_record& r : requests_)
            if (r.kind == call_kind::submission && !was_rejected(r))
                ++may_have_arrived;
        if (c.op != operation::submit_export_again && may_have_arrived > 1)
            seen.violations.push_back("a submission that may have arrived was sent again");
        if (c.op != operation::submit_export_again && seen.jobs > 1)
            seen.violations.push_back("it started several jobs");
        if (seen.jobs > seen.posts)
            seen.violations.push_back("there are more jobs than submissions");
        const auto* error = langexport::get_export_error(done.of_export);
        if (error && error->diagnostics().submission == langexport::submission_state::not_sent &&
            seen.jobs != 0)
            seen.violations.push_back("a job exists, but the error says that there is none");
        if (error && seen.jobs > error->diagnostics().submits)
            seen.violations.push_back("more jobs were started than the error counts submissions");
    }

    // After the fault the client works as before, and when it is destroyed it leaves neither work nor connections.
    void check_next_export(observation& seen) {
        b_->clear_faults();
        b_->set_keys({key_, second_key_});
        // A status request first: it is retried if the close of the connection arrives only now.
        b_.status(*client_, ended_.job());
        const auto next = b_.export_project(*client_);
        if (!next.is_good())
            seen.violations.push_back("the next export failed: " + next.what());
        client_.reset();
        if (!b_.run_dry())
            seen.violations.push_back("the context still has work");
        await_no_connections();
    }

    void await_no_connections() {
        if (!b_.run_until([&] { return b_->counters().open_connections == 0; }))
            throw std::runtime_error("connections are still open");
    }

    std::optional<testing::server_certificate> identity_; // of the client
    std::optional<relay_proxy> proxy_;
    client_bench b_;
    strand_type strand_; // where handlers run
    langexport::export_status ended_;
    std::string whole_;
    std::string key_;
    std::string second_key_;
    std::optional<langexport::client> client_;
    std::vector<testing::request_record> requests_;
};

contract_benches::contract_benches() = default;
contract_benches::~contract_benches() = default;

observation contract_benches::run(const cell& c) {
    std::unique_ptr<contract_bench>& bench = benches_[c.where.over];
    observation seen;
    try {
        if (!bench)
            bench = std::make_unique<contract_bench>(c.where.over);
        seen = bench->run(c);
    } catch (const std::exception& error) {
        seen.violations.push_back(error.what());
    }
    // A failure here must not cause others.
    if (!seen.violations.empty())
        bench.reset();
    return seen;
}

} // namespace langexport_tests::contract
