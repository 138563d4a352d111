#include <langexport/sink/sha256_sink.hpp>

#include <langexport/result_sink.hpp>

#include "support/catch.hpp"
#include "support/watched_sink.hpp"
#include "unit/sink/written.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace sha256_sink_test {

namespace asio = boost::asio;
using namespace langexport;
using namespace langexport_tests;

TEST_CASE("the checksum covers the received bytes, with and without a next sink",
          "[sinks][sha256]") {
    const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const auto next = std::make_shared<watched_sink>();
    sha256_sink sink(next);
    sink.set_expected_size(14);
    CHECK(next->expected_sizes == std::vector<std::uint64_t>{14});
    write_to(sink, "something else", false);
    CHECK(sink.checksum().empty());
    sink.discard();
    CHECK(next->document.empty());
    write_to(sink, "abc");
    CHECK(sink.checksum() == abc);
    CHECK(sink.size() == 3);
    CHECK(next->document == "abc");
    CHECK(next->calls == std::vector<std::string>{"write", "discard", "write", "commit"});

    sha256_sink alone(nullptr);
    alone.set_expected_size(3);
    write_to(alone, "abc");
    CHECK(alone.checksum() == abc);
}

TEST_CASE("there is no checksum if the next sink fails", "[sinks][sha256]") {
    sha256_sink sink(std::make_shared<memory_sink>(2));
    CHECK_THAT(failure_of(sink, "abc"), contains_text("exceeds the limit"));
    CHECK(sink.checksum().empty());

    const auto next = std::make_shared<watched_sink>();
    next->at_commit = []() -> asio::awaitable<void> { throw std::runtime_error("no more room"); };
    sha256_sink other(next);
    CHECK(failure_of(other, "abc") == "no more room");
    CHECK(other.checksum().empty());
}

} // namespace sha256_sink_test
