#include "examples/tool/program_errors.hpp"

#include <langexport/error.hpp>

#include "support/catch.hpp"

#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>

namespace program_errors_test {

using namespace tool;

namespace {

template <class Error>
std::exception_ptr pointer_to(const Error& error) {
    return std::make_exception_ptr(error);
}

} // namespace

TEST_CASE("a program prints its errors without keys, and has a status for each",
          "[tool][program_errors]") {
    const std::string key = "e58b081006f7e3dfc967a64cb14028d5";
    std::ostringstream out;
    program_errors errors("restore_projects", {"--include", key}, out);
    CHECK(errors.fail(pointer_to(std::invalid_argument("--grace: no")), status_unusable) ==
          status_unusable);
    CHECK(errors.fail(pointer_to(std::runtime_error("key " + key + "\n")), status_failed) ==
          status_failed);
    CHECK(errors.fail(pointer_to(langexport::folder_in_use("/backup", "process 1")),
                      status_failed) == status_locked);
    CHECK_THAT(out.str(),
               langexport_tests::contains_text("restore_projects: --grace: no (see --help)\n"
                                               "restore_projects: key [redacted]"));
    CHECK(out.str().find(key) == std::string::npos);
}

TEST_CASE("errors name options, or the fields of a config", "[tool][program_errors]") {
    std::ostringstream out;
    program_errors errors("tool", {}, out);
    errors.complain("client_params::endpoint is empty");
    errors.has_config = true;
    errors.complain("client_params::endpoint is empty");
    CHECK(out.str() == "tool: --endpoint is empty\ntool: \"endpoint\" is empty\n");
}

} // namespace program_errors_test
