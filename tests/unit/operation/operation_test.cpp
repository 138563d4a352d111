#include <langexport/detail/operation/operation.hpp>

#include "support/catch.hpp"

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace operation_test {

using namespace langexport;
using namespace langexport::detail;

namespace {

// A result in which each part is recognizable.
operation_result whole_result() {
    operation_result all;
    all.job =
        new shared_job(export_job("Claims", "https://x.example/jobs/1", export_job::time_point()));
    all.status = export_status(all.job->job);
    all.status.status = job_status::succeeded;
    all.content_type = "application/json";
    all.document = "{}";
    all.bytes = 2;
    all.drained = std::make_shared<drain_summary>();
    all.drained->finished = 3;
    all.page.has_more = true;
    all.projects.emplace_back().name = "Claims";
    return all;
}

// What a public operation with this result passes to its handler.
template <class Result>
struct received {
    int calls = 0;
    std::exception_ptr error;
    Result result;
};

template <class Result>
received<Result> pick_from(operation_result all) {
    received<Result> seen;
    const auto handler = [&seen](std::exception_ptr error, Result result) {
        ++seen.calls;
        seen.error = std::move(error);
        seen.result = std::move(result);
    };
    picking_handler<Result, decltype(handler)> picking(handler);
    picking(std::move(all));
    CHECK(seen.calls == 1);
    return seen;
}

template <class Result>
Result picked() {
    const auto seen = pick_from<Result>(whole_result());
    CHECK_FALSE(seen.error);
    return seen.result;
}

template <class Handler>
picking_handler<std::uint64_t, Handler> picking(Handler handler) {
    return picking_handler<std::uint64_t, Handler>(std::move(handler));
}

} // namespace

TEST_CASE("a handler receives the part of the result that its signature promises", "[operation]") {
    CHECK(picked<export_job>().project_name() == "Claims");
    const auto status = picked<export_status>();
    CHECK(status.status == job_status::succeeded);
    CHECK(status.job().operation_location() == "https://x.example/jobs/1");
    const auto project = picked<exported_project>();
    CHECK(project.status.status == job_status::succeeded);
    CHECK(project.content_type == "application/json");
    CHECK(project.document == "{}");
    CHECK(picked<std::uint64_t>() == 2);
    CHECK(picked<drain_summary>().finished == 3);
    CHECK(picked<operation_page>().has_more);
    const auto projects = picked<std::vector<project_info>>();
    REQUIRE(projects.size() == 1);
    CHECK(projects[0].name == "Claims");
}

TEST_CASE("with an error, a handler receives an empty result", "[operation]") {
    operation_result all = whole_result();
    all.error = std::make_exception_ptr(std::runtime_error("it failed"));
    const auto seen = pick_from<exported_project>(all);
    CHECK(seen.error == all.error);
    CHECK(seen.result.document.empty());
    CHECK(seen.result.status.job().empty());
    // A drain that fails has no summary.
    all.drained.reset();
    CHECK(pick_from<drain_summary>(all).error == all.error);
}

TEST_CASE("the adapted handler has the executor, the slot and the allocator of the caller's",
          "[operation]") {
    const auto handler = [](std::exception_ptr, std::uint64_t) {};
    asio::io_context context;
    const auto strand = asio::make_strand(context);
    const auto on_strand = picking(asio::bind_executor(strand, handler));
    CHECK(asio::get_associated_executor(on_strand) == strand);
    CHECK(asio::get_associated_executor(on_strand, context.get_executor()) == strand);

    asio::cancellation_signal signal;
    const auto with_slot = picking(asio::bind_cancellation_slot(signal.slot(), handler));
    CHECK(asio::get_associated_cancellation_slot(with_slot) == signal.slot());

    struct numbered_allocator : std::allocator<char> {
        int number = 0;
    };
    numbered_allocator own;
    own.number = 7;
    const auto with_allocator = picking(asio::bind_allocator(own, handler));
    CHECK(asio::get_associated_allocator(with_allocator).number == 7);
}

TEST_CASE("the adapted handler of a plain function uses the defaults of the operation",
          "[operation]") {
    const auto plain = picking([](std::exception_ptr, std::uint64_t) {});
    asio::io_context context;
    CHECK(asio::get_associated_executor(plain, context.get_executor()) == context.get_executor());
    asio::cancellation_signal signal;
    CHECK(asio::get_associated_cancellation_slot(plain, signal.slot()) == signal.slot());
    CHECK_FALSE(asio::get_associated_cancellation_slot(plain).is_connected());
}

} // namespace operation_test
