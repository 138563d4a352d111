#include <langexport/result_sink.hpp>

#include "support/catch.hpp"
#include "unit/sink/written.hpp"

#include <string>

namespace result_sink_test {

using namespace langexport;
using namespace langexport_tests;

TEST_CASE("a counting sink counts bytes and does not keep them", "[sinks]") {
    counting_sink sink;
    write_to(sink, "12345", false);
    CHECK(sink.size() == 5);
    CHECK_FALSE(sink.is_committed());
    sink.discard();
    CHECK(sink.size() == 0);
    write_to(sink, "123");
    CHECK(sink.size() == 3);
    CHECK(sink.is_committed());
}

TEST_CASE("a memory sink has the complete result or nothing", "[sinks]") {
    memory_sink sink(100);
    write_to(sink, "half of it", false);
    CHECK(sink.document().empty());
    sink.discard();
    write_to(sink, "all of it");
    CHECK(sink.document() == "all of it");
    CHECK(sink.is_committed());
    CHECK(sink.take_document() == "all of it");
    CHECK(sink.document().empty());
}

TEST_CASE("a memory sink keeps within its limit", "[sinks]") {
    memory_sink sink(100);
    CHECK(failure_of(sink, std::string(100, 'x')) == "none");
    memory_sink other(100);
    CHECK(failure_of(other, std::string(101, 'x')) ==
          "the result exceeds the limit of the memory_sink (100 bytes)");
    other.discard();
    CHECK(other.document().empty());
    write_to(other, std::string(100, 'y'));
    CHECK(other.document() == std::string(100, 'y'));
}

} // namespace result_sink_test
