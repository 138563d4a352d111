#include <langexport/file/file_error.hpp>

#include "support/catch.hpp"
#include "unit/file/file_failure.hpp"

#include <cerrno>

namespace file_error_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

boost::system::error_code failure(int number) {
    return boost::system::error_code(number, boost::system::system_category());
}

} // namespace

TEST_CASE("a file error names the failed step, the file and the reason", "[files]") {
    CHECK(failure_of([] { detail::check_file(failure(ENOSPC), "cannot write", "/b/p.json"); },
                     ENOSPC) == "cannot write '/b/p.json': No space left on device");
    // The system would speak of a device or resource.
    CHECK(failure_of([] { detail::check_file(failure(EBUSY), "cannot lock", "/b"); }, EBUSY) ==
          "cannot lock '/b': another process is writing it");
    CHECK_NOTHROW(detail::check_file({}, "cannot write", "/b/p.json"));
}

} // namespace file_error_test
