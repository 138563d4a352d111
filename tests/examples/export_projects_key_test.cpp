// Keys in wrong places, and the messages of the backup tool for common mistakes.

#include "examples/tool_bench.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace export_projects_key_test {

using namespace langexport_tests;
namespace fs = std::filesystem;

TEST_CASE("a key in a wrong place is not printed", "[tool][key]") {
    tool_bench b;
    const std::string key = test_key;
    const std::string encoded = "%65%35" + key.substr(2);
    const std::vector<texts> places = {
        {"--endpoint", "http://" + key, "A"},
        {"--endpoint", "https://" + key + ".example/", "A"},
        {"--endpoint", key, "A"},
        {"--endpoint=https://host.example/" + encoded, "A"},
        {"--output-dir", (b.folder / key).string(), "A"},
        {"--report", "/no/" + key, "A"},
        {"--resume", key},
        {"--config", key},
        {"--key-file", key, "A"},
        {"--ca-file", key, "A"},
        {"--surface", key, "A"},
        {"--format", key, "A"},
        {"--api-version", key, "A"},
        {"--grace", key, "A"},
        {"--deadline=" + key, "A"},
        {"--max-in-flight", key, "A"},
        {"--log-level", key, "A"},
        {"--" + key, "A"},
        {"--" + key + "=1", "A"},
        {key},
        {"A", encoded},
        {"A", "x" + key + "x"},
    };
    for (const bool is_known : {true, false})
        for (const texts& place : places) {
            if (!is_known && place.back().find(key) != std::string::npos && place.size() < 3)
                continue; // the tool cannot distinguish it from the name of a project
            CAPTURE(place);
            texts arguments = place;
            arguments.insert(arguments.begin(), LANGEXPORT_EXPORT_PROJECTS);
            child_process tool(arguments, {{"AZURE_LANGUAGE_ENDPOINT", b.service.endpoint()},
                                           {"AZURE_LANGUAGE_KEY", is_known ? key : ""}});
            CHECK(tool.wait() == 2);
            CHECK(tool.err().starts_with("export_projects: "));
            CHECK(tool.err().find(key.substr(0, 8)) == std::string::npos);
            CHECK(tool.err().find(key.substr(key.size() - 8)) == std::string::npos);
            CHECK(tool.out().empty());
            CHECK((!is_known || !fs::exists(b.folder / key)));
        }
    CHECK(b.service.counters().requests == 0);
}

TEST_CASE("trailing white space in environment variables is ignored", "[tool][key]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    child_process tool(
        {LANGEXPORT_EXPORT_PROJECTS, "--output-dir", (b.folder / "out").string(), "A"},
        {{"AZURE_LANGUAGE_ENDPOINT", b.service.endpoint() + "\n"},
         {"AZURE_LANGUAGE_KEY", std::string(test_key) + "\r\n"}});
    CHECK(tool.wait() == 0);
}

TEST_CASE("a key file may be a pipe, which is read once", "[tool][key]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    const std::string command =
        "printf '%s\\n' \"$THE_KEY\" | \"$0\" --key-file /dev/stdin --output-dir \"$1\" A";
    child_process tool(
        {"/bin/sh", "-c", command, LANGEXPORT_EXPORT_PROJECTS, (b.folder / "out").string()},
        {{"AZURE_LANGUAGE_ENDPOINT", b.service.endpoint()},
         {"AZURE_LANGUAGE_KEY", ""},
         {"THE_KEY", test_key}});
    CHECK(tool.wait() == 0);
    INFO(tool.err());
    CHECK(b.is_exported("A.json", "A"));
}

TEST_CASE("a key file without a key is an error, and one that others can write is a warning",
          "[tool][key]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    const fs::path path = b.folder / "the.key";
    write_content(path, "AZURE_LANGUAGE_KEY=" + std::string(test_key) + "\n");
    CHECK(b.run({"--key-file", path.string(), "A"}) == 2);
    CHECK_THAT(b.err, contains_text("'" + path.string() + "' has the form NAME=value") &&
                          contains_text("--key-file: "));
    write_content(path, std::string(test_key) + "\n");
    fs::permissions(path, static_cast<fs::perms>(0666));
    CHECK(b.run({"--key-file", path.string(), "A"}) == 0);
    CHECK_THAT(b.err, contains_text("other users can write the key file '" + path.string() + "'"));
    for (const texts& less : {texts{"--quiet"}, texts{"--log-level", "error"}}) {
        texts arguments = less;
        arguments.insert(arguments.end(), {"--key-file", path.string(), "A"});
        CHECK(b.run(arguments) == 0);
        CHECK(b.err == "other users can write the key file '" + path.string() +
                           "': remove their permission (chmod go-w)\n");
    }
    fs::permissions(path, static_cast<fs::perms>(0600));
    CHECK(b.run({"--key-file", path.string(), "A"}) == 0);
    CHECK_THAT(b.err, !contains_text("other users can write"));
}

TEST_CASE("a project that does not exist may be on another surface", "[tool][messages]") {
    tool_bench b;
    CHECK(b.run({"--report", b.report(), "Nowhere"}) == 1);
    CHECK_THAT(b.err, contains_text("--surface: analyze-text, analyze-conversations or "
                                    "query-knowledgebases"));
    CHECK_THAT(b.lines_of("Nowhere").back().error->message, contains_text("--surface"));
}

TEST_CASE("http to a server that expects TLS is explained", "[tool][messages]") {
    tool_bench b(true);
    const std::string address = b.service.endpoint().substr(std::string("https://").size());
    CHECK(b.run({"--endpoint", "http://" + address, "A"}) == 1);
    CHECK_THAT(b.err, contains_text("use https") && !contains_text("a job may be running"));
}

TEST_CASE("https to a server that does not speak TLS is explained", "[tool][messages]") {
    tool_bench b;
    const std::string address = b.service.endpoint().substr(std::string("http://").size());
    CHECK(b.run({"--endpoint", "https://" + address, "A"}) == 1);
    CHECK_THAT(b.err, contains_text("its server does not speak TLS: check scheme and port") &&
                          !contains_text("--ca-file"));
}

TEST_CASE("for a 404, the message names an endpoint with a path as the likely cause",
          "[tool][messages]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    const std::string hint =
        "the endpoint has the path '/eu': only a gateway needs one, the service itself has none";
    CHECK(b.run({"--endpoint", b.service.endpoint() + "/eu", "A"}) == 1);
    CHECK_THAT(b.err, contains_text(hint));
    CHECK(b.run({"--endpoint", b.service.endpoint() + "/eu", "--all"}) == 1);
    CHECK_THAT(b.err, contains_text(hint));
    CHECK(b.run({"B"}) == 1);
    CHECK_THAT(b.err, !contains_text("a gateway needs"));
}

TEST_CASE("a retry is announced only if it will happen", "[tool][messages]") {
    tool_bench b(true);
    INFO("a certificate that is not trusted, at the only address");
    const std::string port = b.service.endpoint().substr(std::string("https://localhost").size());
    CHECK(b.run({"--endpoint", "https://127.0.0.1" + port, "A"}) == 1);
    CHECK_THAT(b.err,
               contains_text("--ca-file") && !contains_text("next try") && !contains_text("::"));
    INFO("a deadline before the next try");
    CHECK(b.run({"--endpoint", "http://127.0.0.1:1", "--deadline", "1ms", "A"}) == 1);
    CHECK_THAT(b.err, !contains_text("next try"));
}

} // namespace export_projects_key_test
