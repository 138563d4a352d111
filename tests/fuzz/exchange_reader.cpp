#include "fuzz/targets.hpp"

#include "support/exchange_bench.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport_tests::fuzz {

namespace {

using namespace langexport;

// The options of one run.
class manner {
public:
    std::optional<error_code> end; // none: the peer sends nothing more
    bool is_secure = false;
    bool is_taken = false;
    bool has_body = false; // of the request

    explicit manner(unsigned char chosen)
        : is_secure((chosen & 4) != 0), is_taken((chosen & 8) != 0),
          has_body((chosen & 16) != 0 && !is_taken) {
        const std::optional<error_code> ends[] = {
            error_code(boost::asio::error::eof), error_code(boost::asio::error::connection_reset),
            error_code(boost::asio::ssl::error::stream_truncated), std::nullopt};
        end = ends[chosen % 4];
    }
};

std::string outcome_of(exchange_bench& bench, const manner& how, stream_script script) {
    script.end = how.end;
    bench.is_secure = how.is_secure;
    bench.consumer = how.is_taken ? std::make_shared<test_consumer>() : nullptr;
    bench.source = how.has_body ? std::make_shared<test_source>(std::string(3000, 'b')) : nullptr;
    bench.begin(std::move(script));
    if (bench.calls == 0)
        bench.pass(std::chrono::seconds(61));
    return bench.outcome();
}

[[noreturn]] void stop(const char* problem, const std::string& first, const std::string& second) {
    std::fprintf(stderr, "a promise was broken: %s\n-- whole:\n%s-- in pieces:\n%s", problem,
                 first.c_str(), second.c_str());
    std::abort();
}

// Of sizes that repeat: small ones, and now and then a larger one.
stream_script cut(const std::string& bytes, unsigned char seed) {
    stream_script script;
    unsigned state = seed;
    for (std::size_t at = 0; at < bytes.size();) {
        state = state * 1103515245 + 12345;
        const std::size_t size = 1 + (state >> 16) % ((state >> 28) == 0 ? 300 : 1 + seed % 16);
        script.pieces.push_back(bytes.substr(at, size));
        at += size;
    }
    return script;
}

stream_script in_pieces(const std::string& bytes, unsigned char seed) {
    if (seed % 4 > 1)
        return cut(bytes, seed);
    stream_script script;
    script.cut_into(bytes, 1u + seed % 4);
    return script;
}

} // namespace

void read_exchange(std::string_view text) {
    if (text.size() < 2)
        return;
    const manner how(static_cast<unsigned char>(text[0] - '0'));
    const auto seed = static_cast<unsigned char>(text[1] - '0');
    const std::string bytes(text.substr(2));
    exchange_bench bench;
    bench.limits.max_header_size = 256;
    bench.limits.max_body_size = 300;
    bench.limits.max_message_size = 150;
    const std::string whole = outcome_of(bench, how, script_of(bytes));
    if (!bench.is_done())
        stop("an exchange ends", whole, "");
    if (bench.x.failure && bench.x.can_continue)
        stop("what failed carries no other exchange", whole, "");
    const std::string again = outcome_of(bench, how, in_pieces(bytes, seed));
    if (again != whole)
        stop("pieces are taken as the whole is", whole, again);
}

} // namespace langexport_tests::fuzz
