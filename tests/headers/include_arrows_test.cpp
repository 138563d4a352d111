#include "headers/include_arrows.hpp"
#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace langexport_tests;

namespace {

const std::string include_folder = "include/";

// As an #include names it.
std::string header_name(const source_file& file) {
    return file.path.substr(include_folder.size());
}

bool is_ours(std::string_view header) {
    return header == "langexport.hpp" || header.starts_with("langexport/");
}

// What the header includes, directly or through headers of ours. With separate compilation it includes no definition.
std::set<std::string> all_includes_of(const std::string& header, bool has_definitions) {
    std::set<std::string> all;
    std::vector<std::string> open = {header};
    while (!open.empty()) {
        const std::string name = open.back();
        open.pop_back();
        const std::string text = read_source(include_folder + name).text;
        const std::size_t definitions = text.find("\n#if defined(LANGEXPORT_HEADER_ONLY)");
        for (const auto& include :
             includes_of(has_definitions ? text : text.substr(0, definitions)))
            if (all.insert(include.target).second && is_ours(include.target))
                open.push_back(include.target);
    }
    return all;
}

// The headers among `all` that a program does not need to declare an export.
std::vector<std::string> heavy_among(const std::set<std::string>& all) {
    std::vector<std::string> heavy;
    for (const std::string& one : all)
        if (one.starts_with("openssl/") || one.starts_with("boost/beast") ||
            one.starts_with("boost/asio/ssl") || one.starts_with("boost/json/parse") ||
            one.starts_with("langexport/detail/engine/") ||
            one.starts_with("langexport/detail/transport/"))
            heavy.push_back(one);
    return heavy;
}

// The public headers, except those of the emulators and the one that has the connection to Redis.
std::vector<std::string> headers_of_programs() {
    std::vector<std::string> all;
    for (const auto& file : read_sources("include", {".hpp"})) {
        const std::string name = header_name(file);
        const bool is_private =
            name.find("/impl/") != std::string::npos || name.find("/detail/") != std::string::npos;
        if (!is_private && !name.ends_with("/src.hpp") &&
            !name.starts_with("langexport/testing/") && name != "langexport/fleet/redis_quota.hpp")
            all.push_back(name);
    }
    return all;
}

std::string place(const source_file& file, const include_line& include) {
    return file.path + ":" + std::to_string(include.line) + " includes " + include.target;
}

} // namespace

TEST_CASE("a header belongs to the module of its folder", "[arrows]") {
    const auto name_of = [](std::string_view header) {
        const module_row* const row = module_of(header);
        return row ? row->name : "none";
    };
    CHECK(name_of("langexport.hpp") == "umbrella");
    CHECK(name_of("langexport/src.hpp") == "src");
    CHECK(name_of("langexport/client.hpp") == "client");
    CHECK(name_of("langexport/impl/client.ipp") == "client/impl");
    CHECK(name_of("langexport/export_project.hpp") == "client");
    CHECK(name_of("langexport/impl/export_projects.ipp") == "client/impl");
    CHECK(name_of("langexport/client_params.hpp") == "core");
    CHECK(name_of("langexport/exported_project.hpp") == "core");
    CHECK(name_of("langexport/impl/error.ipp") == "core");
    CHECK(name_of("langexport/file/atomic_file.hpp") == "file");
    CHECK(name_of("langexport/document/impl/project_schema.hpp") == "document");
    CHECK(name_of("langexport/detail/base/impl/text.ipp") == "detail/base");
    CHECK(name_of("langexport/detail/engine/impl/state.ipp") == "detail/engine");
    CHECK(name_of("langexport/testing/impl/emulator.ipp") == "testing");

    CHECK_FALSE(module_of("langexport/detail/text.hpp"));
    CHECK_FALSE(module_of("langexport/detail/storage/file.hpp"));
    CHECK_FALSE(module_of("langexport/extra/file.hpp"));
    CHECK_FALSE(module_of("langexport/file/extra/file.hpp"));
    CHECK_FALSE(module_of("other.hpp"));
}

TEST_CASE("a module includes modules of its own layer or an inner one", "[arrows]") {
    for (const module_row& row : modules())
        for (const std::string_view name : row.may_include) {
            CAPTURE(row.name, name);
            const auto inner = std::find_if(modules().begin(), modules().end(),
                                            [&](const auto& one) { return one.name == name; });
            REQUIRE(inner != modules().end());
            CHECK(inner->where <= row.where);
        }
}

TEST_CASE("no module may use signals or a terminal", "[arrows]") {
    for (const module_row& row : modules())
        for (const usage what : {usage::signals, usage::terminal}) {
            CAPTURE(row.name);
            CHECK(std::find(row.must_not_use.begin(), row.must_not_use.end(), what) !=
                  row.must_not_use.end());
        }
}

TEST_CASE("no two modules include each other", "[arrows]") {
    // Modules that are reached from one, over any number of steps.
    const auto reached_from = [](std::string_view first) {
        std::vector<std::string_view> all;
        std::vector<std::string_view> open = {first};
        while (!open.empty()) {
            const std::string_view name = open.back();
            open.pop_back();
            for (const module_row& row : modules())
                for (const std::string_view next : row.may_include)
                    if (row.name == name && std::find(all.begin(), all.end(), next) == all.end()) {
                        all.push_back(next);
                        open.push_back(next);
                    }
        }
        return all;
    };
    for (const module_row& row : modules()) {
        CAPTURE(row.name);
        const auto reached = reached_from(row.name);
        CHECK(std::find(reached.begin(), reached.end(), row.name) == reached.end());
    }
}

TEST_CASE("the table of modules allows and forbids includes", "[arrows]") {
    const std::string value = "langexport/error.hpp";
    const std::string base = "langexport/detail/base/text.hpp";
    const std::string os = "langexport/detail/os/system.hpp";
    const std::string protocol = "langexport/detail/protocol/response_message.hpp";
    const std::string policy = "langexport/detail/policy/step.hpp";
    const std::string transport = "langexport/detail/transport/stream.hpp";
    const std::string operation = "langexport/detail/operation/initiate.hpp";
    const std::string engine = "langexport/detail/engine/state.hpp";
    const std::string client = "langexport/client.hpp";
    const std::string implementation = "langexport/impl/client.ipp";
    const std::string file = "langexport/file/atomic_file.hpp";
    const std::string sink = "langexport/sink/file_sink.hpp";
    const std::string document = "langexport/document/project_file.hpp";
    const std::string testing = "langexport/testing/emulator.hpp";
    const std::string src = "langexport/src.hpp";
    const std::string budget = "langexport/detail/engine/request_budget.hpp";
    const std::string journal = "langexport/file/impl/request_journal.hpp";

    using arrow = std::pair<std::string, std::string>;
    for (const auto& [from, to] : std::initializer_list<arrow>{{value, base},
                                                               {protocol, value},
                                                               {policy, protocol},
                                                               {engine, transport},
                                                               {client, operation},
                                                               {client, implementation},
                                                               {implementation, engine},
                                                               {file, os},
                                                               {sink, file},
                                                               {sink, document},
                                                               {src, journal},
                                                               {budget, journal},
                                                               {testing, value},
                                                               {testing, testing},
                                                               {base, "langexport/version.hpp"}}) {
        CAPTURE(from, to);
        CHECK(objection_to_include(from, to) == "");
    }
    for (const auto& [from, to] :
         std::initializer_list<arrow>{{value, protocol},
                                      {value, client},
                                      {base, value},
                                      {protocol, policy},
                                      {policy, transport},
                                      {policy, operation},
                                      {engine, client},
                                      {engine, os},
                                      {client, engine},
                                      {file, sink},
                                      {document, file},
                                      {engine, testing},
                                      {engine, journal},
                                      {sink, journal}, // private, although sink may include file
                                      {client, testing},
                                      {client, "langexport/detail/nowhere/x.hpp"},
                                      {"langexport/detail/nowhere/x.hpp", value}}) {
        CAPTURE(from, to);
        CHECK(objection_to_include(from, to) != "");
    }
}

TEST_CASE("the contents of another library's header decide whether it may be included",
          "[arrows]") {
    for (const std::string_view header :
         {"boost/asio/ip/tcp.hpp", "boost/asio/steady_timer.hpp", "boost/asio/ssl/context.hpp",
          "boost/asio.hpp", "boost/beast/core/tcp_stream.hpp", "boost/beast/core/basic_stream.hpp"})
        CHECK(brings(header, usage::io_objects));
    for (const std::string_view header :
         {"boost/asio/awaitable.hpp", "boost/asio/buffer.hpp", "boost/asio/ip/address.hpp",
          "boost/asio/error.hpp", "boost/beast/http/parser.hpp", "boost/json/parse.hpp"})
        CHECK_FALSE(brings(header, usage::io_objects));
    CHECK(brings("boost/asio/awaitable.hpp", usage::asio));
    CHECK_FALSE(brings("boost/system/error_code.hpp", usage::asio));
    CHECK(brings("fstream", usage::files));
    CHECK_FALSE(brings("filesystem", usage::files)); // it has the names, too
    CHECK(brings("csignal", usage::signals));
    CHECK(brings("sys/ioctl.h", usage::terminal));
}

TEST_CASE("a forbidden name is found in a module's code", "[arrows]") {
    const std::string core = "langexport/error.hpp";
    CHECK(objection_to_code(core, "std::filesystem::path file; int signals;") == "");
    CHECK(objection_to_code(core, "std::filesystem::exists(file)") != "");
    CHECK(objection_to_code(core, "::isatty(2)") != "");
    CHECK(objection_to_code(core, "std::signal(SIGINT, f)") != "");
}

TEST_CASE("only the named headers read a clock", "[arrows]") {
    for (const std::string code :
         {"auto now = std::chrono::steady_clock::now();", "clock::now()", "clock_type::now()",
          "offer(x, std::time(nullptr))", "time(&now)", "std::clock()", "clock_gettime(x, &y)"}) {
        CAPTURE(code);
        CHECK(reads_clock(code));
        CHECK(objection_to_code("langexport/detail/engine/notifier.hpp", code) != "");
        CHECK(objection_to_code("langexport/detail/base/text.hpp", code) != "");
        CHECK(objection_to_code("langexport/impl/request_quota.ipp", code) == "");
    }
    for (const std::string code :
         {"using clock = std::chrono::steady_clock;", "parts_.timers.now()", "time(name)",
          "std::chrono::steady_clock::time_point now", "options.time()",
          "steady_time time() const"})
        CHECK_FALSE(reads_clock(code));
    for (const std::string_view header : clock_readers()) {
        CAPTURE(header);
        CHECK(reads_clock(
            without_comments_and_literals(read_source(include_folder + std::string(header)).text)));
    }
}

TEST_CASE("the library follows the table of modules", "[arrows]") {
    const auto headers = read_sources("include", {".hpp", ".ipp"});
    REQUIRE_FALSE(headers.empty());

    for (const auto& header : headers) {
        const module_row* const own = module_of(header_name(header));
        INFO(header.path);
        REQUIRE(own);
        CHECK(objection_to_code(header_name(header), without_comments_and_literals(header.text)) ==
              "");
        for (const auto& include : includes_of(header.text)) {
            INFO(place(header, include));
            CHECK_FALSE(include.is_quoted);
            if (is_ours(include.target)) {
                CHECK(objection_to_include(header_name(header), include.target) == "");
                CHECK(std::filesystem::exists(source_root() / include_folder / include.target));
                continue;
            }
            for (const usage what : own->must_not_use)
                CHECK_FALSE(brings(include.target, what));
        }
    }
}

TEST_CASE("no exception to the table of modules is unused", "[arrows]") {
    for (const include_exception& one : include_exceptions()) {
        CAPTURE(one.from, one.to);
        const auto includes = includes_of(read_source(include_folder + std::string(one.from)).text);
        CHECK(std::any_of(includes.begin(), includes.end(),
                          [&](const include_line& line) { return line.target == one.to; }));
    }
}

TEST_CASE("headers that only declare an export include no OpenSSL, Beast or engine", "[arrows]") {
    CHECK_FALSE(heavy_among(all_includes_of("langexport/client.hpp", true)).empty());
    int values = 0;
    int operations = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(source_root() / "include/langexport")) {
        const std::string header = "langexport/" + file.path().filename().string();
        if (!file.is_regular_file() || header == "langexport/src.hpp")
            continue;
        const bool is_value = module_of(header)->name == "core";
        CAPTURE(header);
        CHECK(heavy_among(all_includes_of(header, is_value)).empty());
        ++(is_value ? values : operations);
    }
    CHECK(values >= 20);
    CHECK(operations >= 4);
}

TEST_CASE("with separate compilation no public header includes OpenSSL, Beast or the engine",
          "[arrows]") {
    std::size_t checked = 0;
    for (const auto& file : headers_of_programs()) {
        CAPTURE(file);
        CHECK(heavy_among(all_includes_of(file, false)).empty());
        ++checked;
    }
    CHECK(checked >= 60);
}

TEST_CASE("examples include only headers that users may include", "[arrows]") {
    const auto examples = read_sources("examples", {".cpp", ".hpp"});
    REQUIRE_FALSE(examples.empty());

    // Programs that are run as they are have several files. The others are copied one by one.
    const std::set<std::string> programs = {
        "examples/copy_project.cpp",    "examples/diff_projects.cpp",   "examples/emulator.cpp",
        "examples/export_projects.cpp", "examples/export_service.cpp",  "examples/fleet_worker.cpp",
        "examples/inspect_project.cpp", "examples/restore_projects.cpp"};
    for (const auto& example : examples) {
        const auto folder = std::filesystem::path(example.path).parent_path();
        const bool is_part =
            folder == "examples/tool" || folder == "examples/service" || folder == "examples/fleet";
        for (const auto& include : includes_of(example.text)) {
            INFO(place(example, include));
            // A part of the programs may use the library's texts and its reader of JSON, and nothing else
            // that is not documented.
            const std::string& target = include.target;
            CHECK((target.find("/detail/") == std::string::npos ||
                   (is_part && (target.starts_with("langexport/detail/base/") ||
                                target.starts_with("langexport/detail/json/")))));
            CHECK(target.find("/impl/") == std::string::npos);
            if (!include.is_quoted)
                continue;
            CHECK((is_part || programs.count(example.path) == 1));
            const auto part = (source_root() / folder / target).lexically_normal().parent_path();
            CHECK((part == source_root() / "examples/tool" ||
                   part == source_root() / "examples/service" ||
                   part == source_root() / "examples/fleet"));
        }
    }
}

TEST_CASE("the library's own folder has at most 30 headers", "[arrows]") {
    std::size_t count = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(source_root() / "include/langexport"))
        count += file.is_regular_file() ? 1u : 0u;
    CHECK(count <= 30);
}
