#include "headers/readme.hpp"
#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

using namespace langexport_tests;

namespace {

std::vector<code_block> blocks_in(const std::vector<code_block>& blocks,
                                  const std::string& language) {
    std::vector<code_block> chosen;
    std::copy_if(blocks.begin(), blocks.end(), std::back_inserter(chosen),
                 [&](const code_block& block) { return block.language == language; });
    return chosen;
}

std::string original_of(const code_block& block) {
    const std::size_t hash = block.origin.find('#');
    const auto file = read_source(block.origin.substr(0, hash));
    if (hash == std::string::npos)
        return file.text;
    const auto region = region_of(file.text, block.origin.substr(hash + 1));
    if (!region)
        FAIL("no region " << block.origin);
    return *region;
}

} // namespace

TEST_CASE("blocks of markdown are read with the comment before them", "[readme][blocks]") {
    const auto blocks = code_blocks_of("# Title\n"
                                       "<!-- a.cpp -->\n"
                                       "\n"
                                       "```cpp\n"
                                       "int x;\n"
                                       "\n"
                                       "int y;\n"
                                       "```\n"
                                       "<!-- b.cpp -->\n"
                                       "Text between a comment and a block.\n"
                                       "```sh\n"
                                       "<!-- c -->\n"
                                       "```\n"
                                       "```\n"
                                       "plain\n"
                                       "```\n");

    REQUIRE(blocks.size() == 3);
    CHECK(blocks[0].line == 4);
    CHECK(blocks[0].language == "cpp");
    CHECK(blocks[0].text == "int x;\n\nint y;\n");
    CHECK(blocks[0].origin == "a.cpp");
    CHECK(blocks[1].language == "sh");
    CHECK(blocks[1].text == "<!-- c -->\n");
    CHECK(blocks[1].origin == "");
    CHECK(blocks[2].language == "");
}

TEST_CASE("a region is read without its marks and its indentation", "[readme][blocks]") {
    const std::string source = "before\n"
                               "    // [region one]\n"
                               "    if (x)\n"
                               "\n"
                               "        stop();\n"
                               "    // [end one]\n"
                               "# [region two]\n"
                               "set(x)\n"
                               "# [end two]\n"
                               "// [region open]\n";

    CHECK(region_of(source, "one") == "if (x)\n\n    stop();\n");
    CHECK(region_of(source, "two") == "set(x)\n");
    CHECK_FALSE(region_of(source, "open"));
    CHECK_FALSE(region_of(source, "three"));
}

TEST_CASE("the code in the README is the code of a file that is compiled", "[readme]") {
    const auto blocks = code_blocks_of(read_source("README.md").text);
    CHECK_FALSE(blocks_in(blocks, "cpp").empty());

    for (const auto& block : blocks) {
        INFO("README.md:" << block.line << " " << block.origin);
        if (block.language == "cpp")
            CHECK(block.origin.starts_with("examples/"));
        if (!block.origin.empty())
            CHECK(block.text == original_of(block));
    }
}

TEST_CASE("the CMakeLists.txt in the README is the one that the install tests use", "[readme]") {
    const auto blocks = blocks_in(code_blocks_of(read_source("README.md").text), "cmake");

    CHECK(std::any_of(blocks.begin(), blocks.end(), [](const code_block& block) {
        return block.origin == "tests/install/consumer/CMakeLists.txt";
    }));
}

TEST_CASE("the first two commands of the README hold one line each", "[readme]") {
    const auto commands = blocks_in(code_blocks_of(read_source("README.md").text), "sh");
    REQUIRE(commands.size() >= 2);

    for (const auto& block : {commands[0], commands[1]}) {
        INFO("README.md:" << block.line);
        REQUIRE(lines_of(block.text).size() == 1);
        std::istringstream words(block.text);
        std::string shell, script;
        words >> shell >> script;
        CHECK(shell == "sh");
        CHECK(std::filesystem::is_regular_file(source_root() / script));
    }
}
