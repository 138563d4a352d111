// Which test covers a header: one of its name, or one of the table.

#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace langexport_tests;

namespace {

// Headers whose tests have sockets or a peer that speaks TLS, and those tests.
std::map<std::string, std::string> tests_with_sockets() {
    std::map<std::string, std::string> tests;
    const auto add = [&](const std::string& tier, const std::string& module,
                         std::initializer_list<const char*> names) {
        for (const char* const name : names)
            tests["include/langexport/" + module + "/" + name + ".hpp"] =
                "tests/" + tier + "/" + name + "_test.cpp";
    };
    add("io", "detail/transport",
        {"connect_race", "exchange", "host_lookup", "network_opener", "network_stream",
         "proxy_tunnel", "tls_channel", "tls_context"});
    add("io", "detail/operation", {"one_request"});
    add("io", "identity", {"entra_workload_identity"});
    tests["include/langexport/fleet/redis_quota.hpp"] = "tests/fleet/redis_quota_test.cpp";
    add("integration", "testing",
        {"connection_fault", "emulator", "emulator_options", "identity_emulator"});
    return tests;
}

// Private headers that the tests of other headers cover, and those tests. A header that is difficult to test through
// others has a test of its own.
std::map<std::string, std::string> covering_tests() {
    std::map<std::string, std::string> tests;
    const auto add = [&](const std::string& test, const std::string& folder,
                         std::initializer_list<const char*> names) {
        for (const char* const name : names)
            tests["include/langexport/" + folder + "/" + name + ".hpp"] =
                "tests/" + test + "_test.cpp";
    };
    add("io/exchange_body", "detail/transport", {"request_body"});
    add("unit/engine/export_operation", "detail/engine", {"operation_content"});
    add("unit/document/difference_pairs", "document/impl", {"comparable", "item_identity"});
    add("unit/document/json_normalizer", "document/impl", {"normalizing_events"});
    add("unit/document/usual_elements", "document/impl", {"list_functions"});
    add("unit/document/project_file", "document/impl",
        {"member_order", "project_events", "project_writer"});
    add("io/entra_workload_identity", "identity/impl", {"assertion_file"});
    tests["include/langexport/fleet/impl/redis_session.hpp"] = "tests/fleet/redis_quota_test.cpp";
    add("unit/identity/identity_from_environment", "identity/impl", {"identity_environment"});
    add("unit/identity/entra_options", "identity/impl", {"identity_options"});
    add("integration/identity_errors", "identity/impl", {"issuer_source"});
    add("unit/result_sink", "impl", {"completed_awaitable"});
    add("unit/error", "impl", {"errc_table"});
    add("unit/export_projects", "impl", {"export_projects_batch"});
    add("integration/identity_errors", "impl", {"proxy_secrets"});
    add("unit/report/report_line", "report/impl", {"json_in"});
    // The emulators: parts of the model of the service, and of its server.
    const std::string model = "unit/testing/service_model", impl = "testing/impl";
    add(model, impl,
        {"apply_fault", "job_table", "response_maker", "service_state", "wire_format"});
    add(model + "_imports", impl, {"import_table", "imported_document"});
    add(model + "_requests", impl, {"accepted_credentials", "error_json"});
    add(model + "_rules", impl, {"project_metadata", "service_versions"});
    add(model + "_sessions", impl, {"indented_json"});
    add("unit/testing/body_source", impl,
        {"made_up_file", "made_up_knowledge_base", "made_up_text", "workbook"});
    add("integration/connection_fault", impl, {"server_state"});
    add("integration/emulator", impl, {"emulator_state"});
    add("integration/emulator_chunks", impl, {"request_reader"});
    add("integration/emulator_faults", impl, {"session"});
    add("integration/emulator_options", impl, {"emulator_address"});
    add("integration/emulator_threads", impl, {"listener"});
    add("integration/identity_emulator", impl, {"identity_state"});
    return tests;
}

// The path of the test that a header must have.
std::string test_of(const std::string& header) {
    const auto with_sockets = tests_with_sockets();
    if (const auto found = with_sockets.find(header); found != with_sockets.end())
        return found->second;
    std::string path = header.substr(std::string("include/langexport/").size());
    if (path.starts_with("detail/"))
        path.erase(0, std::string("detail/").size());
    // Private headers of a module have their tests beside those of its other headers.
    if (const std::size_t folder = path.find("impl/"); folder != std::string::npos)
        path.erase(folder, std::string("impl/").size());
    return "tests/unit/" + path.substr(0, path.rfind('.')) + "_test.cpp";
}

// Whether a function of the code has statements. Comments and literals have been removed.
bool has_function_body(const std::string& code) {
    std::string text;
    for (const std::string& line : lines_of(code))
        text += line.starts_with("#") ? "\n" : line + "\n";
    for (std::size_t at = text.find(')'); at != std::string::npos; at = text.find(')', at + 1)) {
        const std::size_t next = text.find_first_of(";{}()", at + 1);
        if (next == std::string::npos || text[next] != '{')
            continue;
        const std::size_t first = text.find_first_not_of(" \n", next + 1);
        if (first != std::string::npos && text[first] != '}')
            return true;
    }
    return false;
}

// The path of the file with the definitions of a header.
std::string definitions_of(const std::string& header) {
    const std::size_t folder = header.rfind('/');
    const bool is_private = header.substr(0, folder).ends_with("/impl");
    const std::string name = header.substr(folder + 1, header.rfind('.') - folder - 1);
    return header.substr(0, folder) + (is_private ? "/" : "/impl/") + name + ".ipp";
}

bool exists(const std::string& path) {
    return std::filesystem::exists(source_root() / path);
}

// Headers with functions that do something, in the header or in its .ipp file.
std::vector<std::string> headers_with_code() {
    std::vector<std::string> paths;
    for (const auto& file : read_sources("include/langexport", {".hpp"}))
        if (exists(definitions_of(file.path)) ||
            has_function_body(without_comments_and_literals(file.text)))
            paths.push_back(file.path);
    return paths;
}

} // namespace

TEST_CASE("the test of a header is in the folder of its module", "[rules]") {
    CHECK(test_of("include/langexport/detail/policy/backoff.hpp") ==
          "tests/unit/policy/backoff_test.cpp");
    CHECK(test_of("include/langexport/file/folder.hpp") == "tests/unit/file/folder_test.cpp");
    CHECK(test_of("include/langexport/client.hpp") == "tests/unit/client_test.cpp");
    CHECK(test_of("include/langexport/impl/no_proxy.hpp") == "tests/unit/no_proxy_test.cpp");
    CHECK(test_of("include/langexport/detail/base/impl/text_reading.hpp") ==
          "tests/unit/base/text_reading_test.cpp");
    CHECK(test_of("include/langexport/testing/emulator.hpp") ==
          "tests/integration/emulator_test.cpp");
}

TEST_CASE("a header with code is recognized", "[rules]") {
    CHECK(has_function_body("int f(int x) {\n    return x;\n}\n"));
    CHECK(has_function_body("bool is() const noexcept { return x_; }"));
    CHECK(has_function_body("a(int x) : x_(x) {\n g();\n}"));
    CHECK_FALSE(has_function_body("class a {\n    a() {}\n    a(int x) : x_(x) {}\n};\n"));
    CHECK_FALSE(has_function_body("int f(int x);\nstruct b {\n int x;\n};\n"));
    CHECK_FALSE(has_function_body("#if defined(A)\nnamespace a {\nint f();\n}\n"));
    CHECK(definitions_of("include/langexport/client.hpp") == "include/langexport/impl/client.ipp");
    CHECK(definitions_of("include/langexport/impl/no_proxy.hpp") ==
          "include/langexport/impl/no_proxy.ipp");
}

TEST_CASE("every header with code has a test of its name, or one that covers it", "[rules]") {
    const auto covering = covering_tests();
    const auto headers = headers_with_code();
    for (const std::string& header : headers) {
        const std::string test = test_of(header);
        const auto covered = covering.find(header);
        INFO(header << " has no " << test);
        CHECK((exists(test) || covered != covering.end()));
    }
    CHECK(headers.size() > 200);
}

TEST_CASE("no row about the test of a header is wrong or superfluous", "[rules]") {
    const auto headers = headers_with_code();
    for (const auto& [header, test] : covering_tests()) {
        INFO(header << " and " << test);
        CHECK(std::find(headers.begin(), headers.end(), header) != headers.end());
        CHECK_FALSE(exists(test_of(header)));
        CHECK(exists(test));
    }
    for (const auto& [header, test] : tests_with_sockets()) {
        INFO(header << " and " << test);
        CHECK(exists(header));
        CHECK(exists(test));
    }
}

TEST_CASE("the unit test of a header includes it first", "[rules]") {
    std::size_t checked = 0;
    for (const auto& file : read_sources("include/langexport", {".hpp"})) {
        const std::string test = test_of(file.path);
        if (!test.starts_with("tests/unit/") || !std::filesystem::exists(source_root() / test))
            continue;
        const auto includes = includes_of(read_source(test).text);
        INFO(test);
        REQUIRE_FALSE(includes.empty());
        CHECK("include/" + includes.front().target == file.path);
        ++checked;
    }
    CHECK(checked > 150);
}
