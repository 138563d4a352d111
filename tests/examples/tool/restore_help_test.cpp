// The text of --help and the options that the tool reads.

#include "examples/tool/restore_help.hpp"

#include "examples/tool/restore_options.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace restore_help_test {

using namespace tool;

namespace {

bool is_unknown(const std::string& option) {
    try {
        read_restore_arguments({option});
    } catch (const std::invalid_argument& error) {
        return std::string_view(error.what()).starts_with("unknown option");
    } catch (const langexport::export_error&) {
        return false;
    }
    return false;
}

} // namespace

TEST_CASE("a restore reads every option that its help describes", "[tool][help]") {
    std::set<std::string> options;
    for (std::size_t at = 0; (at = restore_help.find("\n  --", at)) != restore_help.npos; ++at) {
        const std::string_view line = restore_help.substr(at + 3);
        options.emplace(line.substr(0, line.find_first_of(" \n")));
    }
    CHECK(options.size() > 30);
    for (const std::string& option : options) {
        INFO(option);
        CHECK_FALSE(is_unknown(option));
    }
    CHECK(is_unknown("--all"));
}

TEST_CASE("no line of the help of a restore is wider than 80 columns", "[tool][help]") {
    for (std::size_t begin = 0; begin < restore_help.size();) {
        const std::size_t end = restore_help.find('\n', begin);
        REQUIRE(end != restore_help.npos);
        INFO(restore_help.substr(begin, end - begin));
        CHECK(end - begin <= 80);
        begin = end + 1;
    }
}

} // namespace restore_help_test
