#ifndef LANGEXPORT_TESTS_INTEGRATION_OPERATIONS_HPP
#define LANGEXPORT_TESTS_INTEGRATION_OPERATIONS_HPP

#include <langexport.hpp>
#include <langexport/list_projects.hpp>
#include <langexport/testing/request_record.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <vector>

namespace langexport_tests {

/// The operations that the tables of `contract/` have, and the tests that run each operation in each phase. The others
/// are tested where `tests/README.md` says.
enum class operation {
    submit_export,
    submit_export_again, ///< The same, with duplicates allowed.
    get_export_status,
    wait_for_export,
    fetch_result,
    fetch_result_to,
    export_project,
    export_project_to,
    resume_export,
    resume_export_to,
    export_projects,
    list_projects
};

inline constexpr std::array all_operations = {
    operation::submit_export,    operation::submit_export_again, operation::get_export_status,
    operation::wait_for_export,  operation::fetch_result,        operation::fetch_result_to,
    operation::export_project,   operation::export_project_to,   operation::resume_export,
    operation::resume_export_to, operation::export_projects,     operation::list_projects};

const char* to_string(operation op);
/// The requests of a successful operation, in order; of a list, its first page.
std::vector<langexport::testing::call_kind> requests_of(operation op);
/// Whether its result is written into a sink.
bool goes_to_sink(operation op);

/// How an operation ended, for every type of result.
class ending {
public:
    int calls = 0;                     ///< How often its handler was called.
    std::exception_ptr error;          ///< Its failure; null after a success.
    std::exception_ptr of_export;      ///< The same; of a batch, the failure of its first export.
    langexport::batch_summary summary; ///< Of a batch.
    bool was_misplaced = false;        ///< A handler or function was called on another executor.
};

using strand_type = boost::asio::strand<boost::asio::io_context::executor_type>;

/// The arguments of an operation; it uses those that it needs.
class operation_arguments {
public:
    operation what;
    strand_type where;                               ///< The executor of its handler.
    langexport::export_request request{"Demo"};      ///< The export to submit.
    langexport::export_status of{};                  ///< A job and its status.
    std::shared_ptr<langexport::result_sink> sink{}; ///< A batch writes its first result to it.
    boost::asio::cancellation_slot stop{};
    std::size_t exports = 1;      ///< In a batch, one at a time.
    std::shared_ptr<void> life{}; ///< Kept by the handler.
};

/// Starts it.
std::shared_ptr<ending> begin(const langexport::client& with, const operation_arguments& how);

} // namespace langexport_tests

#endif
