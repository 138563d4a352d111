// The memory of an import, which only a separate process can show. Sanitizers need memory of their own.

#include "integration/client_bench.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace source_process_test {

namespace testing = langexport::testing;
using langexport_tests::child_process;
using langexport_tests::client_bench;
using langexport_tests::temporary_folder;
using testing::call_kind;
using testing::canned_response;

#if !defined(LANGEXPORT_SANITIZED_BUILD)

namespace {

// Writes the document of a project with many small documents. Returns its size, which is at least `least`.
std::uint64_t write_document(const std::filesystem::path& path, std::uint64_t least) {
    std::ofstream file(path, std::ios::binary);
    file << R"({"stringIndexType":"Utf16CodeUnit","metadata":{"projectKind":"CustomHealthcare"},)"
         << R"("assets":{"projectKind":"CustomHealthcare","documents":[)";
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += R"({"location":"folder/text.txt","language":"en-us","dataset":"Train"},)" +
                std::string("\n");
    std::uint64_t written = 0;
    for (; written < least; written += many.size())
        file << many;
    file << R"({"location":"last.txt","language":"en-us","dataset":"Test"}]}})";
    REQUIRE(file.flush());
    return std::filesystem::file_size(path);
}

} // namespace

TEST_CASE("a document of 300 MB is imported with constant memory, and repeated after failures",
          "[imports][processes]") {
    const bool has_file = GENERATE(true, false);
    CAPTURE(has_file);
    client_bench b(true);
    // Both end before the last byte was sent. What the sockets hold is much less than the rest.
    canned_response busy = canned_response::early(1'000'000, 429);
    busy.retry_after = std::chrono::nanoseconds(0);
    b->on(call_kind::import_submission, 1, busy);
    b->on(call_kind::import_submission, 2,
          canned_response::cut_request_after(200'000'000, testing::early_end::reset));
    const temporary_folder folder;
    std::uint64_t size = 300'000'000;
    std::string source = "factory";
    if (has_file) {
        source = (folder / "New.json").string();
        size = write_document(source, size);
    }
    child_process child({LANGEXPORT_SOURCE_PROGRAM, b->endpoint(), b->key(), b.params().ca_file,
                         source, std::to_string(size)});
    // It takes minutes where other programs use the processors.
    const int status = child.wait(std::chrono::minutes(5));
    INFO(child.err());
    REQUIRE(status == 0);
    CHECK(b->counters().imports == 2); // the emulator counts no request that it cut off
    CHECK(b->counters().jobs_created == 1);
    std::istringstream said(child.out());
    long before = 0, peak = 0, repeated = 0;
    REQUIRE(said >> before >> peak >> repeated);
    INFO(child.out());
    CHECK(repeated == 2);
    CHECK(before > 1000);
    CHECK(peak - before <= 12 * 1024);
}

#endif

} // namespace source_process_test
