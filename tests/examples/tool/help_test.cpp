// The text of --help and the options that the tool reads.

#include "examples/tool/help.hpp"

#include "examples/tool/option_names.hpp"
#include "examples/tool/options.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace help_test {

using namespace tool;

namespace {

// The options that have a line of their own.
std::set<std::string> described_options() {
    std::set<std::string> options;
    for (std::size_t at = 0; (at = help.find("\n  --", at)) != help.npos; ++at) {
        const std::string_view line = help.substr(at + 3);
        options.emplace(line.substr(0, line.find_first_of(" \n")));
    }
    return options;
}

bool is_unknown(const std::string& option) {
    try {
        read_arguments({option});
    } catch (const std::invalid_argument& error) {
        return std::string_view(error.what()).starts_with("unknown option");
    } catch (const langexport::export_error&) {
        return false;
    }
    return false;
}

} // namespace

TEST_CASE("the tool reads every option that its help describes", "[tool][help]") {
    const std::set<std::string> described = described_options();
    CHECK(described.size() > 35);
    for (const std::string& option : described) {
        INFO(option);
        CHECK_FALSE(is_unknown(option));
    }
    CHECK(is_unknown("--no-such-option"));
}

TEST_CASE("the help describes every option that a message names", "[tool][help]") {
    const std::set<std::string> described = described_options();
    std::vector<std::string_view> named;
    for (const message_part& each : resource_settings)
        named.push_back(each.of_tool);
    for (const message_part& each : run_settings)
        named.push_back(each.of_tool);
    for (const path_setting& each : path_settings)
        named.emplace_back(each.option);
    for (const std::string_view option : named) {
        INFO(option);
        CHECK((!option.starts_with("--") || described.count(std::string(option)) == 1));
    }
}

TEST_CASE("no line of the help is wider than 80 columns", "[tool][help]") {
    for (std::size_t begin = 0; begin < help.size();) {
        const std::size_t end = help.find('\n', begin);
        REQUIRE(end != help.npos);
        INFO(help.substr(begin, end - begin));
        CHECK(end - begin <= 80);
        begin = end + 1;
    }
}

} // namespace help_test
