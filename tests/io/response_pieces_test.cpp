// The result of a response does not depend on the pieces in which it arrives. The parser of older
// versions of Boost.Beast ends the process if it gets too few bytes: its assertions are part of
// this test, so they are compiled in every build, and the test does not link the library's separate
// part.
#if defined(NDEBUG)
#error "this test needs the assertions of the parser"
#endif

#include "support/catch.hpp"
#include "support/exchange_bench.hpp"
#include "support/scripted_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace response_pieces_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace langexport;
using langexport_tests::exchange_bench;
using langexport_tests::stream_script;
using langexport_tests::test_consumer;

namespace {

const error_code eof = asio::error::eof;
const error_code reset = asio::error::connection_reset;
const error_code no_goodbye = asio::ssl::error::stream_truncated;
const std::optional<error_code> silence; // the connection does not end

struct form {
    std::string name;
    std::string bytes;
};

const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// Bodies in chunks, each behind the same header.
std::vector<form> chunked_forms() {
    const std::vector<std::string> bodies = {
        "0\r\n\r\n", // the shortest; with its end in three segments it killed the process
        "00\r\n\r\n",
        "000000\r\n\r\n",
        "0;a=b\r\n\r\n",
        "0 \r\n\r\n",
        "0\r\nA: b\r\n\r\n",
        "0;a\r\nA: b\r\nContent-Type: text/plain\r\n\r\n",
        "01\r\nx\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "3\r\n0\r\n\r\n0\r\n\r\n", // data that looks like an end
        "4\r\n0\r\n\r\r\n00\r\n\r\n",
        "2;a=\"b\"\r\n[]\r\n1\r\n \r\n0\r\nA: b\r\n c\r\n\r\n",
        "0\r\n\r\nmore",
        // Malformed responses.
        "zz\r\n",
        "\r\n",
        "0\r\r",
        "0\r\nX",
        "0\r\n\rX\r\n\r\n",
        "0\n\n",
        "0x\r\n\r\n",
        "0;\r\n\r\n",
        "0\r\nA\r\n\r\n",
        "0\r\nContent-Length: 1\r\n\r\n",
        "-1\r\n\r\n",
        "1\r\nxy\r\n0\r\n\r\n",
        "1\r\nx0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\n",
        "FFFFFFFF\r\nx",
    };
    std::vector<form> all;
    for (const std::string& body : bodies)
        all.push_back({"chunked: " + body, chunked + body});
    return all;
}

std::vector<form> other_forms() {
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const std::string empty = "Content-Length: 0\r\n\r\n";
    return {
        {"a length", ok + "Content-Length: 5\r\n\r\nhello"},
        {"an empty body", ok + empty},
        {"until the end", ok + "\r\nhello"},
        {"until the end, empty", ok + "\r\n"},
        {"JSON until the end", ok + "Content-Type: application/json\r\n\r\n{\"a\":[1]}"},
        {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello"},
        {"HTTP/1.0, chunked", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"100 first", "HTTP/1.1 100 Continue\r\n\r\n" + chunked + "0\r\n\r\n"},
        {"103 first", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + ok + empty},
        {"204", "HTTP/1.1 204 No Content\r\n\r\n"},
        {"204, chunked", "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"},
        {"202", "HTTP/1.1 202 Accepted\r\noperation-location: https://h/j\r\n"
                "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"429", "HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                "Content-Length: 4\r\n\r\nslow"},
        {"503, chunked",
         "HTTP/1.1 503 No\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n"},
        {"no words", "HTTP/1.1 500 \r\nContent-Length: 1\r\n\r\nx"},
        {"a folded field", ok + "Location: /a\r\n b\r\n" + empty},
        {"bytes behind", ok + empty + ok},
        {"101", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"},
        {"too long a body", ok + "Content-Length: 2001\r\n\r\nx"},
        {"too long a body of an error", "HTTP/1.1 500 No\r\nContent-Length: 1001\r\n\r\nx"},
        {"an unknown coding", ok + "Transfer-Encoding: gzip\r\n\r\nxyz"},
        {"another coding, too", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {"the coding twice", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "0\r\n\r\n"},
        {"lines without a return", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
        {"an empty line without one", ok + "A: b\r\n\nContent-Length: 0\r\n\r\n"},
        {"a bad field", ok + "A b\r\n" + empty},
        {"two lengths", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy"},
        {"a length and chunks", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                                     "0\r\n\r\n"},
        {"a bad status", "HTTP/1.1 20x OK\r\n\r\n"},
        {"a later version", "HTTP/2.0 200 OK\r\n\r\n"},
        {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"},
    };
}

std::vector<form> all_forms() {
    std::vector<form> all = chunked_forms();
    for (form& f : other_forms())
        all.push_back(std::move(f));
    return all;
}

class pieces_bench {
public:
    explicit pieces_bench(bool is_taken) : is_taken_(is_taken) {
        b_.limits.max_body_size = 2000;
        b_.limits.max_message_size = 1000;
        b_.limits.max_header_size = 1024;
    }

    std::string outcome(std::vector<std::string> pieces, std::optional<error_code> end,
                        bool ends_with_last_piece = false) {
        stream_script script;
        for (std::string& piece : pieces)
            if (!piece.empty())
                script.pieces.push_back(std::move(piece));
        script.end = end;
        script.ends_with_last_piece = ends_with_last_piece;
        b_.is_secure = end == no_goodbye;
        b_.consumer = is_taken_ ? std::make_shared<test_consumer>() : nullptr;
        b_.begin(std::move(script));
        if (b_.calls == 0)
            b_.pass(31s);
        return b_.outcome();
    }

    std::string outcome_by(std::size_t size, const std::string& bytes,
                           std::optional<error_code> end) {
        stream_script script;
        script.cut_into(bytes, size);
        return outcome(std::move(script.pieces), end);
    }

private:
    exchange_bench b_;
    bool is_taken_;
};

// As many checks as there are divisions would take longer than the exchanges.
void compare(const std::string& seen, const std::string& wanted, std::size_t first,
             std::size_t second) {
    if (seen == wanted)
        return;
    CAPTURE(first, second);
    CHECK(seen == wanted);
}

} // namespace

TEST_CASE("the shortest chunked body is read in any three pieces", "[exchange][pieces]") {
    exchange_bench b;
    const std::string header = "HTTP/1.1 202 Accepted\r\noperation-location: https://h/j\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n";
    for (const std::string body : {"0\r\n\r\n", "00\r\n\r\n"})
        for (std::size_t first = 0; first <= body.size(); ++first)
            for (std::size_t second = first; second <= body.size(); ++second) {
                CAPTURE(body, first, second);
                stream_script script;
                script.pieces = {header + body.substr(0, first)};
                for (const std::string& piece :
                     {body.substr(first, second - first), body.substr(second)})
                    if (!piece.empty())
                        script.pieces.push_back(piece);
                b.begin(script);
                REQUIRE(b.is_good());
                CHECK(b.x.response.operation_location == "https://h/j");
                CHECK(b.x.can_continue);
            }
}

TEST_CASE("every form of a response is read the same in all pieces", "[exchange][pieces]") {
    const bool is_taken = GENERATE(false, true);
    pieces_bench b(is_taken);
    for (const form& f : all_forms())
        for (const auto& end :
             {std::optional(eof), std::optional(reset), std::optional(no_goodbye), silence}) {
            INFO(f.name << (is_taken ? ", taken" : "") << ", "
                        << (end ? end->message() : "no end"));
            const std::string& bytes = f.bytes;
            const std::string wanted = b.outcome({bytes}, end);
            for (const std::size_t size : std::initializer_list<std::size_t>{1, 2, 3, 5})
                compare(b.outcome_by(size, bytes, end), wanted, size, size);
            for (std::size_t cut = 1; cut < bytes.size(); ++cut)
                compare(b.outcome({bytes.substr(0, cut), bytes.substr(cut)}, end, cut % 2 == 0),
                        wanted, cut, cut);
        }
}

TEST_CASE("small responses are read the same in all three pieces", "[exchange][pieces]") {
    pieces_bench b(false);
    for (const form& f : all_forms()) {
        const std::string& bytes = f.bytes;
        if (bytes.size() > 80)
            continue;
        INFO(f.name);
        const std::string wanted = b.outcome({bytes}, eof);
        for (std::size_t first = 1; first < bytes.size(); ++first)
            for (std::size_t second = first + 1; second < bytes.size(); ++second)
                compare(b.outcome({bytes.substr(0, first), bytes.substr(first, second - first),
                                   bytes.substr(second)},
                                  eof),
                        wanted, first, second);
    }
}

TEST_CASE("a truncated response is read the same in all pieces", "[exchange][pieces]") {
    const bool is_taken = GENERATE(false, true);
    pieces_bench b(is_taken);
    for (const form& f : all_forms())
        for (std::size_t size = 1; size < f.bytes.size(); ++size) {
            INFO(f.name << " cut to " << size << (is_taken ? ", taken" : ""));
            const std::string bytes = f.bytes.substr(0, size);
            const std::string wanted = b.outcome({bytes}, eof);
            compare(b.outcome({bytes}, eof, true), wanted, size, size);
            compare(b.outcome_by(1, bytes, eof), wanted, 1, 1);
            compare(b.outcome_by(2, bytes, eof), wanted, 2, 2);
            // Only the last bytes: the connection ends when the parser has read a part of a line.
            for (std::size_t last = 1; last < 8 && last < size; ++last)
                compare(b.outcome({bytes.substr(0, size - last), bytes.substr(size - last)}, eof),
                        wanted, last, last);
        }
}

TEST_CASE("large responses are read the same in all pieces", "[exchange][pieces]") {
    exchange_bench b;
    std::string body;
    while (body.size() < 70'000)
        body += std::to_string(body.size());
    std::string in_chunks;
    for (std::size_t at = 0; at < body.size(); at += 256)
        in_chunks += (body.size() - at < 256 ? "" : "100\r\n" + body.substr(at, 256) + "\r\n");
    const std::string rest = body.substr(body.size() / 256 * 256);
    char size_of_rest[32];
    std::snprintf(size_of_rest, sizeof(size_of_rest), "%zx\r\n", rest.size());
    in_chunks += size_of_rest + rest + "\r\n0\r\n\r\n";
    const std::string responses[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
        "HTTP/1.1 200 OK\r\n\r\n" + body, chunked + in_chunks};
    for (const std::string& bytes : responses)
        for (const std::size_t size :
             std::initializer_list<std::size_t>{1, 2, 1000, 16'384, 1'000'000}) {
            CAPTURE(bytes.substr(0, 60), size);
            const auto consumer = std::make_shared<test_consumer>();
            b.consumer = size % 2 == 0 ? consumer : nullptr;
            stream_script script;
            script.cut_into(bytes, size);
            script.end = eof;
            b.begin(std::move(script));
            REQUIRE(b.is_good());
            const bool is_same = (b.consumer ? consumer->body : b.x.response.body) == body;
            CHECK(is_same);
        }
}

TEST_CASE("a header of exactly the allowed size is read, in pieces and fields of any size",
          "[exchange][pieces]") {
    exchange_bench b;
    b.limits.max_header_size = 1024;
    const bool has_one_field = GENERATE(true, false);
    for (const std::size_t size : {1023u, 1024u, 1025u, 3000u})
        for (const std::size_t piece : {1u, 2u, 100u, 5000u}) {
            CAPTURE(has_one_field, size, piece);
            std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
            while (!has_one_field && bytes.size() + 100 < size)
                bytes += "A: b\r\n";
            bytes += "B: " + std::string(size - bytes.size() - 7, 'x') + "\r\n\r\n";
            stream_script script;
            script.cut_into(bytes, piece);
            b.begin(script);
            CHECK(b.is_good() == (size <= 1024));
            CHECK(b.has_failed(errc::response_too_large) == (size > 1024));
        }
}

} // namespace response_pieces_test
