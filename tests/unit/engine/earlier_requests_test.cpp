#include <langexport/detail/engine/earlier_requests.hpp>

#include "support/catch.hpp"
#include "support/quota_of.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace earlier_requests_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::quota_of;

namespace {

constexpr clock_reading noon{steady_time(1000h),
                             system_time(std::chrono::sys_days(std::chrono::days(20'000)) + 12h)};

class earlier_bench {
public:
    std::size_t left(steady_duration after, request_kind kind = request_kind::submission) {
        return budget->usage(kind, noon.steady + after).left.value_or(99);
    }

    quota_params limits = quota_of(8, 8, 60s);
    std::shared_ptr<request_budget> budget = std::make_shared<request_budget>(limits);
};

} // namespace

TEST_CASE("a submission of an earlier process counts until its window is over", "[quota]") {
    earlier_bench b;
    remember_submission(*b.budget, noon.system - 20s, {}, noon);
    CHECK(b.left(0s) == 7);
    CHECK(b.left(40s - 1ms) == 7);
    CHECK(b.left(40s) == 8);
}

TEST_CASE("a submission that the journal has is not counted again", "[quota]") {
    earlier_bench b;
    const auto journal_end = noon.system - 10s;
    for (const auto age : {30s, 11s, 10s})
        remember_submission(*b.budget, noon.system - age, journal_end, noon);
    CHECK(b.left(0s) == 8);
    remember_submission(*b.budget, journal_end + 1ms, journal_end, noon);
    CHECK(b.left(0s) == 7);
}

TEST_CASE("times of a wrong clock cost one window at most", "[quota]") {
    earlier_bench b;
    for (const auto when : {noon.system, noon.system + 1h, noon.system + 24h * 36'500,
                            system_time::max(), system_time::min(), system_time()})
        remember_submission(*b.budget, when, {}, noon);
    CHECK(b.left(0s) == 4);
    CHECK(b.left(60s - 1ms) == 4);
    CHECK(b.left(60s) == 8);
}

TEST_CASE("the requests of a journal count by their kinds, those in progress longer", "[quota]") {
    earlier_bench b;
    const std::vector<request_journal::request> requests = {{true, noon.system - 50s, false},
                                                            {false, noon.system - 30s, false},
                                                            {true, noon.system - 1s, true}};
    CHECK(remember_journal(*b.budget, b.limits, requests, noon) == noon.system - 1s);
    CHECK(b.left(0s) == 6);
    CHECK(b.left(0s, request_kind::status) == 7);
    CHECK(b.left(10s) == 7);
    CHECK(b.left(30s, request_kind::status) == 8);
    CHECK(b.left(62s - 1ms) == 7); // a twentieth of the window later
    CHECK(b.left(62s) == 8);
}

TEST_CASE("a journal's requests of a kind without a limit are not counted", "[quota]") {
    earlier_bench b;
    b.limits.submissions = 0;
    remember_journal(*b.budget, b.limits, {{true, noon.system, false}}, noon);
    CHECK(b.left(0s) == 8);
    CHECK(remember_journal(*b.budget, b.limits, {}, noon) == system_time());
}

} // namespace earlier_requests_test
