#ifndef LANGEXPORT_DETAIL_ENGINE_EXPORT_OPERATION_HPP
#define LANGEXPORT_DETAIL_ENGINE_EXPORT_OPERATION_HPP

#include <langexport/detail/engine/operation_content.hpp>
#include <langexport/detail/engine/source_runner.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/detail/policy/export_state.hpp>
#include <langexport/detail/policy/request_scheduler.hpp>
#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/detail/protocol/result_form.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>

#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

class connection;
class operation_table;

using list_hook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// One operation: its plan, its state and its handler. A waiting operation is this object only: it has no coroutine, no
// timer and no connection. Used on the engine's strand until it is completed.
class export_operation : public timer_entry, public operation_content, public scheduled_request {
    // The smallest members come first, because they fit into the padding of the base classes.
public:
    result_forms forms = result_forms::any; // the forms that the result may have
    bool is_polling : 1 = false;            // the quota client counts its job among the polled ones
    unsigned char secrets_tried : 3 = 0;    // how many further secrets were tried after a 401
    bool lacked_secret : 1 = false;         // there was no token when its request was due
    bool has_warned : 1 = false;            // its unknown status was reported to the observer
    // The sink has the whole result, and its commit decides how the operation ends.
    bool is_committing : 1 = false;
    bool must_not_retry : 1 = false; // it was cancelled or its client closed during the commit

private:
    std::uint32_t target_size_ = 0;

public:
    // `table` may be null as long as no timer entry of the operation fires.
    export_operation(operation_table* table, operation_handler on_completion)
        : handler(std::move(on_completion)), table_(table) {}

    LANGEXPORT_DECL void fire(steady_time now) override; // in operation_table.ipp
    LANGEXPORT_DECL void fire_early(steady_time now) override;

    // The document of an import; null if the operation submits none.
    virtual source_runner* source() const noexcept { return nullptr; }

    const export_progress& progress() const noexcept { return state.progress(); }

    // The target of the next request. Usually it is the end of the job's link, so that it is not stored twice.
    std::string_view target() const noexcept {
        if (progress().next == request_kind::submission)
            return submission() ? std::string_view(submission()->target) : std::string_view();
        if (const operation_parts* const known = known_parts(); known && known->target)
            return *known->target;
        const std::string_view link = job().operation_location();
        return link.substr(link.size() - std::min<std::size_t>(link.size(), target_size_));
    }
    void set_target(std::string target) {
        const bool is_end_of_link = job().operation_location().ends_with(target);
        target_size_ = static_cast<std::uint32_t>(target.size());
        if (!is_end_of_link)
            parts().target = std::make_unique<std::string>(std::move(target));
        else if (known_parts())
            parts().target.reset();
    }

    // Follows a redirect of the current request. If it is not lasting, the next request has the original target.
    void follow_redirect(std::string new_target, bool is_lasting) {
        if (!is_lasting && !(known_extras() && known_extras()->original_target))
            extras().original_target = std::string(target());
        set_target(std::move(new_target));
    }
    // Restores the original target for the next request after a temporary redirect.
    void return_to_target() noexcept {
        if (operation_extras* const known = known_extras(); known && known->original_target)
            set_target(*std::exchange(known->original_target, std::nullopt));
    }

    std::uint64_t id = 0; // unique in its client and at least 1; 0 before it is admitted
    export_state state;
    steady_time started{};
    steady_time first_sent{};
    connection* active_connection = nullptr; // the connection of the request in progress

    operation_handler handler;

    std::shared_ptr<export_operation> self; // keeps the operation alive while it is pending
    list_hook pending_hook;

private:
    operation_table* table_;
};

// An operation that imports a project, or waits for an import.
class import_operation final : public export_operation {
public:
    using export_operation::export_operation;

    source_runner* source() const noexcept override { return source_.get(); }
    // Before the operation starts.
    void set_source(std::shared_ptr<source_runner> source) noexcept { source_ = std::move(source); }

private:
    std::shared_ptr<source_runner> source_; // null if it waits for a job that exists
};

// Whether a call of its sink, of its source or of a function of its request is running.
inline bool is_calling(const export_operation& operation) noexcept {
    const source_runner* const source = operation.source();
    const function_runner* const functions = operation.functions();
    return (operation.sink() && operation.sink()->is_busy()) ||
           (functions && functions->is_busy()) || (source && source->is_busy());
}

// Returns the operation that contains an entry of the scheduler.
inline export_operation& operation_of(scheduled_request& request) noexcept {
    return static_cast<export_operation&>(request);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
