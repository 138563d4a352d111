#ifndef LANGEXPORT_EXAMPLES_TOOL_LIVE_RUN_HPP
#define LANGEXPORT_EXAMPLES_TOOL_LIVE_RUN_HPP

#include "program_errors.hpp"
#include "run_estimate.hpp"
#include "session.hpp"
#include "stop_signals.hpp"

#include <langexport/client.hpp>
#include <langexport/client_stats.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tool {

namespace asio = boost::asio;

// Runs the work of a session until it has ended, draws its progress, and reacts to signals.
class live_run {
public:
    using client_list = std::function<std::vector<const langexport::client*>()>;
    using work_list = std::function<std::vector<resource_work>()>;

    // `clients` returns the clients so far, and `work` their resources. Without `work`, all are clients of one.
    live_run(session& owner, client_list clients, work_list work = {})
        : owner_(owner), clients_(std::move(clients)), work_(std::move(work)),
          signals_(owner.context.get_executor(), status_stopped), redraw_(owner.context) {
        owner_.show = [this] { show(); };
    }
    live_run(const live_run&) = delete;
    live_run& operator=(const live_run&) = delete;

    // Starts work. After it has succeeded, `then` is called. If one of them throws, the run has failed.
    void spawn(asio::awaitable<void> work, std::function<void()> then = {});
    // Runs until all work has ended. If a second signal ends the program at once, it prints `last_words`.
    void run(const std::string& last_words);
    // Prints the last lines.
    void close() { std::cerr << owner_.display.close(owner_.terminal()) << std::flush; }

    // Whether a signal came.
    bool is_interrupted() const { return is_interrupted_; }
    // Whether work was not done because a signal came.
    bool is_cut() const { return is_cut_; }
    void set_cut() { is_cut_ = true; }

private:
    void ended(const std::exception_ptr& error);
    void interrupt();
    void show();
    void update_state();

    session& owner_;
    client_list clients_;
    work_list work_;
    stop_signals signals_;
    asio::steady_timer redraw_;
    work_clock work_clock_;
    std::size_t running_ = 0;
    bool is_interrupted_ = false, is_cut_ = false;
};

inline void live_run::spawn(asio::awaitable<void> work, std::function<void()> then) {
    ++running_;
    asio::co_spawn(owner_.context, std::move(work),
                   [this, then = std::move(then)](std::exception_ptr error) {
                       try {
                           if (!error && then)
                               then();
                       } catch (...) {
                           error = std::current_exception();
                       }
                       ended(error);
                   });
}

inline void live_run::run(const std::string& last_words) {
    using clock = std::chrono::steady_clock;
    signals_.print_when_ended(last_words);
    signals_.ask([this] { interrupt(); });
    owner_.display.start(clock::now());
    for (show(); running_ > 0;)
        owner_.context.run_one();
    // A submission that was in progress when its operation was stopped may have created a job.
    const auto is_waiting = [](const langexport::client* one) {
        return one->stats().in_flight > 0;
    };
    const auto all = clients_();
    for (const auto until = clock::now() + 2s;
         clock::now() < until && std::any_of(all.begin(), all.end(), is_waiting);)
        owner_.context.run_one_until(until);
    owner_.context.poll();
}

inline void live_run::ended(const std::exception_ptr& error) {
    --running_;
    if (!error)
        return;
    owner_.has_left = true;
    // Some work was not done. After a signal that is expected.
    (is_interrupted_ ? is_cut_ : owner_.has_failed) = true;
    if (langexport::code_of(error) != make_error_code(langexport::errc::client_closed))
        owner_.log(langexport::log_level::error, langexport::message_of(error));
}

// After the first signal nothing new is submitted, and running operations get `--grace` to finish.
inline void live_run::interrupt() {
    is_interrupted_ = true;
    owner_.log(langexport::log_level::info,
               "stopping within " + langexport::detail::format_duration(owner_.set.grace));
    for (const langexport::client* one : clients_())
        one->drain(owner_.set.grace, [](std::exception_ptr, langexport::drain_summary) {});
    show();
}

// The work of clients of one resource, which share its quota.
inline resource_work work_of(const std::vector<const langexport::client*>& clients) {
    resource_work work;
    for (const langexport::client* one : clients) {
        const langexport::client_stats stats = one->stats();
        work.queued += stats.queued_submissions;
        work.submissions = stats.submissions;
        work.reads = stats.reads;
    }
    return work;
}

// Draws ten times a second on a terminal. Elsewhere it prints lines after each change, and the state of the run if
// there was none for some time.
inline void live_run::show() {
    const terminal_size terminal = owner_.terminal();
    update_state();
    redraw_.expires_after(terminal.columns > 0 ? 100ms : 1000ms);
    redraw_.async_wait([this](auto error) { error ? void() : show(); });
    std::cerr << owner_.display.draw(std::chrono::steady_clock::now(), terminal) << std::flush;
}

inline void live_run::update_state() {
    const std::vector<resource_work> all =
        work_ ? work_() : std::vector<resource_work>{work_of(clients_())};
    progress_display& display = owner_.display;
    const auto now = std::chrono::steady_clock::now();
    run_progress far = display.progress(now);
    std::size_t queued = 0;
    for (const resource_work& one : all)
        queued += one.queued;
    work_clock_.update(far, queued, now);
    far.worked = work_clock_.worked();
    display.say((is_interrupted_ ? "stopping  " : "") + describe(all));
    display.estimate(is_interrupted_ ? std::nullopt : remaining_time(all, far));
}

} // namespace tool

#endif
