// The backup tool: all projects of all surfaces, and failures that affect a whole resource.

#include "examples/tool/backup_folder.hpp"

#include "examples/tool_bench.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>

namespace export_projects_surfaces_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;
using testing::call_kind;
using testing::canned_response;
using testing::occurrences;
using testing::request_record;
namespace fs = std::filesystem;

namespace {

constexpr const char* surfaces[] = {"analyze-text", "analyze-conversations",
                                    "query-knowledgebases"};

void add_of_each_surface(tool_bench& b, const std::string& text, const std::string& talk,
                         const std::string& faq) {
    const testing::sample_kind kinds[] = {testing::sample_kind::single_label_classification,
                                          testing::sample_kind::conversation,
                                          testing::sample_kind::question_answering};
    const std::string names[] = {text, talk, faq};
    for (std::size_t i = 0; i < 3; ++i) {
        testing::project project = project_of(names[i], 1ms);
        project.kind = kinds[i];
        if (!names[i].empty())
            b.service.add_project(project);
    }
}

auto to_surface(const std::string& surface) {
    return [surface](const request_record& request) {
        return request.target.find(surface) != std::string::npos;
    };
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t number = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at)
        ++number;
    return number;
}

} // namespace

TEST_CASE("--all exports the projects of every surface, or of the chosen surfaces",
          "[tool][all][surfaces]") {
    tool_bench b;
    add_of_each_surface(b, "Text", "Talk", "FAQ");
    SECTION("every surface") {
        CHECK(b.run({"--all"}) == 0);
        CHECK(b.files() == std::set<std::string>{"Text.json", "Talk.json", "FAQ.json"});
        CHECK_THAT(content_of(b.folder / "out/Talk.json"), contains_text("\"intents\""));
    }
    SECTION("two of them") {
        CHECK(b.run({"--all", "--surface", "analyze-conversations", "--surface",
                     "query-knowledgebases"}) == 0);
        CHECK(b.files() == std::set<std::string>{"Talk.json", "FAQ.json"});
    }
    SECTION("one at a time") {
        CHECK(b.run({"--all", "--max-in-flight", "1"}) == 0);
        CHECK(b.files().size() == 3);
    }
    SECTION("named projects without a surface are of text") {
        CHECK(b.run({"Text", "Talk"}) == 1);
        CHECK(b.files() == std::set<std::string>{"Text.json"});
    }
}

TEST_CASE("a surface that the resource does not offer is reported, and is not a failure",
          "[tool][all][surfaces]") {
    tool_bench b;
    add_of_each_surface(b, "", "Talk", "");
    for (const char* surface : {"analyze-text", "query-knowledgebases"})
        b.service.on(call_kind::listing, occurrences::always(), canned_response(404, "{}"),
                     to_surface(surface));
    CHECK(b.run({"--all"}) == 0);
    CHECK_THAT(b.err, contains_text("analyze-text is not offered by"));
    CHECK_THAT(b.err, contains_text("query-knowledgebases is not offered by"));
    CHECK(b.files() == std::set<std::string>{"Talk.json"});
}

TEST_CASE("a list that lacks a page is a failure, not a missing surface", "[tool][all][surfaces]") {
    testing::emulator_options options = options_of(false);
    options.page_size = 1;
    tool_bench b(false, options);
    add_of_each_surface(b, "Text", "Talk", "");
    b.service.add_project(project_of("More", 1ms));
    b.service.on(call_kind::listing, occurrences::always(), canned_response(404, "{}"),
                 [](const request_record& request) {
                     return to_surface("analyze-text")(request) &&
                            request.target.find("skip") != std::string::npos;
                 });
    CHECK(b.run({"--all"}) == 1);
    CHECK_THAT(b.err, contains_text("the projects of analyze-text are not known") &&
                          !contains_text("is not offered"));
    CHECK(b.files() == std::set<std::string>{"Talk.json"});
    b.service.clear_faults();
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.files() == std::set<std::string>{"Text.json", "More.json", "Talk.json"});
}

TEST_CASE("a list that fails otherwise fails the run, and --resume lists again",
          "[tool][all][surfaces]") {
    const unsigned status = GENERATE(400u, 403u, 501u);
    tool_bench b;
    add_of_each_surface(b, "Text", "Talk", "FAQ");
    b.service.on(call_kind::listing, occurrences::always(), canned_response(status, "{}"),
                 to_surface("analyze-conversations"));
    CHECK(b.run({"--all"}) == 1);
    CHECK_THAT(b.err, contains_text("the projects of analyze-conversations are not known"));
    CHECK(b.files() == std::set<std::string>{"Text.json", "FAQ.json"});
    CHECK(b.run({"--resume"}) == 1);
    b.service.clear_faults();
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.files() == std::set<std::string>{"Text.json", "Talk.json", "FAQ.json"});
    CHECK(b.service.counters().jobs_created == 3);
}

TEST_CASE("a project name on two surfaces fails the run, and both files are kept",
          "[tool][all][surfaces]") {
    tool_bench b;
    add_of_each_surface(b, "Same", "Other", "");
    // The emulator has each name once. So a fault adds the name to the list of another surface.
    b.service.on(call_kind::listing, occurrences::always(),
                 canned_response(200, R"({"value":[{"projectName":"Same"}]})"),
                 to_surface("analyze-conversations"));
    CHECK(b.run({"--all", "--report", b.report()}) == 1);
    CHECK_THAT(b.err, contains_text("several surfaces have a project 'Same'"));
    CHECK(b.is_exported("Same~analyze-text.json", "Same"));
    CHECK(b.outcomes_of("Same").size() >= 4);
    CHECK_FALSE(fs::exists(b.folder / "out" / "Same.json"));
}

TEST_CASE("separate runs for surfaces that have a project of the same name keep both files",
          "[tool][surfaces]") {
    tool_bench b;
    const bool has_report = GENERATE(false, true);
    CAPTURE(has_report);
    const auto run = [&](const std::string& surface, testing::sample_kind kind) {
        b.service.remove_project("Same"); // the emulator has each name once
        testing::project project = project_of("Same", 1ms);
        project.kind = kind;
        b.service.add_project(project);
        texts arguments = {"--surface", surface, "Same"};
        if (has_report)
            arguments.insert(arguments.begin(), {"--report", b.report()});
        CHECK(b.run(arguments) == 0);
    };
    for (int night = 0; night < 2; ++night) {
        run("analyze-text", testing::sample_kind::single_label_classification);
        run("analyze-conversations", testing::sample_kind::conversation);
        CHECK(b.files() == std::set<std::string>{"Same.json", "Same~analyze-conversations.json"});
        CHECK_THAT(content_of(b.folder / "out/Same.json"), contains_text("\"classes\""));
        CHECK_THAT(content_of(b.folder / "out/Same~analyze-conversations.json"),
                   contains_text("\"intents\""));
    }
}

TEST_CASE("separate runs for two forms that arrive as archives keep both files",
          "[tool][surfaces]") {
    tool_bench b;
    add_of_each_surface(b, "", "", "FAQ");
    for (int night = 0; night < 2; ++night)
        for (const std::string format : {"tsv", "excel"}) {
            b.service.clear_faults();
            b.service.on(call_kind::result, occurrences::always(),
                         canned_response(200, "PK\x03\x04 " + format)
                             .header("Content-Type", "application/zip"));
            CHECK(b.run({"--surface", "query-knowledgebases", "--format", format, "FAQ"}) == 0);
        }
    CHECK(b.files() == std::set<std::string>{"FAQ.zip", "FAQ~excel.zip"});
    CHECK(content_of(b.folder / "out/FAQ.zip").ends_with("tsv"));
    CHECK(content_of(b.folder / "out/FAQ~excel.zip").ends_with("excel"));
}

TEST_CASE("--all without any project fails, unless an option allows it", "[tool][all][surfaces]") {
    tool_bench b;
    CHECK(b.run({"--all", "--quiet"}) == 1);
    for (const char* surface : surfaces)
        CHECK_THAT(b.err, contains_text(surface));
    CHECK_THAT(b.err, contains_text("--allow-empty"));
    CHECK(b.run({"--all", "--allow-empty", "--quiet"}) == 0);
    CHECK(b.err.empty());
    CHECK(b.run({"--all", "--surface", "analyze-text"}) == 1);
    CHECK(b.err.find("query-knowledgebases") == std::string::npos);
}

TEST_CASE("a rejected key stops the resource, and is reported for one project",
          "[tool][resource]") {
    tool_bench b;
    add_projects(b, 25, 1ms);
    b.service.set_keys({"another"});
    texts arguments = {"--max-in-flight", "2", "--report", b.report()};
    for (int i = 1; i <= 25; ++i)
        arguments.push_back("Project-" + std::to_string(i));
    CHECK(b.run(arguments) == 1);
    CHECK(count(b.err, "HTTP 401") == 2); // failures are listed again at the end
    CHECK_THAT(b.err, contains_text("nothing more is submitted to"));
    CHECK_THAT(b.err, contains_text(" not started"));
    CHECK(b.service.counters().requests <= 4);
    // The printed command exports the remaining projects.
    b.service.set_keys({test_key});
    CHECK(b.run_in_shell(b.resume_command()) == 0);
    CHECK(b.files().size() == 25);
}

TEST_CASE("two spellings of a URL in a config are one resource", "[tool][config][resource]") {
    tool_bench b;
    b.service.set_keys({"another key"});
    const fs::path config = b.folder / "backup.json";
    const auto object = [&](const std::string& endpoint, const std::string& project) {
        return R"({"endpoint":")" + endpoint + R"(","key_env":"AZURE_LANGUAGE_KEY","projects":[")" +
               project + R"("],"output_dir":")" + (b.folder / project).string() + R"("})";
    };
    write_content(config, R"({"resources":[)" + object(b.service.endpoint(), "A") + "," +
                              object(b.service.endpoint() + "/", "B") + "]}");
    CHECK(b.run_plainly({"--config", config.string()}) == 1);
    CHECK(count(b.err, "did not accept the credential") == 2);
    CHECK(count(b.err, "nothing more is submitted") == 1);
}

TEST_CASE("a 403 for every project stops the resource; one for a project does not",
          "[tool][resource]") {
    tool_bench b;
    texts arguments = {"--max-in-flight", "1"};
    for (const std::string& project : add_projects(b, 12, 1ms))
        arguments.push_back(project);
    SECTION("every project") {
        b.service.on(call_kind::submission, occurrences::always(), canned_response(403, "{}"));
        CHECK(b.run(arguments) == 1);
        CHECK(count(b.err, "HTTP 403") == 2);
        CHECK(b.service.counters().submissions <= 4);
        CHECK_THAT(b.err, contains_text("12 projects: 3 failed, 9 not started"));
    }
    SECTION("the first two") {
        b.service.on(call_kind::submission, occurrences::between(1, 2), canned_response(403, "{}"));
        CHECK(b.run(arguments) == 1);
        CHECK(count(b.err, "HTTP 403") == 2 * 2);
        CHECK(b.files().size() == 10);
    }
    SECTION("the first four, for different reasons") {
        for (std::size_t i = 1; i <= 4; ++i) {
            const std::string code = i % 2 == 0 ? "Forbidden" : "AuthorizationFailed";
            b.service.on(
                call_kind::submission, i,
                canned_response(403, R"({"error":{"code":")" + code + R"(","message":"no"}})"));
        }
        CHECK(b.run(arguments) == 1);
        CHECK(count(b.err, "HTTP 403") == 2 * 4);
        CHECK(b.files().size() == 8);
    }
    SECTION("the first five, of a resource that has listed its projects") {
        b.service.on(call_kind::submission, occurrences::between(1, 5), canned_response(403, "{}"));
        CHECK(b.run({"--max-in-flight", "1", "--all"}) == 1);
        CHECK(count(b.err, "HTTP 403") == 2 * 5);
        CHECK(b.files().size() == 7);
    }
    SECTION("a limit of the resource") {
        b.service.on(
            call_kind::submission, occurrences::between(1, 5),
            canned_response(403, R"({"error":{"code":"QuotaExceeded","message":"full"}})"));
        CHECK(b.run(arguments) == 1);
        CHECK(b.files().size() == 7);
    }
    SECTION("keys are switched off") {
        b.service.on(call_kind::submission, occurrences::always(),
                     canned_response(
                         403, R"({"error":{"code":"AuthenticationTypeDisabled","message":"no"}})"));
        CHECK(b.run(arguments) == 1);
        CHECK(b.service.counters().submissions <= 2);
    }
}

TEST_CASE("a key that may list projects and export none of them stops the resource",
          "[tool][resource]") {
    tool_bench b;
    add_projects(b, 30, 1ms);
    b.service.on(call_kind::submission, occurrences::always(), canned_response(403, "{}"));
    CHECK(b.run({"--max-in-flight", "1", "--all"}) == 1);
    CHECK(count(b.err, "HTTP 403") == 2);
    CHECK(b.service.counters().submissions < 20);
    CHECK_THAT(b.err, contains_text("nothing more is submitted to"));
}

TEST_CASE("jobs that were submitted before a resource failed are not lost", "[tool][resource]") {
    tool_bench b;
    b.service.add_project(project_of("First", 400ms));
    b.service.add_project(project_of("Second", 1ms));
    b.service.add_project(project_of("Third", 1ms));
    // The service rejects submissions after the first one.
    b.service.on(call_kind::submission, occurrences::from(2), canned_response(401, "{}"));
    CHECK(b.run({"--max-in-flight", "2", "First", "Second", "Third"}) == 1);
    CHECK(b.is_exported("First.json", "First"));
    CHECK_THAT(b.err, contains_text("1 failed"));
    b.service.clear_faults();
    CHECK(b.run({"--resume"}) == 0);
    CHECK(b.files().size() == 3);
    CHECK(b.service.counters().jobs_created == 3);
}

TEST_CASE("a broken resource of a config does not stop the others", "[tool][config][resource]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    const auto object = [](const std::string& endpoint, const std::string& more,
                           const std::string& folder) {
        const std::string project = folder == "good" ? "A" : "B";
        return R"({"endpoint":")" + endpoint + R"(","projects":[")" + project +
               R"("],"output_dir":")" + folder + R"(",)" + more + "}";
    };
    const std::string good =
        object(b.service.endpoint(), R"("key_env":"AZURE_LANGUAGE_KEY")", "good");
    const std::string key = R"("key_env":"AZURE_LANGUAGE_KEY")";
    const std::string rows[] = {
        object(b.service.endpoint(), R"("key_file":"none")", "bad"),
        object("nonsense", key, "bad"),
        object("http://127.0.0.1:1", key, "bad"),
        object("https://x.example", key + R"(,"ca_file":"none")", "bad"),
        object(b.service.endpoint(), key, "taken/by/a/file"),
        object(b.service.endpoint(), key + R"(,"surfaces":"analyze-text")", "bad"),
        object(b.service.endpoint(), key + R"(,"surface":"text")", "bad"),
        object(b.service.endpoint(), key + R"(,"format":"tsv")", "bad"),
        object(b.service.endpoint(), key + R"(,"api_version":"a b")", "bad"),
        object(b.service.endpoint(), key, "good"), // the owner of the folder
        "{}",
    };
    write_content(b.folder / "taken", "");
    const std::string config = (b.folder / "backup.json").string();
    for (const std::string& broken : rows) {
        CAPTURE(broken);
        fs::remove_all(b.folder / "good");
        write_content(config, "{\"resources\":[" + broken + ",\n" + good + "]}");
        CHECK(b.run_plainly({"--config", config, "--poll-first", "20ms", "--deadline", "3s"}) == 1);
        INFO(b.err);
        CHECK(fs::exists(b.folder / "good" / "A.json"));
    }
}

TEST_CASE("if no resource of a config can be used, the reason is printed for each of them",
          "[tool][config][resource]") {
    tool_bench b;
    const std::string config = (b.folder / "backup.json").string();
    const std::string rest = R"(","projects":["A"],"key_env":"AZURE_LANGUAGE_KEY","output_dir":)";
    write_content(config, R"({"resources":[{"endpoint":"nonsense)" + rest + R"("a"},
{"endpoint":"http://127.0.0.1:1)" +
                              rest + R"("b","format":"tsv"},
{"endpoint":")" + b.service.endpoint() +
                              R"(","projects":["A"],"key_file":"none","output_dir":"c"}]})");
    CHECK(b.run_plainly({"--config", config}) == 2);
    INFO(b.err);
    CHECK(count(b.err, "export_projects: ") == 3);
    for (const char* place : {"resources[0]", "resources[1]", "resources[2]"})
        CHECK_THAT(b.err, contains_text(place));

    // Errors about folders that are in use do not hide the others.
    const tool::backup_folder taken(b.folder / "taken");
    write_content(config, R"({"resources":[{"endpoint":")" + b.service.endpoint() + rest +
                              R"("taken"},{"endpoint":"nonsense)" + rest + R"("a"}]})");
    CHECK(b.run_plainly({"--config", config}) == 2);
    CHECK_THAT(b.err, contains_text("in use by process"));
    CHECK_THAT(b.err, contains_text("resources[1]"));
}

TEST_CASE("a folder that is in use has its own exit status, also with a second resource",
          "[tool][config][lock]") {
    tool_bench b;
    b.service.add_project(project_of("A", 1ms));
    const tool::backup_folder taken(b.folder / "taken");
    const auto object = [&](const std::string& folder) {
        return R"({"endpoint":")" + b.service.endpoint() + R"(","projects":["A"],"output_dir":")" +
               folder + R"(","key_env":"AZURE_LANGUAGE_KEY"})";
    };
    const std::string config = (b.folder / "backup.json").string();
    // If one resource appeared twice, the same project would be exported twice.
    std::string other = object("free");
    other.replace(other.find("[\"A\"]"), 5, "[\"B\"]");
    b.service.add_project(project_of("B", 1ms));
    write_content(config, "{\"resources\":[" + object("taken") + "," + other + "]}");
    CHECK(b.run_plainly({"--config", config, "--poll-first", "20ms"}) == 4);
    INFO(b.err);
    CHECK_THAT(b.err, contains_text("in use by process"));
    CHECK(fs::exists(b.folder / "free" / "B.json"));
    write_content(config, "{\"resources\":[" + object("taken") + "]}");
    CHECK(b.run_plainly({"--config", config}) == 4);
}

} // namespace export_projects_surfaces_test
