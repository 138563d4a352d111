#ifndef LANGEXPORT_DETAIL_OPERATION_OPERATION_HPP
#define LANGEXPORT_DETAIL_OPERATION_OPERATION_HPP

#include <langexport/client_stats.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_status.hpp>
#include <langexport/exported_project.hpp>
#include <langexport/project_info.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associator.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// Which operations are listed.
struct operation_query {
    std::size_t limit = 1;
    std::uint64_t after = 0;
};

// The result of any operation: the public function selects the part that its signature promises.
struct operation_result {
    std::exception_ptr error; // null: success
    shared_job_ptr job;       // null if there is none
    export_status status;
    std::string content_type;
    std::string document;
    std::uint64_t bytes = 0; // of the result, in memory or in a sink
    std::uint64_t operation_id = 0;
    std::shared_ptr<drain_summary> drained;
    std::vector<project_info> projects;
    operation_query query; // for the next member
    operation_page page;
    std::uint32_t submits = 0;
    std::uint32_t polls = 0;
    std::chrono::steady_clock::duration queue_time{};
    std::chrono::steady_clock::duration run_time{};
};

// One type of handler for all operations, so that the engine is compiled only once.
using operation_handler = asio::any_completion_handler<void(operation_result)>;

inline void pick(operation_result&& from, export_job& into) {
    if (from.job)
        into = from.job->job;
}
inline void pick(operation_result&& from, export_status& into) {
    into = std::move(from.status);
}
inline void pick(operation_result&& from, std::uint64_t& into) {
    into = from.bytes;
}
inline void pick(operation_result&& from, exported_project& into) {
    into.status = std::move(from.status);
    into.content_type = std::move(from.content_type);
    into.document = std::move(from.document);
}
inline void pick(operation_result&& from, drain_summary& into) {
    into = std::move(*from.drained);
}
inline void pick(operation_result&& from, operation_page& into) {
    into = std::move(from.page);
}
inline void pick(operation_result&& from, std::vector<project_info>& into) {
    into = std::move(from.projects);
}

// Adapts a handler of `void(std::exception_ptr, Result)`, and has its executor, allocator and cancellation slot.
template <class Result, class Handler>
class picking_handler {
public:
    explicit picking_handler(Handler handler) : handler_(std::move(handler)) {}

    void operator()(operation_result all) {
        Result result{};
        if (!all.error)
            pick(std::move(all), result);
        std::move(handler_)(std::move(all.error), std::move(result));
    }

    const Handler& inner() const noexcept { return handler_; }

private:
    Handler handler_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

template <template <class, class> class Associator, class Result, class Handler, class Default>
struct boost::asio::associator<Associator, langexport::detail::picking_handler<Result, Handler>,
                               Default> : Associator<Handler, Default> {
    static auto get(const langexport::detail::picking_handler<Result, Handler>& handler) noexcept {
        return Associator<Handler, Default>::get(handler.inner());
    }
    static auto get(const langexport::detail::picking_handler<Result, Handler>& handler,
                    const Default& otherwise) noexcept {
        return Associator<Handler, Default>::get(handler.inner(), otherwise);
    }
};

#endif
