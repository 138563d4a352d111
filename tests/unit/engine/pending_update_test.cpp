#include <langexport/detail/engine/pending_update.hpp>

#include "support/catch.hpp"

#include <chrono>

namespace pending_update_test {

using namespace std::chrono_literals;
using namespace langexport;
using detail::pending_update;
using detail::steady_time;

namespace {

const steady_time start{1000h};

} // namespace

TEST_CASE("an update keeps what earlier ones reported, except the reason of a retry",
          "[pending_update]") {
    pending_update news;
    CHECK_FALSE(news.has_news());
    news.known().operation_id = 7;
    export_update& retry = news.add(update_kind::retrying);
    retry.why = errc::service_unavailable;
    retry.wait = 3s;
    retry.failures = 1;
    news.add(update_kind::status).polls = 2;
    REQUIRE(news.has_news());
    const export_update reported = news.report();
    CHECK_FALSE(news.has_news());
    CHECK(reported.kind == update_kind::status);
    CHECK(reported.operation_id == 7);
    CHECK(reported.polls == 2);
    CHECK(reported.failures == 1);
    CHECK_FALSE(reported.why);
    CHECK(reported.wait == 0s);
}

TEST_CASE("the next update is due a tenth of a second after the last one returned",
          "[pending_update]") {
    pending_update news;
    CHECK(news.next() < start);
    news.on_reported(start);
    CHECK(news.next() == start + 100ms);
    news.on_reported(start + 1500us);
    CHECK(news.next() >= start + 101500us);
    CHECK(news.next() <= start + 103ms);
}

TEST_CASE("a download is news if more of it has arrived", "[pending_update]") {
    pending_update news;
    detail::response_message response;
    news.read_download(response);
    CHECK_FALSE(news.has_news()); // no header yet
    response.status = 200;
    news.read_download(response);
    CHECK_FALSE(news.has_news());
    response.body_length = 1000;
    response.body_size = 10;
    news.read_download(response);
    REQUIRE(news.has_news());
    const export_update reported = news.report();
    CHECK(reported.kind == update_kind::downloading);
    CHECK(reported.bytes == 10);
    CHECK(reported.total == 1000u);
    news.read_download(response);
    CHECK_FALSE(news.has_news());
    response.body_size = 500;
    response.status = 503; // the page of an error
    news.read_download(response);
    CHECK_FALSE(news.has_news());
}

} // namespace pending_update_test
