// A header of the usual form is read without Beast's parser. A header that arrives in two pieces is not, so each header
// here is read in both ways, and the results must be equal.

#include <langexport/detail/transport/impl/plain_header.hpp>
#include <langexport/detail/transport/impl/response_reader.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plain_header_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

const std::string usual = "HTTP/1.1 202 Accepted\r\n"
                          "Server: nginx\r\n"
                          "Date: Mon, 23 Nov 2026 21:12:46 GMT\r\n"
                          "content-type:application/json\r\n"
                          "Content-Length: 5\r\n"
                          "Connection: keep-alive\r\n"
                          "operation-location: https://a.example/jobs/1?api-version=2023-04-01\r\n"
                          "apim-request-id:  1-2 \r\n"
                          "X-Empty:\r\n"
                          "Retry-After: 7\r\n"
                          "\r\n";

// All that a response reader finds in some bytes.
struct outcome {
    response_message response;
    bool is_done, has_header, can_continue;
    std::string failure, rest;

    // Passes the pieces to a reader. Bytes that it does not consume are passed again, with the next piece.
    explicit outcome(const std::vector<std::string_view>& pieces) {
        exchange x;
        x.expected.has_structure = false;
        const exchange_limits limits{30s, 30s, 1'000, 50'000, "max_result_size", 40'000};
        response_reader reader(x, limits);
        for (const std::string_view piece : pieces) {
            rest += piece;
            rest.erase(0, reader.take(rest.data(), rest.size()));
        }
        if (!reader.is_done() && !x.failure)
            reader.end(false, {});
        is_done = reader.is_done();
        has_header = x.has_header;
        can_continue = x.can_continue;
        failure = x.failure ? x.failure->detail + x.failure->cause.message() : std::string();
        if (x.failure)
            rest.clear(); // the connection is closed
        response = std::move(x.response);
    }

    std::string text() const {
        const response_message& r = response;
        std::string all = std::to_string(r.status) + (is_done ? " done" : "") +
                          (has_header ? " header" : "") + (can_continue ? " continues" : "") +
                          "; size " + std::to_string(r.body_size) + " of " +
                          (r.body_length ? std::to_string(*r.body_length) : "?");
        for (const std::string& part :
             {r.operation_location, r.location, r.content_type, r.content_encoding, r.request_id,
              r.date, r.retry_after, r.retry_after_ms, r.x_ms_retry_after_ms, r.body, failure,
              rest})
            all += "|" + part;
        return all;
    }
};

void check_both_ways(const std::string& bytes) {
    INFO(bytes);
    constexpr std::size_t first = 8; // of the status line
    const std::string_view all = bytes;
    CHECK(outcome({all}).text() == outcome({all.substr(0, first), all.substr(first)}).text());
}

std::optional<std::size_t> size_of_plain(const std::string& bytes) {
    response_message response;
    const std::size_t size = plain_header().read(bytes, response);
    return size == 0 ? std::nullopt : std::optional(size);
}

std::string with(const std::string& field) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + field + "\r\n\r\n";
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
    return text.replace(text.find(part), part.size(), by);
}

} // namespace

TEST_CASE("a header of the usual form is read at once", "[plain_header]") {
    response_message response;
    plain_header header;
    CHECK(header.read(usual + "12345HTTP", response) == usual.size());
    CHECK(header.body_size() == 5);
    CHECK(header.keeps_connection());
    CHECK(response.status == 202);
    CHECK(response.date == "Mon, 23 Nov 2026 21:12:46 GMT");
    CHECK(response.content_type == "application/json");
    CHECK(response.operation_location == "https://a.example/jobs/1?api-version=2023-04-01");
    CHECK(response.request_id == "1-2");
    CHECK(response.retry_after == "7");
    for (std::size_t size = 0; size < usual.size(); ++size)
        CHECK_FALSE(size_of_plain(usual.substr(0, size)));
}

TEST_CASE("a header of another form is left to the parser", "[plain_header]") {
    CHECK(size_of_plain(with("X: y")));
    CHECK(size_of_plain(with("Connection: Close")));
    CHECK_FALSE(size_of_plain(with("Transfer-Encoding: chunked")));
    CHECK_FALSE(size_of_plain(with("upgrade: h2c")));
    CHECK_FALSE(size_of_plain(with("Proxy-Connection: close")));
    CHECK_FALSE(size_of_plain(with("Connection: close, TE")));
    CHECK_FALSE(size_of_plain(with("CONTENT-LENGTH: 5")));
    CHECK_FALSE(size_of_plain(with("X: a\r\n b")));
    CHECK_FALSE(size_of_plain(with("X: a\tb")));
    CHECK_FALSE(size_of_plain(with("X: a\x7f")));
    CHECK_FALSE(size_of_plain(with("X : a")));
    CHECK_FALSE(size_of_plain(with(": a")));
    CHECK_FALSE(size_of_plain(with("X")));
    CHECK_FALSE(size_of_plain(with("X: y\n")));
    CHECK_FALSE(size_of_plain(replaced(with("X: y"), "HTTP/1.1", "HTTP/1.0")));
    for (const char* status : {"100", "101", "204", "304", "+20", "2 0"})
        CHECK_FALSE(size_of_plain(replaced(with("X: y"), "200", status)));
    CHECK_FALSE(size_of_plain(replaced(with("X: y"), "200 OK", "200")));
    for (const char* size : {"", "-5", "+5", "5 5", "5,5", "0x5", "99999999999999999999"})
        CHECK_FALSE(size_of_plain(replaced(with("X: y"), "5", size)));
    CHECK_FALSE(size_of_plain("HTTP/1.1 200 OK\r\n\r\n"));
}

TEST_CASE("both ways of reading a header have the same result", "[plain_header]") {
    check_both_ways(usual + "12345");
    check_both_ways(usual + "12345HTTP/1.1 200");
    check_both_ways(usual + "123");
    check_both_ways(usual);
    check_both_ways(replaced(usual, "Content-Length: 5", "content-length: 0"));
    check_both_ways(replaced(usual, "Content-Length: 5", "Content-Length: 50001") + "x");
    check_both_ways(replaced(usual, "keep-alive", "CLOSE") + "12345");
    check_both_ways(replaced(usual, "202 Accepted", "404 Not Found") + "12345");
    check_both_ways(with("Date: 1\r\nDate: 2\r\nLocation:\r\nLocation: /a") + "12345");
    check_both_ways(with("Location: /" + std::string(900, 'a')) + "12345");
    check_both_ways(with("Location: /" + std::string(1'000, 'a')) + "12345");
    check_both_ways("HTTP/1.1 100 Continue\r\n\r\n" + usual + "12345");
}

TEST_CASE("both ways of reading a damaged header have the same result", "[plain_header]") {
    const std::string_view bytes("\0\x01\t\n\r :,;()09Aa~\x7f\x80\xff", 19);
    for (std::size_t at = 8; at < usual.size(); ++at) {
        for (const char byte : bytes) {
            std::string damaged = usual + "12345";
            damaged[at] = byte;
            check_both_ways(damaged);
        }
        check_both_ways(std::string(usual).erase(at, 1) + "12345");
        check_both_ways(std::string(usual).insert(at, "\r\n") + "12345");
    }
}

} // namespace plain_header_test
