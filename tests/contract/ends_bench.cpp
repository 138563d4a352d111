// Runs the cells of the table of ends.
#include "contract/ends.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using langexport::errc;
using langexport::submission_state;

namespace langexport_tests::ends {

namespace {

bool is_cancelled(const cell& c) {
    return c.by == terminal || c.by == partial || c.by == total;
}

asio::cancellation_type type_of(const cell& c) {
    return c.by == terminal  ? asio::cancellation_type::terminal
           : c.by == partial ? asio::cancellation_type::partial
                             : asio::cancellation_type::total;
}

// Runs one cell.
class ends_bench {
public:
    // `most` is the deadline of operations that have one.
    ends_bench(const cell& c, std::chrono::milliseconds most)
        : c_(c), most_(most),
          s_(c.op, c.where, c.tls, c.by == deadline ? std::optional(most) : std::nullopt) {
        // A batch has no deadline, its exports have; it ends with the last one.
        if (c.kind() == batch && c.by == deadline)
            s_.exports = 1;
    }

    observation run() {
        auto life = std::make_shared<int>(0);
        alive_ = life;
        done_ = s_.begin(stop_.slot(), std::move(life));
        if (!s_.reach()) {
            expect(false, "it did not reach its phase");
            seen_.came_too_late = done_->of_export &&
                                  langexport::code_of(done_->of_export) == errc::deadline_exceeded;
            s_.release();
            return std::move(seen_);
        }
        if (c_.by == no_context) {
            destroy_context();
            return std::move(seen_);
        }
        end();
        observe();
        check_nothing_is_left();
        return std::move(seen_);
    }

private:
    void expect(bool holds, const std::string& violation) {
        if (!holds)
            seen_.violations.push_back(violation);
    }

    void end() {
        if (c_.by == deadline)
            await_deadline();
        else if (c_.by == no_client)
            s_.client.reset();
        else
            stop_.emit(type_of(c_));
        expect(c_.by == deadline || done_->calls == 0,
               "its handler was called inside the call that ended the operation");
        s_.settle();
        seen_.when = completion::at_once;
        if (done_->calls == 0 && is_in_sink()) {
            seen_.when = completion::after_the_sink;
            s_.resume_sink();
            s_.settle();
        }
        if (done_->calls > 0)
            return record_end();
        seen_.when = completion::no;
        // An ignored cancellation has no later effect, and another one still works.
        stop_.emit(asio::cancellation_type::terminal);
        s_.settle();
        expect(done_->calls == 1, "a terminal cancellation did not end it");
        expect(langexport::code_of(done_->error) == asio::error::operation_aborted,
               "its terminal cancellation is not the error");
    }

    // While its sink is called, an operation does not show that its deadline has passed.
    void await_deadline() {
        if (!is_in_sink())
            return expect(s_.b.run_until([&] { return done_->calls > 0; }), "it did not end");
        s_.b.context.restart();
        s_.b.context.run_for(most_ + 10ms);
    }

    void record_end() {
        const std::exception_ptr& error = c_.by == deadline ? done_->of_export : done_->error;
        const auto code = langexport::code_of(error);
        seen_.outcome = error ? langexport::error_name(code) : "success";
        if (is_cancelled(c_) && error)
            expect(code == asio::error::operation_aborted, "it is not operation_aborted");
        if (error)
            expect(code == langexport::condition::caller,
                   "the error is not of the condition `caller`");
    }

    void observe() {
        expect(done_->calls == 1, "its handler was not called once");
        expect(!done_->was_misplaced, "its handler was called on another executor");
        expect(alive_.expired(), "its handler was not destroyed");
        seen_.requests = s_.seen();
        expect(starts_another() || seen_.requests.size() == seen_in(c_.op, c_.where),
               "the service saw " + std::to_string(seen_.requests.size()) + " requests");
        seen_.submission = "-";
        if (done_->of_export)
            check_error();
        else
            expect(is_committing(), "there is no error");
        if (c_.op == operation::export_projects && c_.by == deadline)
            check_batch_of_one();
        else if (c_.op == operation::export_projects)
            check_batch();
        check_sink();
    }

    void check_error() {
        const auto* error = langexport::get_export_error(done_->of_export);
        if (!error)
            return expect(false, "the error is not an export_error");
        const submission_state wanted = submission_in(c_.op, c_.where);
        seen_.submission = to_string(error->diagnostics().submission);
        seen_.has_token = error->job() && !error->job()->to_token().empty();
        expect(error->diagnostics().submission == wanted,
               "the submission state in its error is " + seen_.submission);
        expect(seen_.has_token == (wanted == submission_state::confirmed),
               "the job is known but not reported, or reported but not known");
        if (c_.by == deadline)
            expect(error->diagnostics().queue_time + error->diagnostics().run_time >= most_,
                   "it ended before its deadline");
        const bool is_list = c_.op == operation::list_projects;
        expect(error->diagnostics().project_name == (is_list ? "" : "Demo"),
               "its error names another project");
        expect(is_list || std::string_view(error->what()).find("'Demo'") != std::string_view::npos,
               "its message does not name the project");
        if (seen_.has_token)
            expect(langexport::export_job::from_token(error->job()->to_token()) == *error->job(),
                   "the token is not that of the job");
        const auto events = s_.events->lines();
        const std::string end = "failed " + langexport::error_name(error->code());
        const auto number = std::count(events.begin(), events.end(), end);
        expect(number == (is_list ? 0 : 1),
               "the observer received " + std::to_string(number) + " times the event: " + end);
    }

    void check_batch() {
        const auto* error = langexport::get_batch_error(done_->error);
        if (!error)
            return expect(false, "the error is not a batch_error");
        const langexport::batch_summary& sum = done_->summary;
        const bool was_kept = is_committing();
        const bool has_token = seen_.has_token;
        expect(error->summary().taken == sum.taken, "its error has another summary");
        expect(sum.failed == 0 && !sum.first_failure, "the summary reports a failure");
        expect(sum.exported == (was_kept ? 1U : 0U), "the number of exported projects is wrong");
        expect(sum.taken == sum.exported + sum.unfinished,
               "the summary does not account for each item");
        if (was_kept)
            return;
        expect(sum.taken == 1, "the batch read more items");
        expect(sum.unfinished_jobs.size() == (has_token ? 1U : 0U),
               "the summary has other unfinished jobs");
        expect(langexport::code_of(done_->of_export) == langexport::code_of(done_->error),
               "the export and the batch have different errors");
    }

    // It does not end early itself: its export did, and is counted like any that failed.
    void check_batch_of_one() {
        const langexport::batch_summary& sum = done_->summary;
        const std::size_t failed = is_committing() ? 0 : 1;
        expect(!done_->error, "the batch failed because its export failed");
        expect(sum.taken == 1 && sum.failed == failed && sum.exported == 1 - failed,
               "the export was counted in another way");
        expect(sum.unfinished == 0 && sum.unfinished_jobs.empty(),
               "the export is reported as unfinished");
        expect(langexport::code_of(sum.first_failure) == langexport::code_of(done_->of_export),
               "the summary has another failure");
    }

    void check_sink() {
        const bool is_batch = c_.op == operation::export_projects;
        const bool was_used = is_in_sink();
        if (!goes_to_sink(c_.op) && !(is_batch && was_used))
            return;
        expect(!s_.sink->was_misused, "the sink was misused");
        const bool is_kept = is_committing();
        expect(s_.sink->last_call() == (is_kept ? "commit" : "discard"),
               "the last call to the sink was " + s_.sink->last_call());
        expect(s_.sink->number_of(s_.sink->last_call()) == 1, "… and not the only one");
        if (was_used)
            expect(s_.sink->called_on == asio::any_io_executor(*s_.strand),
                   "the sink was called on another executor");
    }

    // It is not called again, sends no further requests, and affects no other operation.
    void check_nothing_is_left() {
        s_.release();
        expect(s_.b.run_dry(), "the context still has work");
        expect(done_->calls == 1, "its handler was called again");
        expect(starts_another() || s_.seen() == seen_.requests, "it sent further requests");
        if (is_in_flight(c_.op, c_.where))
            await_no_connections(); // until then its connection may look good
        if (s_.client && s_.can_succeed_now()) {
            s_.b->clear_faults();
            langexport::export_request request("Demo");
            request.deadline = 24h;
            const auto next = s_.b.export_project(*s_.client, request);
            expect(next.is_good(), "the next export failed");
        }
        s_.client.reset();
        expect(s_.b.run_dry(), "the client left work in the context");
        await_no_connections();
    }

    // A batch that continues while the first of its exports is being committed.
    bool starts_another() const { return c_.kind() == batch && is_committing() && c_.by == total; }

    bool is_committing() const { return c_.reached() == committing; }
    bool is_in_sink() const { return c_.reached() == sinking || is_committing(); }

    void await_no_connections() {
        expect(s_.b.run_until([&] { return s_.b->counters().open_connections == 0; }),
               "connections are left open");
    }

    void destroy_context() {
        seen_.requests = s_.seen();
        const std::weak_ptr<event_list> state = s_.events;
        s_.events.reset();
        s_.client.reset();
        const auto calls = s_.sink->calls;
        s_.sink->called_on = {};
        s_.strand.reset();
        s_.end_lookup();
        s_.b.destroy_context();
        expect(alive_.expired(), "its handler was not destroyed");
        expect(state.expired(), "a part of the client still exists");
        expect(done_->calls == 0, "its handler was called");
        expect(s_.sink.use_count() == 1, "the sink still has another owner");
        expect(s_.sink->calls == calls, "the sink was called again");
        seen_.when = completion::never;
        seen_.submission = "-";
    }

    cell c_;
    std::chrono::milliseconds most_;
    observation seen_;
    asio::cancellation_signal stop_; // outlives everything in the context
    phase_bench s_;
    std::shared_ptr<ending> done_;
    std::weak_ptr<int> alive_;
};

} // namespace

observation ends_runner::run(const cell& c) {
    try {
        // On a busy machine the deadline may pass before the phase: then the operation gets more time.
        auto most = 100ms;
        observation seen = ends_bench(c, most).run();
        while (seen.came_too_late && most < 20s)
            seen = ends_bench(c, most *= 4).run();
        return seen;
    } catch (const std::exception& error) {
        observation seen;
        seen.violations.push_back(error.what());
        return seen;
    }
}

} // namespace langexport_tests::ends
