#ifndef LANGEXPORT_DETAIL_ENGINE_RECORD_HPP
#define LANGEXPORT_DETAIL_ENGINE_RECORD_HPP

#include <langexport/detail/engine/sink_calls.hpp>
#include <langexport/detail/operation.hpp>
#include <langexport/detail/policy/alarm.hpp>
#include <langexport/detail/policy/export_machine.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/intrusive/list.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

class engine;
class connection;

using list_hook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// What several records belong to: wants to hear of their jobs, and can be cancelled as a whole.
class record_group {
public:
    // On the strand, as soon as there is a job; also if its record has ended meanwhile.
    virtual void submitted(const export_job& job) = 0;

protected:
    ~record_group() = default;
};

// The request that made a failure, for its diagnostics. Most records never have one.
struct trouble {
    unsigned http_status = 0;
    std::string detail;
    std::string request_id;
    std::string client_request_id;
    service_error service;
    error_code cause;
    std::exception_ptr thrown;
};

// One operation: what it wants, how far it is, and whom to tell. While it waits it is nothing but this:
// no frame, no timer, no connection. Only the engine's strand touches it, until it is completed.
class record final : public alarm {
public:
    record(engine& owner, goal aim, operation_handler whom_to_tell)
        : handler(std::move(whom_to_tell)), owner_(owner) {
        progress.aim = aim;
    }

    void ring(steady_time now) override; // in engine.ipp

    // The job's status as last told; made when it is needed.
    export_status& status() {
        if (!status_)
            status_ = std::make_unique<export_status>(job);
        return *status_;
    }
    const export_status* known_status() const noexcept { return status_.get(); }

    // The request at hand was redirected: from now on, or for this once.
    void go_elsewhere(std::string where, bool is_lasting) {
        if (!is_lasting && !home_)
            home_ = std::make_unique<std::string>(std::move(target));
        target = std::move(where);
    }
    // The next request is another one: what was redirected for once is asked for where it was.
    void return_from_detour() noexcept {
        if (const auto home = std::move(home_))
            target = std::move(*home);
    }

    export_progress progress;
    steady_time started{};
    steady_time first_sent{};
    steady_time due = steady_time::max(); // when its next request may leave
    std::string project_name;
    std::string target;                       // of the next request
    std::string body;                         // of the submission
    export_job job;                           // empty before the 202
    std::unique_ptr<project_listing> listing; // of an operation that lists projects
    std::unique_ptr<trouble> last_trouble;
    std::shared_ptr<record_group> group; // most records belong to none
    connection* carrier = nullptr;       // where its request is under way
    bool is_waited_for = false;          // counted among the jobs that share the polls
    bool tried_other_secret = false;     // after a 401 to the request at hand
    bool is_committing = false; // the sink has all of it: from here on its word counts alone

    std::optional<operation_handler> handler;
    asio::any_completion_executor work; // the handler's executor, kept from running out of work
    std::shared_ptr<sink_calls> sink;   // null: the result is returned
    std::exception_ptr error;
    std::optional<errc> refused; // before anything was sent
    operation_result result;

    std::shared_ptr<record> self; // while it is pending
    list_hook pending_hook;
    list_hook ready_hook;

private:
    engine& owner_;
    std::unique_ptr<export_status> status_;
    std::unique_ptr<std::string> home_; // the target that a redirect leads away from for once
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
