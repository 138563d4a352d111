#ifndef LANGEXPORT_EXAMPLES_FLEET_JOB_QUEUE_HPP
#define LANGEXPORT_EXAMPLES_FLEET_JOB_QUEUE_HPP

#include "job_scripts.hpp"
#include "redis_link.hpp"
#include "replies.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fleet {

/// The jobs of a surface of a resource.
inline std::string queue_of(const std::string& resource, std::string_view surface) {
    return resource + ' ' + std::string(surface);
}

/// How work on a job has ended. A plain value.
class job_verdict {
public:
    /// `dead`: failed permanently. `release`: anybody may claim it at once. `lost`: another worker has it.
    enum kind { done, dead, retry, release, lost };

    explicit job_verdict(kind its_kind, std::string why = {}, std::string its_token = {})
        : what(its_kind), error(std::move(why)), token(std::move(its_token)) {}

    kind what;
    std::string error; ///< For people.
    std::string token; ///< That the next attempt resumes; may be empty.
};

/// The jobs in Redis. See job_scripts.hpp.
///
/// `submit`, `status` and `check` fail if Redis cannot be reached. All other functions wait until Redis can be reached
/// or `give_up` is called.
class job_queue {
public:
    /// @param note  Receives a line when Redis cannot be reached any more, and when it can.
    job_queue(redis_link& link, asio::any_io_executor executor,
              std::function<void(const std::string&)> note)
        : link_(link), executor_(std::move(executor)), note_(std::move(note)),
          prefix_(link.address().prefix + ":jobs1:{jobs}:") {}

    /// Throws if Redis cannot be used, or may drop jobs. A server that loads its data can be used later.
    asio::awaitable<void> check() {
        const texts section{"memory"};
        try {
            const texts reply = co_await link_.execute("INFO", section);
            check_policy(value_of(reply, 0));
        } catch (const redis_busy& error) {
            has_failed(error.what());
        }
    }
    /// Adds a job, unless the same one has not ended. Returns its id.
    asio::awaitable<std::string> submit(std::string resource, std::string surface,
                                        std::string project) {
        const texts arguments{resource, surface, project};
        const texts reply = co_await once(submit_script, arguments);
        co_return value_of(reply, 0);
    }
    asio::awaitable<queue_status> status() {
        const texts nothing;
        const texts reply = co_await once(status_script, nothing);
        co_return read_queue_status(value_of(reply, 0));
    }

    /// Claims jobs of these queues, of each at most so many.
    asio::awaitable<claimed_jobs> claim(std::string worker, std::chrono::milliseconds lease,
                                        std::map<std::string, std::size_t> most);
    /// The ids of jobs that are no longer claimed.
    asio::awaitable<texts> refresh(std::chrono::milliseconds lease, texts ids_and_fences);
    /// Whether the job is still claimed. Nothing: `give_up` was called, and the token is not stored.
    asio::awaitable<std::optional<bool>> store_token(claimed_job job, std::string token);
    /// The new state of the job, or `lost`. Empty: `give_up` was called.
    asio::awaitable<std::string> end(claimed_job job, job_verdict verdict,
                                     std::chrono::milliseconds delay, std::size_t attempts);
    asio::awaitable<void> leave(std::string worker, texts queues);

    /// Functions that wait for Redis return.
    void give_up() {
        has_given_up_ = true;
        for (asio::steady_timer* const each : waiting_)
            each->cancel();
    }

private:
    void check_policy(const std::string& info) const {
        const std::string name = "maxmemory_policy:", needed = "noeviction";
        const std::size_t begin = info.find(name);
        if (begin == info.npos)
            return;
        const std::size_t value = begin + name.size();
        const std::string policy = info.substr(value, info.find_first_of("\r\n", value) - value);
        if (policy != needed)
            throw std::runtime_error("Redis at " + link_.address().shown() +
                                     " may drop jobs: its maxmemory-policy is " + policy +
                                     "; set it to " + needed);
    }
    asio::awaitable<texts> once(std::string_view script, texts arguments) {
        texts message{std::string(script_begin).append(script), "1", prefix_};
        message.insert(message.end(), arguments.begin(), arguments.end());
        return link_.execute("EVAL", std::move(message));
    }
    asio::awaitable<std::optional<texts>> patiently(std::string_view script, texts arguments);
    asio::awaitable<void> pause(std::chrono::milliseconds duration);
    void has_failed(const std::string& why) {
        if (!std::exchange(is_unreachable_, true))
            note_(why + "; trying again");
    }
    void has_succeeded() {
        if (std::exchange(is_unreachable_, false))
            note_("Redis at " + link_.address().shown() + " responds again");
    }

    redis_link& link_;
    const asio::any_io_executor executor_;
    const std::function<void(const std::string&)> note_;
    const std::string prefix_;
    std::vector<asio::steady_timer*> waiting_;
    bool is_unreachable_ = false;
    bool has_given_up_ = false;
};

inline asio::awaitable<void> job_queue::pause(std::chrono::milliseconds duration) {
    asio::steady_timer timer(executor_, duration);
    waiting_.push_back(&timer);
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer.async_wait(token);
    std::erase(waiting_, &timer);
}

// Each script may be repeated: its response may have been lost.
inline asio::awaitable<std::optional<texts>> job_queue::patiently(std::string_view script,
                                                                  texts arguments) {
    using namespace std::chrono_literals;
    std::chrono::milliseconds delay = 100ms;
    for (;;) {
        std::string why;
        try {
            texts reply = co_await once(script, arguments);
            has_succeeded();
            co_return reply;
        } catch (const redis_unreachable& error) {
            why = error.what();
        }
        has_failed(why);
        if (has_given_up_)
            co_return std::nullopt;
        co_await pause(delay);
        delay = (std::min)(2 * delay, std::chrono::milliseconds(2s));
    }
}

inline asio::awaitable<claimed_jobs> job_queue::claim(std::string worker,
                                                      std::chrono::milliseconds lease,
                                                      std::map<std::string, std::size_t> most) {
    texts arguments{worker, std::to_string(lease.count())};
    for (const auto& [queue, number] : most) {
        arguments.push_back(queue);
        arguments.push_back(std::to_string(number));
    }
    const std::optional<texts> reply = co_await patiently(claim_script, arguments);
    co_return reply ? read_claims(*reply) : claimed_jobs();
}

inline asio::awaitable<texts> job_queue::refresh(std::chrono::milliseconds lease,
                                                 texts ids_and_fences) {
    texts arguments{std::to_string(lease.count())};
    arguments.insert(arguments.end(), ids_and_fences.begin(), ids_and_fences.end());
    const std::optional<texts> reply = co_await patiently(refresh_script, arguments);
    co_return reply.value_or(texts());
}

inline asio::awaitable<std::optional<bool>> job_queue::store_token(claimed_job job,
                                                                   std::string token) {
    const texts arguments{job.id, job.fence, token};
    const std::optional<texts> reply = co_await patiently(token_script, arguments);
    if (!reply)
        co_return std::nullopt;
    co_return value_of(*reply, 0) == "1";
}

inline asio::awaitable<std::string> job_queue::end(claimed_job job, job_verdict verdict,
                                                   std::chrono::milliseconds delay,
                                                   std::size_t attempts) {
    const std::string_view names[] = {"done", "dead", "retry", "release"};
    const texts arguments{job.id,
                          job.fence,
                          std::string(names[verdict.what]),
                          verdict.error,
                          verdict.token,
                          std::to_string(delay.count()),
                          std::to_string(attempts)};
    const std::optional<texts> reply = co_await patiently(end_script, arguments);
    if (!reply)
        co_return std::string();
    co_return value_of(*reply, 0);
}

inline asio::awaitable<void> job_queue::leave(std::string worker, texts queues) {
    texts arguments{worker};
    arguments.insert(arguments.end(), queues.begin(), queues.end());
    co_await patiently(leave_script, arguments);
}

} // namespace fleet

#endif
