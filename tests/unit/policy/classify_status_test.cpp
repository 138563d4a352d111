#include <langexport/detail/policy/classify_status.hpp>

#include "support/catch.hpp"

#include <iterator>
#include <string>

namespace classify_status_test {

using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr request_kind all_kinds[] = {request_kind::submission, request_kind::status,
                                      request_kind::result};

} // namespace

TEST_CASE("a status code is classified by the kind of the request", "[classify_status]") {
    struct row {
        unsigned status;
        status_class submission;
        errc submission_code;
        status_class status_or_result;
        errc status_or_result_code;
    };
    constexpr auto accepted = status_class::accepted;
    constexpr auto rejected = status_class::rejected;
    constexpr auto unconfirmed = status_class::unconfirmed;
    constexpr auto odd = errc::unexpected_response;
    constexpr auto down = errc::service_unavailable;
    const row table[] = {
        {100, rejected, odd, rejected, odd},
        {200, rejected, odd, accepted, odd},
        {201, rejected, odd, rejected, odd},
        {202, accepted, odd, rejected, odd},
        {204, rejected, odd, rejected, odd},
        {206, rejected, odd, rejected, odd},
        {301, rejected, odd, status_class::redirected, odd},
        {302, rejected, odd, status_class::redirected, odd},
        {303, rejected, odd, status_class::redirected, odd},
        {304, rejected, odd, rejected, odd},
        {307, rejected, odd, status_class::redirected, odd},
        {308, rejected, odd, status_class::redirected, odd},
        {400, rejected, errc::invalid_request, rejected, errc::invalid_request},
        {401, rejected, errc::unauthorized, rejected, errc::unauthorized},
        {403, rejected, errc::forbidden, rejected, errc::forbidden},
        {404, status_class::not_found, errc::project_not_found, status_class::not_found,
         errc::job_not_found},
        {405, rejected, odd, rejected, odd},
        {408, unconfirmed, down, unconfirmed, down},
        {409, rejected, errc::conflict, rejected, errc::conflict},
        {410, rejected, errc::project_not_found, rejected, errc::job_expired},
        {411, rejected, errc::invalid_request, rejected, errc::invalid_request},
        {413, rejected, errc::invalid_request, rejected, errc::invalid_request},
        {414, rejected, errc::invalid_request, rejected, errc::invalid_request},
        {415, rejected, errc::invalid_request, rejected, errc::invalid_request},
        {418, rejected, odd, rejected, odd},
        {422, rejected, errc::invalid_request, rejected, errc::invalid_request},
        {429, status_class::throttled, errc::throttled, status_class::throttled, errc::throttled},
        {431, rejected, errc::invalid_request, rejected, errc::invalid_request},
        {500, unconfirmed, down, unconfirmed, down},
        {501, rejected, odd, rejected, odd},
        {502, unconfirmed, down, unconfirmed, down},
        {503, status_class::unavailable, down, status_class::unavailable, down},
        {504, unconfirmed, down, unconfirmed, down},
        {505, unconfirmed, down, unconfirmed, down},
        {511, unconfirmed, down, unconfirmed, down},
        {520, unconfirmed, down, unconfirmed, down},
        {529, unconfirmed, down, unconfirmed, down},
        {599, unconfirmed, down, unconfirmed, down},
        {600, unconfirmed, down, unconfirmed, down},
        {999, unconfirmed, down, unconfirmed, down},
    };
    for (const row& r : table) {
        CAPTURE(r.status);
        const status_outcome submission = classify_status(request_kind::submission, r.status, "");
        CHECK(static_cast<int>(submission.category) == static_cast<int>(r.submission));
        CHECK(to_string(submission.code) == to_string(r.submission_code));
        for (const auto kind : {request_kind::status, request_kind::result}) {
            const status_outcome other = classify_status(kind, r.status, "SomeCode");
            CHECK(static_cast<int>(other.category) == static_cast<int>(r.status_or_result));
            CHECK(to_string(other.code) == to_string(r.status_or_result_code));
        }
    }
}

TEST_CASE("QuotaExceeded is not retried", "[classify_status]") {
    for (const auto kind : all_kinds) {
        const status_outcome throttled = classify_status(kind, 429, "QuotaExceeded");
        CHECK(throttled.category == status_class::rejected);
        CHECK(throttled.code == errc::throttled);
        const status_outcome forbidden = classify_status(kind, 403, "QuotaExceeded");
        CHECK(forbidden.category == status_class::rejected);
        CHECK(forbidden.code == errc::forbidden);
    }
    // The word counts for nothing in a good response.
    CHECK(classify_status(request_kind::status, 200, "QuotaExceeded").category ==
          status_class::accepted);
}

TEST_CASE("only network and token source failures are retried", "[classify_status]") {
    const errc worth[] = {
        errc::credential_unavailable, errc::resolve_failed,    errc::resolve_timeout,
        errc::connect_timeout,        errc::handshake_timeout, errc::response_timeout,
        errc::read_timeout,           errc::write_timeout,     errc::attempt_timeout,
        errc::connection_failed,      errc::response_truncated};
    const auto last = static_cast<int>(errc::cancelled);
    for (int value = 1; value <= last; ++value) {
        const auto code = static_cast<errc>(value);
        CAPTURE(std::string(to_string(code)));
        const bool expected =
            std::find(std::begin(worth), std::end(worth), code) != std::end(worth);
        CHECK(is_worth_another_try(code) == expected);
        if (expected)
            CHECK(make_error_code(code) == condition::transient);
    }
}

} // namespace classify_status_test
