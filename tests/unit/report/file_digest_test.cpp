// The size and the SHA-256 of files.

#include <langexport/report/file_digest.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace file_digest_test {

using namespace langexport;
using namespace langexport_tests;

TEST_CASE("a digest is the one that sha256sum prints", "[report][digest]") {
    const temporary_folder folder;
    write_content(folder / "abc", "abc");
    const file_digest digest = digest_of(folder / "abc");
    CHECK(digest.bytes == 3);
    CHECK(digest.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    write_content(folder / "empty", "");
    CHECK(digest_of(folder / "empty").sha256 ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a file of several pieces is read to its end", "[report][digest]") {
    const temporary_folder folder;
    const std::string million(1'000'000, 'a');
    write_content(folder / "million", million);
    const file_digest digest = digest_of(folder / "million");
    CHECK(digest.bytes == million.size());
    CHECK(digest.sha256 == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    std::vector<std::uint64_t> progress;
    CHECK(digest_of(folder / "million", [&](std::uint64_t bytes) { progress.push_back(bytes); }) ==
          digest);
    REQUIRE(progress.size() > 2);
    CHECK(progress.front() < million.size());
    CHECK(std::is_sorted(progress.begin(), progress.end()));
    CHECK(progress.back() == million.size());
    // A whole number of pieces.
    write_content(folder / "pieces", million.substr(0, 128 * 1024));
    CHECK(digest_of(folder / "pieces").bytes == 128 * 1024);
}

TEST_CASE("a file that does not exist has no digest", "[report][digest]") {
    const temporary_folder folder;
    CHECK_THROWS_AS(digest_of(folder / "gone"), file_error);
    CHECK_THROWS_AS(digest_of(folder.path()), file_error);
}

} // namespace file_digest_test
