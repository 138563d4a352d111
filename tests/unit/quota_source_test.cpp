#include <langexport/quota_source.hpp>

#include "support/catch.hpp"

#include <utility>
#include <vector>

namespace quota_source_test {

using namespace langexport;

TEST_CASE("submissions have a limit of their own, all other requests share one", "[quota_source]") {
    CHECK(quota_class_of(request_kind::submission) == quota_class::submissions);
    for (const request_kind kind :
         {request_kind::result, request_kind::listing, request_kind::status})
        CHECK(quota_class_of(kind) == quota_class::reads);
}

TEST_CASE("a demand counts the requests of a kind and of a class", "[quota_source]") {
    quota_demand demand;
    demand.due[static_cast<std::size_t>(request_kind::submission)] = {1, 2, 4};
    demand.due[static_cast<std::size_t>(request_kind::result)] = {8, 0, 0};
    demand.due[static_cast<std::size_t>(request_kind::listing)] = {0, 16, 0};
    demand.due[static_cast<std::size_t>(request_kind::status)] = {0, 0, 32};
    CHECK(demand.due_of(request_kind::submission) == 7);
    CHECK(demand.due_of(request_kind::status) == 32);
    CHECK(demand.due_of(quota_class::submissions) == 7);
    CHECK(demand.due_of(quota_class::reads) == 56);
}

TEST_CASE("a grant has a part for each class", "[quota_source]") {
    quota_grant grant;
    grant.submissions.permits = 1;
    grant.reads.permits = 2;
    CHECK(grant.of(quota_class::submissions).permits == 1);
    CHECK(grant.of(quota_class::reads).permits == 2);
}

TEST_CASE("a permit is identified by its grant and its number", "[quota_source]") {
    CHECK(permit_id(1, 2) == permit_id(1, 2));
    CHECK_FALSE(permit_id(1, 2) == permit_id(1, 3));
    CHECK_FALSE(permit_id(1, 2) == permit_id(2, 2));
}

namespace {
class simple_source final : public quota_source {
public:
    void start_refill(quota_demand, receiver done) noexcept override {
        done(nullptr, quota_grant());
    }
};
} // namespace

TEST_CASE("a source needs only the function that refills", "[quota_source]") {
    simple_source source;
    source.rest(std::vector<returned_permit>(3));
    int calls = 0;
    source.start_refill(quota_demand(), [&](std::exception_ptr, const quota_grant& given) {
        calls += given.reads.permits == 0 ? 1 : 0;
    });
    CHECK(calls == 1);
}

} // namespace quota_source_test
