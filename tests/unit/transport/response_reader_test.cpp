// The reader by itself: which bytes it consumes, and which it leaves. tests/io/exchange_test.cpp and
// tests/io/response_pieces_test.cpp read whole responses from streams.

#include <langexport/detail/transport/impl/response_reader.hpp>

#include "support/catch.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace response_reader_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;

namespace {

// The reader never calls it: it only leaves the bytes at the front of the buffer.
class idle_consumer final : public body_consumer {
public:
    void take(std::size_t, io_handler) override {}
    const std::string& content_type() const { return content_type_; }
};

struct reader_bench {
    explicit reader_bench(bool has_consumer = false) {
        x.expected.has_structure = false;
        if (has_consumer)
            x.consumer = consumer;
    }

    // Offers bytes, with those that were left before. Returns how many were consumed.
    std::size_t take(std::string_view bytes) {
        std::vector<char> buffer(rest.begin(), rest.end());
        buffer.insert(buffer.end(), bytes.begin(), bytes.end());
        const std::size_t taken = reader.take(buffer.data(), buffer.size());
        consumed.append(buffer.data(), reader.gathered());
        rest.assign(buffer.data() + taken, buffer.size() - taken);
        return taken;
    }
    std::string failure() const { return x.failure ? x.failure->detail : std::string(); }

    std::shared_ptr<idle_consumer> consumer = std::make_shared<idle_consumer>();
    exchange x;
    exchange_limits limits{30s, 30s, 1'000, 50'000, "max_result_size", 40'000};
    response_reader reader{x, limits};
    std::string rest;
    std::string consumed; // the bytes for the consumer
};

const std::string json_header = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

} // namespace

TEST_CASE("the reader takes one response and leaves the bytes behind it", "[response_reader]") {
    reader_bench b;
    const std::string response = json_header + "Content-Length: 2\r\n\r\n{}";
    CHECK(b.take(response + "HTTP/1.1 500") == response.size());
    CHECK(b.reader.is_done());
    CHECK(b.rest == "HTTP/1.1 500");
    CHECK(b.x.response.status == 200);
    CHECK(b.x.response.body == "{}");
    CHECK(b.x.response.body_length == 2);
    CHECK(b.x.can_continue);
    CHECK(b.take("") == 0);
}

TEST_CASE("nothing of a header is taken before its end", "[response_reader]") {
    reader_bench b;
    const std::string header = json_header + "Content-Length: 2\r\n\r\n";
    for (std::size_t size = 0; size + 1 < header.size(); size += 7) {
        reader_bench part;
        CHECK(part.take(std::string_view(header).substr(0, size)) == 0);
        CHECK(part.reader.how_far() == "inside its header");
        CHECK_FALSE(part.x.has_header);
        CHECK(part.x.response.status == 0);
    }
    CHECK(b.take(header) == header.size());
    CHECK(b.x.has_header);
    CHECK_FALSE(b.reader.is_done());
    CHECK(b.reader.how_far() == "after 0 bytes of its body");
    CHECK(b.take("{") == 1);
    CHECK(b.reader.how_far() == "after 1 bytes of its body");
}

TEST_CASE(
    "a body for a consumer is gathered at the front of the buffer, without the chunks' frames",
    "[response_reader]") {
    reader_bench b(true);
    const std::string response = json_header + "Transfer-Encoding: chunked\r\n\r\n"
                                               "5\r\n{\"a\":\r\n3\r\n[1,\r\n3\r\n2]}\r\n0\r\n\r\n";
    SECTION("at once") {
        b.take(response);
    }
    SECTION("in two pieces") {
        const auto first = static_cast<std::size_t>(GENERATE(80, 83, 85, 90, 95, 100));
        b.take(std::string_view(response).substr(0, first));
        CHECK_FALSE(b.reader.is_done());
        b.take(std::string_view(response).substr(first));
    }
    CHECK(b.reader.is_done());
    CHECK(b.rest.empty());
    CHECK(b.consumed == "{\"a\":[1,2]}");
    CHECK(b.x.response.body.empty());
    CHECK(b.x.response.body_size == 11);
    CHECK(b.consumer->content_type() == "application/json");
    CHECK_FALSE(b.reader.objection());
}

TEST_CASE("a consumer gets no body that is not a result", "[response_reader]") {
    reader_bench b(true);
    SECTION("of another status") {
        b.take("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
        CHECK(b.x.response.body == "{}");
    }
    SECTION("a page") {
        b.take("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>");
        CHECK(b.x.response.body == "<html>");
    }
    CHECK(b.reader.is_done());
    CHECK(b.consumed.empty());
    CHECK(b.consumer->content_type().empty());
}

TEST_CASE("an incomplete result is rejected at its end, not before", "[response_reader]") {
    reader_bench b(true);
    b.take(json_header + "Content-Length: 5\r\n\r\n{\"a\"");
    CHECK_FALSE(b.reader.objection());
    b.take(":");
    REQUIRE(b.reader.is_done());
    REQUIRE(b.reader.objection());
    CHECK(b.reader.objection()->code == errc::malformed_response);
}

TEST_CASE("the size of the buffer depends on the size of the response", "[response_reader]") {
    reader_bench small, large, unknown, streamed(true);
    CHECK(small.reader.best_buffer() == small_read);
    small.take(json_header + "Content-Length: 16384\r\n\r\n");
    CHECK(small.reader.best_buffer() == small_read);
    large.take(json_header + "Content-Length: 16385\r\n\r\n");
    CHECK(large.reader.best_buffer() == large_read);
    unknown.take(json_header + "Transfer-Encoding: chunked\r\n\r\n");
    CHECK(unknown.reader.best_buffer() == large_read);
    streamed.take(json_header + "Content-Length: 16385\r\n\r\n");
    CHECK(streamed.reader.best_buffer() == large_read);
    streamed.take("{"); // now the body goes to the consumer
    CHECK(streamed.reader.best_buffer() == piece_buffer);
}

TEST_CASE("the end of the connection ends a body of unknown length, and truncates others",
          "[response_reader]") {
    reader_bench b;
    SECTION("a regular end") {
        b.take(json_header + "\r\n{}");
        b.reader.end(true, asio::error::eof);
        CHECK(b.reader.is_done());
        CHECK_FALSE(b.x.response.may_be_cut);
        CHECK_FALSE(b.x.can_continue);
    }
    SECTION("an end that an attacker may have caused") {
        b.take(json_header + "\r\n{}");
        b.reader.end(false, asio::error::eof);
        CHECK(b.reader.is_done());
        CHECK(b.x.response.may_be_cut);
    }
    SECTION("inside a body") {
        b.take(json_header + "Content-Length: 3\r\n\r\n{}");
        b.reader.end(true, asio::ssl::error::stream_truncated);
        CHECK_FALSE(b.reader.is_done());
        REQUIRE(b.x.failure);
        CHECK(b.x.failure->code == errc::response_truncated);
        CHECK(b.failure() == "after 2 bytes of its body; TLS ended without close_notify");
        CHECK(b.x.response.status == 200); // the header was whole
    }
    SECTION("inside the header") {
        b.take("HTTP/1.1 200 OK\r\nContent-");
        b.reader.end(true, asio::error::eof);
        REQUIRE(b.x.failure);
        CHECK(b.failure() == "inside its header");
        CHECK(b.x.response.status == 0);
    }
    SECTION("before the response") {
        b.reader.end(true, asio::error::eof);
        REQUIRE(b.x.failure);
        CHECK(b.x.failure->cause == asio::error::eof);
    }
}

TEST_CASE("provisional responses are skipped, up to a number", "[response_reader]") {
    reader_bench b;
    const std::string provisional = "HTTP/1.1 100 Continue\r\nContent-Type: text/plain\r\n\r\n";
    const int number = GENERATE(1, 16, 17);
    for (int i = 0; i < number; ++i)
        b.take(provisional);
    b.take("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    if (number <= most_provisional_responses) {
        CHECK(b.reader.is_done());
        CHECK(b.x.response.status == 202);
        CHECK(b.x.response.content_type.empty());
    } else {
        REQUIRE(b.x.failure);
        CHECK(b.x.failure->code == errc::unexpected_response);
        CHECK(b.failure() == "HTTP status 100");
    }
}

TEST_CASE("fields of a trailer are not those of the response", "[response_reader]") {
    reader_bench b;
    b.take("HTTP/1.1 200 OK\r\nRetry-After: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
           "2\r\n{}\r\n0\r\nRetry-After: 2\r\nLocation: /other\r\n\r\n");
    CHECK(b.reader.is_done());
    CHECK(b.x.response.retry_after == "1");
    CHECK(b.x.response.location.empty());
}

TEST_CASE("bytes that are no response fail at once, and name what they are", "[response_reader]") {
    reader_bench b;
    b.x.was_written = true;
    SECTION("another protocol, by its first byte") {
        CHECK(b.take("S") == 0);
        CHECK(b.x.failure->code == errc::malformed_response);
        CHECK(b.x.was_written);
    }
    SECTION("a peer that expects TLS") {
        CHECK(b.take("\x15\x03\x01") == 0);
        CHECK(b.x.failure->code == errc::tls_failed);
        CHECK_FALSE(b.x.was_written);
    }
    SECTION("a header that does not end") {
        b.take("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nX: " + std::string(1'000, 'x'));
        CHECK(b.x.failure->code == errc::response_too_large);
        CHECK(b.failure() == "its header exceeds client_params::max_header_size (1000 bytes)");
        CHECK(b.x.response.status == 503); // sufficient for the next step
        CHECK(b.x.response.retry_after == "7");
    }
    SECTION("an unknown coding") {
        b.take("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
        CHECK_THAT(b.failure(), contains_text("'gzip, chunked'"));
    }
    SECTION("a body that is too large, by its length") {
        b.take(json_header + "Content-Length: 50001\r\n\r\n{");
        CHECK(b.failure() == "its body exceeds client_params::max_result_size (50000 bytes)");
    }
    SECTION("a message that is too large, by its chunk") {
        b.take("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n9C41\r\n");
        CHECK(b.failure() == "its body exceeds client_params::max_message_size (40000 bytes)");
    }
    CHECK_FALSE(b.reader.is_done());
}

} // namespace response_reader_test
