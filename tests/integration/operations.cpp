#include "integration/operations.hpp"
#include <langexport/resume_export.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace asio = boost::asio;
using langexport::testing::call_kind;

namespace langexport_tests {

const char* to_string(operation op) {
    switch (op) {
    case operation::submit_export:
        return "submit_export";
    case operation::submit_export_again:
        return "submit_export, duplicates allowed";
    case operation::get_export_status:
        return "get_export_status";
    case operation::wait_for_export:
        return "wait_for_export";
    case operation::fetch_result:
        return "fetch_result";
    case operation::fetch_result_to:
        return "fetch_result_to";
    case operation::export_project:
        return "export_project";
    case operation::export_project_to:
        return "export_project_to";
    case operation::resume_export:
        return "resume_export";
    case operation::resume_export_to:
        return "resume_export_to";
    case operation::export_projects:
        return "export_projects";
    case operation::list_projects:
        return "list_projects";
    }
    return "?";
}

std::vector<call_kind> requests_of(operation op) {
    switch (op) {
    case operation::submit_export:
    case operation::submit_export_again:
        return {call_kind::submission};
    case operation::get_export_status:
    case operation::wait_for_export:
        return {call_kind::status};
    case operation::fetch_result:
    case operation::fetch_result_to:
        return {call_kind::result};
    case operation::export_project:
    case operation::export_project_to:
    case operation::export_projects:
        return {call_kind::submission, call_kind::status, call_kind::result};
    case operation::resume_export:
    case operation::resume_export_to:
        return {call_kind::status, call_kind::result};
    case operation::list_projects:
        return {call_kind::listing};
    }
    return {};
}

bool goes_to_sink(operation op) {
    return op == operation::fetch_result_to || op == operation::export_project_to ||
           op == operation::resume_export_to;
}

namespace {

template <class Result>
class ended {
public:
    ended(std::shared_ptr<ending> result, const operation_arguments& how)
        : to_(std::move(result)), where_(how.where), life_(how.life) {}

    void operator()(std::exception_ptr error, Result result) {
        ++to_->calls;
        to_->error = error;
        to_->was_misplaced = to_->was_misplaced || !where_.running_in_this_thread();
        if constexpr (std::is_same_v<Result, langexport::batch_summary>)
            to_->summary = std::move(result);
        else
            to_->of_export = error;
    }

private:
    std::shared_ptr<ending> to_;
    strand_type where_;
    std::shared_ptr<void> life_;
};

langexport::batch_options options_for(const operation_arguments& how,
                                      const std::shared_ptr<ending>& result) {
    langexport::batch_options options;
    options.max_in_flight = 1;
    options.on_finished = [result, where = how.where,
                           life = how.life](const langexport::batch_outcome& one) {
        result->was_misplaced = result->was_misplaced || !where.running_in_this_thread();
        if (one.index == 0)
            result->of_export = one.error;
    };
    if (how.sink)
        options.sink_for = [first = how.sink,
                            life = how.life](const langexport::batch_item&) mutable {
            return std::exchange(first, nullptr);
        };
    return options;
}

} // namespace

std::shared_ptr<ending> begin(const langexport::client& with, const operation_arguments& how) {
    const auto to = std::make_shared<ending>();
    const auto token = [&]<class Result>(std::type_identity<Result>) {
        return asio::bind_executor(how.where,
                                   asio::bind_cancellation_slot(how.stop, ended<Result>(to, how)));
    };
    const std::type_identity<langexport::export_job> to_job;
    const std::type_identity<langexport::export_status> to_status;
    const std::type_identity<langexport::exported_project> to_result;
    langexport::export_request request = how.request;
    request.allow_duplicates = how.what == operation::submit_export_again;
    switch (how.what) {
    case operation::submit_export:
    case operation::submit_export_again:
        submit_export(with, request, token(to_job));
        break;
    case operation::get_export_status:
        get_export_status(with, how.of.job(), token(to_status));
        break;
    case operation::wait_for_export:
        wait_for_export(with, how.of.job(), token(to_status));
        break;
    case operation::fetch_result:
        fetch_result(with, how.of, token(to_result));
        break;
    case operation::fetch_result_to:
        fetch_result_to(with, how.of, how.sink, token(std::type_identity<std::uint64_t>()));
        break;
    case operation::export_project:
        export_project(with, request, token(to_result));
        break;
    case operation::export_project_to:
        export_project_to(with, request, how.sink, token(to_status));
        break;
    case operation::resume_export:
        resume_export(with, how.of.job(), token(to_result));
        break;
    case operation::resume_export_to:
        resume_export_to(with, how.of.job(), how.sink, token(to_status));
        break;
    case operation::export_projects:
        export_projects(with, std::vector(how.exports, request), options_for(how, to),
                        token(std::type_identity<langexport::batch_summary>()));
        break;
    case operation::list_projects:
        list_projects(with, langexport::project_surface::analyze_text,
                      token(std::type_identity<std::vector<langexport::project_info>>()));
        break;
    }
    return to;
}

} // namespace langexport_tests
