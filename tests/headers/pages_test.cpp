#include "headers/pages.hpp"
#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
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

// The text that the block has to be; nothing if the file has no such lines.
std::string original_of(const code_block& block) {
    const std::size_t hash = block.origin.find('#');
    const auto file = read_source(block.origin.substr(0, hash));
    if (hash == std::string::npos)
        return file.text;
    const std::string part = block.origin.substr(hash + 1);
    if (part == "*")
        return ("\n" + file.text).find("\n" + block.text) == std::string::npos ? "" : block.text;
    const auto region = region_of(file.text, part);
    if (!region)
        FAIL("no region " << block.origin);
    return *region;
}

// Whether the CMakeLists.txt in the folder of a source names it.
bool is_built(const std::string& source) {
    const std::filesystem::path path(source);
    const auto list = read_source((path.parent_path() / "CMakeLists.txt").string());
    const std::regex name("\\b" + path.stem().string() + "\\b");
    return std::regex_search(list.text, name);
}

// All that can read a setting from the environment or from CMake.
std::string readers_of_settings() {
    std::string text = read_source("CMakeLists.txt").text + read_source("CMakePresets.json").text +
                       read_source(".ci/run").text;
    for (const char* folder : {"benchmarks", "examples", "include", "tests"})
        for (const auto& file :
             read_sources(folder, {".txt", ".cmake", ".sh", ".mjs", ".hpp", ".cpp", ".ipp"}))
            text += file.text;
    return text;
}

} // namespace

TEST_CASE("blocks of markdown are read with the comment before them", "[pages][blocks]") {
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

TEST_CASE("a region is read without its marks and its indentation", "[pages][blocks]") {
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

TEST_CASE("headings and links of markdown are read outside of code blocks", "[pages][blocks]") {
    const std::string page = "# What it costs, now\n"
                             "A [link](a.md#x) and a ![picture](b.svg).\n"
                             "```sh\n"
                             "# no heading [no](link)\n"
                             "```\n"
                             "## `name` of_it\n";

    CHECK(anchors_of(page) == std::vector<std::string>{"what-it-costs-now", "name-of_it"});
    CHECK(links_of(page) == std::vector<std::string>{"a.md#x", "b.svg"});
    CHECK(prose_of(page).size() == 3);
}

TEST_CASE("all code on the pages is the text of a compiled file", "[pages]") {
    std::size_t checked = 0;
    for (const auto& page : read_pages()) {
        for (const auto& block : code_blocks_of(page.text)) {
            INFO(page.path << ":" << block.line << " " << block.origin);
            if (block.language == "cpp") {
                const std::string file = block.origin.substr(0, block.origin.find('#'));
                REQUIRE((file.starts_with("examples/") || file.starts_with("tests/") ||
                         file.starts_with("benchmarks/")));
                CHECK(is_built(file));
                ++checked;
            }
            const auto is_among = [&](std::initializer_list<std::string_view> languages) {
                return std::find(languages.begin(), languages.end(), block.language) !=
                       languages.end();
            };
            CHECK(
                is_among({"cmake", "console", "cpp", "dockerfile", "json", "sh", "text", "yaml"}));
            if (is_among({"cmake", "json"}))
                CHECK_FALSE(block.origin.empty());
            if (!block.origin.empty())
                CHECK(block.text == original_of(block));
        }
    }
    CHECK(checked > 0);
}

TEST_CASE("the CMakeLists.txt in the README is the one that the install tests use", "[pages]") {
    const auto blocks = blocks_in(code_blocks_of(read_source("README.md").text), "cmake");

    CHECK(std::any_of(blocks.begin(), blocks.end(), [](const code_block& block) {
        return block.origin == "tests/install/consumer/CMakeLists.txt";
    }));
}

TEST_CASE("each of the first two commands of the README is one line", "[pages]") {
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

TEST_CASE("the README is short, and its contents name each of its parts", "[pages]") {
    const auto readme = read_source("README.md");
    CHECK(lines_of(readme.text).size() <= 250);

    const auto links = links_of(readme.text);
    for (const auto& line : prose_of(readme.text)) {
        if (line.starts_with("## "))
            CHECK(std::count(links.begin(), links.end(), "#" + anchors_of(line).front()) == 1);
    }
}

TEST_CASE("the page of the tests says which operations the tables of the contract have",
          "[pages]") {
    const std::string page = read_source("tests/README.md").text;
    const std::size_t begin = page.find("The operations of the table are");
    const std::size_t end = page.find("These are not in the tables", begin);
    REQUIRE(end != std::string::npos);
    const std::string in_tables = page.substr(begin, end - begin);
    const std::string others = page.substr(end, page.find("\n## ", end) - end);

    const std::string list = read_source("tests/integration/operations.hpp").text;
    static const std::regex entry(R"(operation::(\w+))");
    std::size_t entries = 0;
    for (std::sregex_iterator i(list.begin(), list.end(), entry), last; i != last; ++i) {
        const std::string name = (*i)[1];
        INFO(name);
        CHECK((name == "submit_export_again" || // the same function with allow_duplicates
               in_tables.find("`" + name + "`") != std::string::npos));
        ++entries;
    }
    CHECK(entries >= 12);

    static const std::regex function(
        R"(class CompletionToken = [^\n]*\n(?: *(?:requires|LANGEXPORT_DECL|std::)[^\n]*\n)* *auto (\w+)\()");
    std::size_t functions = 0;
    for (const auto& header : read_sources("include/langexport", {".hpp"}))
        for (std::sregex_iterator i(header.text.begin(), header.text.end(), function), last;
             i != last; ++i) {
            const std::string name = (*i)[1];
            INFO(header.path << ": " << name);
            CHECK((list.find("operation::" + name + ",") != std::string::npos ||
                   list.find("operation::" + name + "}") != std::string::npos ||
                   others.find(name + "`") != std::string::npos));
            ++functions;
        }
    CHECK(functions >= 18);
}

TEST_CASE("each link on the pages leads to a file, and to a heading of it", "[pages]") {
    const auto pages = read_pages();
    for (const auto& page : pages) {
        const auto folder = std::filesystem::path(page.path).parent_path();
        for (const auto& link : links_of(page.text)) {
            if (link.starts_with("http"))
                continue;
            INFO(page.path << ": " << link);
            const std::size_t hash = link.find('#');
            const std::string file = link.substr(0, hash);
            const auto path =
                file.empty() ? page.path : (folder / file).lexically_normal().generic_string();
            REQUIRE(std::filesystem::exists(source_root() / path));
            if (hash != std::string::npos) {
                const auto anchors = anchors_of(read_source(path).text);
                CHECK(std::count(anchors.begin(), anchors.end(), link.substr(hash + 1)) == 1);
            }
        }
    }
}

TEST_CASE("each path of a source on the pages leads to a file", "[pages]") {
    // Paths may be relative to the page, or to a folder of includes or tests. Names in capitals are placeholders.
    static const std::regex path(
        R"(`((?:\.\./)*(?:\.?[\w-]+/)+[\w.-]+\.(?:cmake|cpp|hpp|ipp|md|mjs|py|sh|txt))`)");
    static const std::regex placeholder(R"((^build/)|(/[A-Z]+\.[a-z]+$))");
    std::size_t checked = 0;
    for (const auto& page : read_pages()) {
        const std::string own = std::filesystem::path(page.path).parent_path().generic_string();
        for (const auto& line : prose_of(page.text))
            for (std::sregex_iterator i(line.begin(), line.end(), path), end; i != end; ++i) {
                const std::string file = (*i)[1];
                if (std::regex_search(file, placeholder) && !file.ends_with("README.md"))
                    continue;
                INFO(page.path << ": " << file);
                const std::string folders[] = {
                    own, "", "include", "include/langexport", "tests", "tests/unit"};
                CHECK(std::any_of(std::begin(folders), std::end(folders), [&](const auto& folder) {
                    return std::filesystem::exists(source_root() / folder / file);
                }));
                ++checked;
            }
    }
    CHECK(checked > 50);
}

TEST_CASE("each command on the pages names files and settings that exist", "[pages]") {
    static const std::regex script(
        R"((?:^|\s)(?:sh\s+)?((?:\.ci|benchmarks|examples|tests)/[\w./-]+))");
    static const std::regex setting(R"(\bLANGEXPORT_\w+)");
    static const std::regex preset(R"(LANGEXPORT_PRESET=([\w-]+))");
    const std::string readers = readers_of_settings();
    const std::string presets = read_source("CMakePresets.json").text;

    for (const auto& page : read_pages()) {
        for (const auto& block : blocks_in(code_blocks_of(page.text), "sh")) {
            for (std::sregex_iterator i(block.text.begin(), block.text.end(), script), end;
                 i != end; ++i) {
                INFO(page.path << ":" << block.line << " " << (*i)[1]);
                CHECK(std::filesystem::exists(source_root() / (*i)[1].str()));
            }
        }
        for (std::sregex_iterator i(page.text.begin(), page.text.end(), setting), end; i != end;
             ++i) {
            const std::regex whole(i->str() + "\\b");
            INFO(page.path << ": " << i->str());
            CHECK(std::regex_search(readers, whole));
        }
        for (std::sregex_iterator i(page.text.begin(), page.text.end(), preset), end; i != end;
             ++i) {
            INFO(page.path << ": " << i->str());
            CHECK(presets.find("\"name\": \"" + (*i)[1].str() + "\"") != std::string::npos);
        }
    }
}
