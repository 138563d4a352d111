// Copies of projects: the result of an export is the document of an import.

#include <langexport/import/result_source.hpp>

#include <langexport/import/import_project.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace result_source_test {

namespace testing = langexport::testing;

namespace {

using langexport::errc;
using langexport::export_status;
using langexport::import_request;
using langexport::import_status;
using langexport_tests::client_bench;
using langexport_tests::outcome;
using testing::call_kind;
using testing::canned_response;
using testing::early_end;

// A document of a text project, of about this size.
std::string document_of(std::size_t size) {
    std::string text =
        R"({"stringIndexType":"Utf16CodeUnit","metadata":{"projectKind":"CustomHealthcare",)"
        R"("projectName":"Copy","description":")";
    for (std::size_t i = 0; i < size; ++i)
        text += static_cast<char>('a' + i % 26);
    return text + R"("},"assets":{"projectKind":"CustomHealthcare"}})";
}

// A resource with a project "Original", which is copied to "Copy" of the same resource.
class copy_bench : public client_bench {
public:
    copy_bench(bool tls, std::size_t size) : client_bench(tls), document(document_of(size)) {
        auto original = testing::project::with_document("Original", document);
        original.job_duration = std::chrono::nanoseconds(0);
        service().add_project(original);
        testing::project pattern("");
        pattern.job_duration = std::chrono::nanoseconds(0);
        service().set_import_pattern(pattern);
    }

    export_status ended_export(const langexport::client& with) {
        return wait(with, submit(with, langexport::export_request("Original")).result).result;
    }
    outcome<import_status> copy(const langexport::client& from, const langexport::client& target) {
        const import_request request("Copy", langexport::result_source(from, ended_export(from)));
        return run<import_status>(
            [&](auto token) { langexport::import_project(target, request, std::move(token)); });
    }
    std::string copied() {
        return export_project(make_client(), langexport::export_request("Copy")).result.document;
    }
    std::size_t number_of(const std::string& request) {
        const auto all = seen();
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), request));
    }

    const std::string document;
};

} // namespace

TEST_CASE("a project is copied byte by byte, and its result is fetched twice", "[imports][copy]") {
    copy_bench b(GENERATE(false, true), GENERATE(std::size_t(10), std::size_t(3'000'000)));
    const auto done = b.copy(b.make_client(), b.make_client());
    REQUIRE(done.is_good());
    CHECK(b.number_of("GET result") == 2);
    CHECK(b->counters().imports == 1);
    CHECK(b.copied() == b.document);
}

TEST_CASE("each attempt to submit a copy fetches the result again", "[imports][copy]") {
    copy_bench b(GENERATE(false, true), 1'000'000);
    const std::size_t bytes = GENERATE(std::size_t(0), std::size_t(400'000));
    b->on(call_kind::import_submission, testing::occurrences::between(1, 2),
          canned_response::early(bytes, 503));
    REQUIRE(b.copy(b.make_client(), b.make_client()).is_good());
    CHECK(b.number_of("GET result") == 4);
    CHECK(b->counters().jobs_created == 2); // of the export and the import
    CHECK(b.copied() == b.document);
}

TEST_CASE("a result that breaks is fetched again and continues at the same byte",
          "[imports][copy]") {
    copy_bench b(GENERATE(false, true), 1'000'000);
    // Once while the result is checked, and once while it is sent.
    for (const std::uint64_t nth : {1U, 3U})
        b->on(call_kind::result, nth, canned_response::cut_body_after(700'000, early_end::reset));
    REQUIRE(b.copy(b.make_client(), b.make_client()).is_good());
    CHECK(b.number_of("GET result") == 4);
    CHECK(b.copied() == b.document);
}

TEST_CASE("a result that cannot be fetched fails the copy, and says why", "[imports][copy]") {
    copy_bench b(false, 1'000);
    const std::uint64_t nth = GENERATE(1U, 2U);
    b->on(call_kind::result, nth, canned_response(410));
    const auto done = b.copy(b.make_client(), b.make_client());
    REQUIRE(done.code() == errc::source_failed);
    CHECK(langexport::code_of(done.known().cause) == errc::job_expired);
    CHECK(b->counters().imports == 0);
}

TEST_CASE("a result that has changed since it was checked is not imported", "[imports][copy]") {
    copy_bench b(false, 1'000);
    b->on(call_kind::result, 2, canned_response(200, document_of(999)));
    CHECK(b.copy(b.make_client(), b.make_client()).code() == errc::source_failed);
    CHECK(b->counters().imports == 0);
}

TEST_CASE("a copy that is cancelled leaves nothing behind", "[imports][copy]") {
    copy_bench b(GENERATE(false, true), 3'000'000);
    const auto from = b.make_client(), to = b.make_client();
    // The service stops reading, so the result waits in the middle.
    b->on(call_kind::import_submission, 1,
          canned_response::cut_request_after(300'000, early_end::stall));
    const import_request request("Copy", langexport::result_source(from, b.ended_export(from)));
    boost::asio::cancellation_signal stop;
    const auto done = b.begin<import_status>([&](auto handler) {
        langexport::import_project(
            to, request, boost::asio::bind_cancellation_slot(stop.slot(), std::move(handler)));
    });
    REQUIRE(b.run_until([&] { return b.number_of("GET result") == 2; }));
    stop.emit(boost::asio::cancellation_type::terminal);
    REQUIRE(b.run_dry());
    CHECK(done->calls == 1);
    CHECK(done->code() == errc::cancelled);
}

TEST_CASE("a context that is destroyed during a copy takes everything with it", "[imports][copy]") {
    copy_bench b(GENERATE(false, true), 3'000'000);
    b->on(call_kind::import_submission, 1,
          canned_response::cut_request_after(300'000, early_end::stall));
    // Clients do not outlive their context. The operation has handles of both.
    auto from = std::make_optional(b.make_client()), to = std::make_optional(b.make_client());
    auto request = std::make_optional<import_request>(
        "Copy", langexport::result_source(*from, b.ended_export(*from)));
    const auto done = b.begin<import_status>(
        [&](auto handler) { langexport::import_project(*to, *request, handler); });
    REQUIRE(b.run_until([&] { return b.number_of("GET result") == 2; }));
    request.reset();
    from.reset();
    to.reset();
    b.destroy_context();
    CHECK(done->calls == 0);
}

} // namespace result_source_test
