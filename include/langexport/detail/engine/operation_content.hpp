#ifndef LANGEXPORT_DETAIL_ENGINE_OPERATION_CONTENT_HPP
#define LANGEXPORT_DETAIL_ENGINE_OPERATION_CONTENT_HPP

#include <langexport/detail/engine/operation_extras.hpp>
#include <langexport/detail/engine/packed_job.hpp>
#include <langexport/detail/engine/sink_runner.hpp>
#include <langexport/detail/operation/operation.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>
#include <langexport/service_error.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_completion_executor.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Operations that belong together: the group receives their jobs, and can be cancelled as a whole.
class operation_group {
public:
    // Called on the strand as soon as the service has confirmed a job, even if the operation of that job has ended.
    virtual void submitted(const export_job& job) = 0;

protected:
    ~operation_group() = default;
};

// The last failure of an operation, for the diagnostics of its error. Allocated on the first failure.
struct last_failure {
    std::optional<errc> rejected; // why the library sent nothing
    unsigned http_status = 0;
    std::string detail;
    std::string request_id;
    std::string client_request_id;
    service_error service;
    error_code cause;
    std::exception_ptr thrown;
    std::string advice;
    bool is_permanent = false;
};

// The parts of a submission. Released after the 202, unless the export may need a second submission.
struct submission_parts {
    std::string project_name;
    std::string target;
    std::string body; // of an import: the media type of its document
};

// The parts of an operation that it seldom has while it waits. They are allocated together on first use.
struct operation_parts {
    std::unique_ptr<submission_parts> submission;
    std::unique_ptr<project_listing> listing; // only for an operation that lists projects
    std::unique_ptr<last_failure> failure;    // null if the last response was successful
    std::shared_ptr<operation_group> group;   // null if it belongs to no group
    // The handler's executor, with outstanding work. Null if it is the client's executor, which has outstanding work
    // already.
    std::unique_ptr<asio::any_completion_executor> work;
    std::shared_ptr<sink_runner> sink;   // null if the result is returned instead of written
    std::unique_ptr<std::string> target; // null: the last `target_size_` bytes of the job's link
    shared_job_ptr job;                  // null if there is none, or if it is packed
    std::unique_ptr<export_status> status;
    std::unique_ptr<operation_result> result;
    boost::intrusive_ptr<operation_extras> extras; // null until the first use

    bool empty() const noexcept {
        return !submission && !listing && !failure && !group && !work && !sink && !target && !job &&
               !status && !result && !extras;
    }
};

// The parts of an operation, as far as it has them.
class operation_memory {
public:
    // The result of the operation, as far as it is known.
    operation_result& result() {
        std::unique_ptr<operation_result>& known = parts().result;
        if (!known)
            known = std::make_unique<operation_result>();
        return *known;
    }
    bool has_failed() const noexcept { return parts_ && parts_->result && parts_->result->error; }

    // Created on first use.
    operation_extras& extras() {
        boost::intrusive_ptr<operation_extras>& known = parts().extras;
        if (!known)
            known = new operation_extras;
        return *known;
    }
    // The caller's name for the operation; empty if there is none.
    std::string_view tag() const noexcept {
        return known_extras() ? std::string_view(known_extras()->tag) : std::string_view();
    }
    // The object that calls the functions of the request. Null if the request has none.
    function_runner* functions() const noexcept {
        operation_extras* const known = known_extras();
        return known && !known->given().empty() ? known : nullptr;
    }

    // Created on first use.
    operation_parts& parts() {
        if (!parts_)
            parts_ = std::make_unique<operation_parts>();
        return *parts_;
    }
    // These functions return null for what the operation does not have.
    const operation_parts* known_parts() const noexcept { return parts_.get(); }
    operation_extras* known_extras() const noexcept {
        return parts_ ? parts_->extras.get() : nullptr;
    }
    submission_parts* submission() const noexcept {
        return parts_ ? parts_->submission.get() : nullptr;
    }
    project_listing* listing() const noexcept { return parts_ ? parts_->listing.get() : nullptr; }
    last_failure* failure() const noexcept { return parts_ ? parts_->failure.get() : nullptr; }
    operation_group* group() const noexcept { return parts_ ? parts_->group.get() : nullptr; }
    sink_runner* sink() const noexcept { return parts_ ? parts_->sink.get() : nullptr; }

protected:
    operation_memory() = default;
    ~operation_memory() = default;

    // While the operation waits for its job, it has no parts. Unpacking the job creates them, which is no change.
    mutable std::unique_ptr<operation_parts> parts_;
};

// What an operation knows and owns. While it waits, its job and the job's status are packed. They are unpacked by the
// first function that needs one of them.
class operation_content : public operation_memory {
public:
    // Empty before the 202.
    const export_job& job() const { return known_job() ? known_job()->job : no_job(); }
    const shared_job_ptr& known_job() const {
        static const shared_job_ptr none;
        unpack();
        return parts_ ? parts_->job : none;
    }
    // The same without unpacking anything.
    export_job copy_of_job() const {
        if (packed_)
            return packed_->job();
        return parts_ && parts_->job ? parts_->job->job : export_job();
    }
    // Forgets the last status, which is that of another job.
    void set_job(export_job job) {
        packed_.reset();
        if (parts_)
            parts_->status.reset();
        if (!job.empty() || !job.project_name().empty())
            parts().job = new shared_job(std::move(job));
        else if (parts_)
            parts_->job.reset();
    }
    // Empty if neither the submission nor the job is known.
    const std::string& project_name() const {
        return submission() ? submission()->project_name : job().project_name();
    }

    // The last known status of the job. Created on first use.
    export_status& status() {
        unpack();
        std::unique_ptr<export_status>& known = parts().status;
        if (!known) {
            known = std::make_unique<export_status>();
            known->job_ = parts_->job;
        }
        return *known;
    }
    const export_status* known_status() const {
        unpack();
        return parts_ ? parts_->status.get() : nullptr;
    }
    // Stores the operation in less memory until its next use, if there is memory to do so. `pattern` is a link of
    // another job, if one is known.
    void pack(link_pattern_ptr& pattern) noexcept {
        if (!parts_)
            return;
        compact_status status;
        if (parts_->job && (!parts_->status || status.fold(*parts_->status))) {
            try {
                packed_ = packed_job::make(parts_->job->job, status, pattern);
            } catch (const std::bad_alloc&) {
                packed_.reset();
            }
        }
        if (packed_) {
            parts_->status.reset();
            parts_->job.reset();
        }
        if (parts_->empty())
            parts_.reset();
    }

protected:
    operation_content() = default;
    ~operation_content() = default;

private:
    static const export_job& no_job() noexcept {
        static const export_job none;
        return none;
    }
    void unpack() const {
        if (!packed_)
            return;
        const shared_job_ptr job(new shared_job(packed_->job()));
        std::unique_ptr<export_status> status;
        if (const compact_status known = packed_->status(); known.has_status()) {
            status = std::make_unique<export_status>();
            status->job_ = job;
            known.unfold(*status);
        }
        if (!parts_)
            parts_ = std::make_unique<operation_parts>();
        parts_->job = job;
        parts_->status = std::move(status);
        packed_.reset();
    }

    mutable packed_job::pointer packed_; // null while the job is in the parts
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
