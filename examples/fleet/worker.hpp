#ifndef LANGEXPORT_EXAMPLES_FLEET_WORKER_HPP
#define LANGEXPORT_EXAMPLES_FLEET_WORKER_HPP

#include "../tool/option_names.hpp"
#include "fleet_options.hpp"
#include "fleet_resources.hpp"
#include "job_queue.hpp"

#include <langexport/error.hpp>
#include <langexport/export_project.hpp>
#include <langexport/resume_export.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace fleet {

/// Claims jobs, exports them and ends them in the queue, until `stop`.
///
/// Thread safety: none; everything runs on the thread of the context.
class worker {
public:
    /// What the user sees.
    class messages {
    public:
        std::function<void(const std::string&)> note;  ///< A line for the log.
        std::function<void(const fs::path&)> exported; ///< The file of a result.
    };

    worker(asio::io_context& context, const fleet_options& options, std::string name,
           fleet_resources& resources, job_queue& queue, messages shown)
        : context_(context), options_(options), name_(std::move(name)), resources_(resources),
          queue_(queue), shown_(std::move(shown)), idle_(context), refresh_timer_(context),
          grace_timer_(context) {}
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    /// Completes when no job is in progress any more. @throws if Redis rejects a command.
    asio::awaitable<void> run();
    /// Claims nothing more. Jobs in progress get the grace period, and are released then.
    void stop();

    /// Whether a job has failed permanently.
    bool has_dead_jobs() const noexcept { return has_dead_jobs_; }

private:
    class active_job {
    public:
        explicit active_job(claimed_job its) : job(std::move(its)) {}

        claimed_job job;
        asio::cancellation_signal cancel;
        bool is_lost = false; // another worker has claimed it
    };
    using job_ptr = std::shared_ptr<active_job>;

    asio::awaitable<std::size_t> claim();
    void begin(claimed_job job);
    asio::awaitable<void> refresh_claims();
    asio::awaitable<void> work_on(job_ptr active);
    asio::awaitable<job_verdict> attempt(job_ptr active);
    asio::awaitable<void> export_to(const export_target& target, job_ptr active,
                                    std::shared_ptr<langexport::file_sink> sink);
    asio::awaitable<void> keep(job_ptr active, std::string token);
    asio::awaitable<job_verdict> commit(job_ptr active, fenced_result result, fs::path part);
    job_verdict judge(const active_job& active, const std::exception_ptr& failure);
    void report(const active_job& active, const job_verdict& verdict, const std::string& state);
    void lose(const job_ptr& active);
    void fail(std::exception_ptr error) {
        if (!failure_)
            failure_ = std::move(error);
        stop();
    }
    asio::awaitable<void> wait(asio::steady_timer& timer, std::chrono::milliseconds duration) {
        timer.expires_after(duration);
        constexpr auto token = asio::as_tuple(asio::use_awaitable);
        co_await timer.async_wait(token);
    }
    static std::string label(const claimed_job& job) { return job.id + " (" + job.project + ")"; }

    asio::io_context& context_;
    const fleet_options& options_;
    const std::string name_;
    fleet_resources& resources_;
    job_queue& queue_;
    const messages shown_;
    asio::steady_timer idle_, refresh_timer_, grace_timer_;
    std::map<std::string, job_ptr> running_; // by id and fence
    std::exception_ptr failure_;
    bool is_stopping_ = false;
    bool is_over_ = false; // the grace period has passed
    bool has_ended_ = false;
    bool has_dead_jobs_ = false;
    bool is_lock_reported_ = false; // another worker has locked a folder for long
    bool has_later_ = false;        // jobs of the queue wait for another attempt
};

inline asio::awaitable<void> worker::run() {
    using namespace std::chrono_literals;
    asio::co_spawn(context_, refresh_claims(), [this](std::exception_ptr error) {
        if (error)
            fail(error);
    });
    // Twice in the time after which a pause is taken for an interruption of Redis.
    const std::chrono::milliseconds longest =
        (std::min)(std::chrono::milliseconds(1s), options_.claim_timeout / 6);
    std::chrono::milliseconds pause = 50ms;
    while (!is_stopping_) {
        const std::size_t taken = co_await claim();
        if (is_stopping_ || (options_.once && taken == 0 && running_.empty() && !has_later_))
            break;
        pause = taken > 0 ? 50ms : (std::min)(2 * pause, longest);
        co_await wait(idle_, pause);
    }
    while (!running_.empty())
        co_await wait(idle_, 1s);
    if (!failure_) {
        texts queues;
        for (const auto& [resource, its] : resources_.queues())
            queues.insert(queues.end(), its.begin(), its.end());
        co_await queue_.leave(name_, queues);
    }
    has_ended_ = true;
    refresh_timer_.cancel();
    grace_timer_.cancel();
    if (failure_)
        std::rethrow_exception(failure_);
}

// The number of jobs that were claimed.
inline asio::awaitable<std::size_t> worker::claim() {
    constexpr std::size_t most_in_message = 32;
    std::map<std::string, std::size_t> running, room;
    for (const auto& [key, active] : running_)
        ++running[active->job.resource];
    for (const auto& [resource, queues] : resources_.queues()) {
        const std::size_t left =
            options_.concurrency - (std::min)(running[resource], options_.concurrency);
        for (const std::string& queue : queues)
            room[queue] = (std::min)((left + queues.size() - 1) / queues.size(), most_in_message);
    }
    claimed_jobs claimed = co_await queue_.claim(name_, options_.claim_timeout, room);
    has_later_ = claimed.later > 0;
    for (claimed_job& each : claimed.jobs)
        begin(std::move(each));
    co_return claimed.jobs.size();
}

inline void worker::begin(claimed_job job) {
    if (!job.taken_from.empty())
        shown_.note("taking over job " + label(job) + " of worker " + job.taken_from +
                    (job.token.empty() ? "" : ", which has submitted it"));
    const std::string key = job.id + ' ' + job.fence;
    const auto active = std::make_shared<active_job>(std::move(job));
    running_[key] = active;
    asio::co_spawn(context_, work_on(active), [this, key](std::exception_ptr error) {
        running_.erase(key);
        if (error)
            fail(error);
        if (is_stopping_ || options_.once)
            idle_.cancel();
    });
}

inline asio::awaitable<void> worker::refresh_claims() {
    while (!has_ended_) {
        co_await wait(refresh_timer_, options_.claim_timeout / 3);
        texts claims;
        for (const auto& [key, active] : running_) {
            claims.push_back(active->job.id);
            claims.push_back(active->job.fence);
        }
        if (claims.empty() || has_ended_)
            continue;
        const texts lost = co_await queue_.refresh(options_.claim_timeout, claims);
        for (std::size_t i = 0; i < claims.size(); i += 2) {
            const auto known = running_.find(claims[i] + ' ' + claims[i + 1]);
            if (known != running_.end() &&
                std::find(lost.begin(), lost.end(), claims[i]) != lost.end())
                lose(known->second);
        }
    }
}

// The export ends locally. Its job at the service continues, for the worker that has the claim.
inline void worker::lose(const job_ptr& active) {
    if (std::exchange(active->is_lost, true))
        return;
    asio::post(context_, [active] { active->cancel.emit(asio::cancellation_type::terminal); });
}

inline void worker::stop() {
    if (std::exchange(is_stopping_, true))
        return;
    resources_.drain(options_.grace);
    // Afterwards jobs are released, which needs a moment.
    grace_timer_.expires_after(options_.grace + std::chrono::seconds(2));
    grace_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        is_over_ = true;
        queue_.give_up();
    });
    if (running_.empty())
        queue_.give_up(); // a claim may be waiting for Redis
    idle_.cancel();
}

inline asio::awaitable<void> worker::work_on(job_ptr active) {
    job_verdict verdict(job_verdict::release, {}, active->job.token);
    if (!is_stopping_)
        verdict = co_await attempt(active);
    std::chrono::milliseconds delay{0};
    if (verdict.what == job_verdict::retry)
        delay = options_.retry_delay;
    std::string state = "lost";
    if (!active->is_lost)
        state = co_await queue_.end(active->job, verdict, delay, options_.attempts);
    report(*active, verdict, state);
}

inline asio::awaitable<job_verdict> worker::attempt(job_ptr active) {
    const claimed_job& job = active->job;
    const export_target* const target = resources_.find(job);
    if (!target)
        co_return job_verdict(job_verdict::dead, "the configuration of worker " + name_ +
                                                     " has no resource " + job.resource +
                                                     " with the surface " + job.surface);
    std::exception_ptr failure;
    std::optional<fenced_result> result;
    std::shared_ptr<langexport::file_sink> sink;
    try {
        result.emplace(target->result_of(job));
        sink = result->sink();
        co_await export_to(*target, active, sink);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure)
        co_return judge(*active, failure);
    job_verdict verdict = co_await commit(active, *result, sink->target());
    co_return verdict;
}

inline asio::awaitable<void> worker::export_to(const export_target& target, job_ptr active,
                                               std::shared_ptr<langexport::file_sink> sink) {
    const auto token = asio::bind_cancellation_slot(active->cancel.slot(), asio::use_awaitable);
    langexport::export_request request =
        target.settings.make_request(active->job.project, target.surface);
    if (active->job.token.empty()) {
        request.on_submitted = [this, active](const langexport::export_job& job) {
            return keep(active, job.to_token());
        };
        co_await langexport::export_project_to(target.client, request, sink, token);
        co_return;
    }
    const auto known = langexport::export_job::from_token(active->job.token);
    co_await langexport::resume_export_to(target.client, request, known, sink, token);
}

// The token is in Redis when this returns, unless the worker has lost the job or is stopped. Only then the export
// continues.
inline asio::awaitable<void> worker::keep(job_ptr active, std::string token) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    active->job.token = token;
    const std::optional<bool> is_kept = co_await queue_.store_token(active->job, token);
    if (!is_kept)
        shown_.note("the token of job " + label(active->job) + " could not be stored");
    else if (!*is_kept)
        lose(active);
}

inline asio::awaitable<job_verdict> worker::commit(job_ptr active, fenced_result result,
                                                   fs::path part) {
    const std::string token = active->job.token;
    const auto report_at = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    asio::steady_timer timer(context_);
    while (!active->is_lost) {
        fenced_result::outcome outcome = fenced_result::outcome::busy;
        try {
            outcome = result.commit(part);
        } catch (const std::exception& error) {
            co_return job_verdict(job_verdict::retry, error.what(), token);
        }
        if (outcome != fenced_result::outcome::busy)
            is_lock_reported_ = false;
        if (outcome == fenced_result::outcome::committed) {
            shown_.exported(result.target());
            co_return job_verdict(job_verdict::done);
        }
        if (outcome == fenced_result::outcome::superseded)
            co_return job_verdict(job_verdict::retry, "there is a result of a newer claim", token);
        if (is_over_)
            co_return job_verdict(job_verdict::release, {}, token);
        if (std::chrono::steady_clock::now() > report_at && !std::exchange(is_lock_reported_, true))
            shown_.note("the result of job " + label(active->job) +
                        " waits, because another worker "
                        "has locked the folder for 5 s; is that worker suspended?");
        co_await wait(timer, std::chrono::milliseconds(20));
    }
    co_return job_verdict(job_verdict::lost);
}

inline job_verdict worker::judge(const active_job& active, const std::exception_ptr& failure) {
    using langexport::errc;
    std::string text = langexport::message_of(failure);
    tool::replace_all(text, "the job's resume token is kept in this error (job()->to_token())",
                      "the queue has its token");
    text = tool::with_option_names(std::move(text), true);
    const langexport::export_error* const known = langexport::get_export_error(failure);
    if (!known) // of the file
        return job_verdict(job_verdict::retry, text, active.job.token);
    const auto is = [known](std::initializer_list<errc> codes) {
        return std::any_of(codes.begin(), codes.end(),
                           [known](errc each) { return known->code() == each; });
    };
    const std::string token = known->job() ? known->job()->to_token() : active.job.token;
    // All jobs of the resource would fail here. Workers with a good key can export them.
    if (is({errc::unauthorized, errc::forbidden, errc::credential_unavailable,
            errc::invalid_configuration})) {
        fail(std::make_exception_ptr(std::runtime_error("this worker cannot use the resource " +
                                                        active.job.resource + ": " + text)));
        return job_verdict(job_verdict::release, text, token);
    }
    if (is({errc::client_closed, errc::cancelled}))
        return job_verdict(is_stopping_ ? job_verdict::release : job_verdict::retry, text, token);
    // The next attempt submits again.
    if (!active.job.token.empty() && is({errc::job_not_found, errc::job_expired}))
        return job_verdict(job_verdict::retry, text);
    const bool is_temporary =
        known->code() == langexport::condition::transient ||
        is({errc::submit_unconfirmed, errc::conflict, errc::sink_failed, errc::deadline_exceeded});
    return job_verdict(is_temporary ? job_verdict::retry : job_verdict::dead, text, token);
}

inline void worker::report(const active_job& active, const job_verdict& verdict,
                           const std::string& state) {
    const std::string job = "job " + label(active.job);
    if (state == "lost")
        shown_.note(job + ": another worker has claimed it");
    else if (state == "dead") {
        has_dead_jobs_ = true;
        shown_.note(job + " has failed: " + verdict.error);
    } else if (state == "waiting")
        shown_.note(verdict.what == job_verdict::release
                        ? "released " + job
                        : job + " failed, and waits for another attempt: " + verdict.error);
    else if (state.empty() && verdict.what != job_verdict::done)
        shown_.note("Redis does not know that " + job +
                    " is released: other workers take it over "
                    "after its claim has expired");
}

} // namespace fleet

#endif
