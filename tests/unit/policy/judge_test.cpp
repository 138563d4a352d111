#include <langexport/detail/policy/judge.hpp>

#include "support/catch.hpp"

#include <iterator>
#include <string>

using namespace langexport;
using namespace langexport::detail;

namespace {

constexpr request_kind all_kinds[] = {request_kind::submission, request_kind::status,
                                      request_kind::result};

} // namespace

TEST_CASE("a status is judged by what was asked", "[judge]") {
    struct row {
        unsigned status;
        meaning submission;
        errc submission_code;
        meaning status_or_result;
        errc status_or_result_code;
    };
    constexpr auto accepted = meaning::accepted;
    constexpr auto refused = meaning::refused;
    constexpr auto uncertain = meaning::uncertain;
    constexpr auto odd = errc::unexpected_response;
    constexpr auto down = errc::service_unavailable;
    const row table[] = {
        {100, refused, odd, refused, odd},
        {200, refused, odd, accepted, odd},
        {201, refused, odd, refused, odd},
        {202, accepted, odd, refused, odd},
        {204, refused, odd, refused, odd},
        {206, refused, odd, refused, odd},
        {301, refused, odd, meaning::redirected, odd},
        {302, refused, odd, meaning::redirected, odd},
        {303, refused, odd, meaning::redirected, odd},
        {304, refused, odd, refused, odd},
        {307, refused, odd, meaning::redirected, odd},
        {308, refused, odd, meaning::redirected, odd},
        {400, refused, errc::invalid_request, refused, errc::invalid_request},
        {401, refused, errc::unauthorized, refused, errc::unauthorized},
        {403, refused, errc::forbidden, refused, errc::forbidden},
        {404, meaning::not_found, errc::project_not_found, meaning::not_found, errc::job_not_found},
        {405, refused, odd, refused, odd},
        {408, uncertain, down, uncertain, down},
        {409, refused, errc::conflict, refused, errc::conflict},
        {410, refused, errc::project_not_found, refused, errc::job_expired},
        {411, refused, errc::invalid_request, refused, errc::invalid_request},
        {413, refused, errc::invalid_request, refused, errc::invalid_request},
        {414, refused, errc::invalid_request, refused, errc::invalid_request},
        {415, refused, errc::invalid_request, refused, errc::invalid_request},
        {418, refused, odd, refused, odd},
        {422, refused, errc::invalid_request, refused, errc::invalid_request},
        {429, meaning::throttled, errc::throttled, meaning::throttled, errc::throttled},
        {431, refused, errc::invalid_request, refused, errc::invalid_request},
        {500, uncertain, down, uncertain, down},
        {501, refused, odd, refused, odd},
        {502, uncertain, down, uncertain, down},
        {503, meaning::unavailable, down, meaning::unavailable, down},
        {504, uncertain, down, uncertain, down},
        {505, uncertain, down, uncertain, down},
        {511, uncertain, down, uncertain, down},
        {520, uncertain, down, uncertain, down},
        {529, uncertain, down, uncertain, down},
        {599, uncertain, down, uncertain, down},
        {600, uncertain, down, uncertain, down},
        {999, uncertain, down, uncertain, down},
    };
    for (const row& r : table) {
        CAPTURE(r.status);
        const judgement submission = judge(request_kind::submission, r.status, "");
        CHECK(static_cast<int>(submission.what) == static_cast<int>(r.submission));
        CHECK(to_string(submission.code) == to_string(r.submission_code));
        for (const auto kind : {request_kind::status, request_kind::result}) {
            const judgement other = judge(kind, r.status, "SomeCode");
            CHECK(static_cast<int>(other.what) == static_cast<int>(r.status_or_result));
            CHECK(to_string(other.code) == to_string(r.status_or_result_code));
        }
    }
}

TEST_CASE("a quota that waiting does not refill is not waited for", "[judge]") {
    for (const auto kind : all_kinds) {
        const judgement throttled = judge(kind, 429, "QuotaExceeded");
        CHECK(throttled.what == meaning::refused);
        CHECK(throttled.code == errc::throttled);
        const judgement forbidden = judge(kind, 403, "QuotaExceeded");
        CHECK(forbidden.what == meaning::refused);
        CHECK(forbidden.code == errc::forbidden);
    }
    // The word counts for nothing in a good answer.
    CHECK(judge(request_kind::status, 200, "QuotaExceeded").what == meaning::accepted);
}

TEST_CASE("only what the network and the token source do is worth another try", "[judge]") {
    const errc worth[] = {errc::credential_unavailable, errc::resolve_failed,
                          errc::resolve_timeout,        errc::connect_timeout,
                          errc::handshake_timeout,      errc::response_timeout,
                          errc::read_timeout,           errc::attempt_timeout,
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
