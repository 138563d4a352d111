#include "examples/tool_bench.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace export_projects_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE("projects are exported, each into its own file", "[tool][good]") {
    tool_bench b;
    for (const char* name : {"Contracts", "contracts", "Ti..ck_e-ts"})
        b.service.add_project(project_of(name));

    CHECK(b.run({"--report", b.report(), "Contracts", "contracts", "Ti..ck_e-ts"}) == 0);
    CHECK(b.out.empty());
    INFO(b.err);
    CHECK(b.files().size() == 3);
    CHECK(b.is_exported("Ti..ck_e-ts.json", "Ti..ck_e-ts"));
    for (const std::string name : {"Contracts", "contracts", "Ti..ck_e-ts"}) {
        INFO(name);
        CHECK(b.outcomes_of(name) == texts{"unfinished", "submitted", "exported"});
        const report_line last = b.lines_of(name).back();
        CHECK(last.status == "succeeded");
        CHECK(last.submits == 1u);
        CHECK(last.polls >= 1u);
        CHECK(last.elapsed > 0ms);
        CHECK_FALSE(last.error);
        CHECK(last.resume_token.empty());
        CHECK(fs::file_size(last.file) == last.bytes);
        CHECK(content_of(last.file).find("\"projectName\":\"" + name + "\"") != std::string::npos);
        CHECK(fs::status(last.file).permissions() == static_cast<fs::perms>(0600));
        CHECK_THAT(b.err, contains_text("submitted " + name));
        CHECK_THAT(b.err, contains_text("exported    " + name));
    }
    CHECK_THAT(b.err, contains_text("3 projects: 3 exported ("));
    CHECK(b.err.find('\x1b') == std::string::npos);
    CHECK(b.err.find("resume with") == std::string::npos);

    // A second run with the same report and the same files. Lines of the first run have no effect.
    CHECK(b.run({"--report", b.report(), "--quiet", "Contracts"}) == 0);
    CHECK(b.err.empty());
    CHECK(b.service.counters().jobs_created == 4);
    CHECK(b.outcomes_of("Contracts").size() == 6);
}

TEST_CASE("a failed export does not affect the others", "[tool][failures]") {
    tool_bench b;
    b.service.add_project(project_of("Good"));
    testing::project bad = project_of("Bad");
    bad.end = testing::job_end::failed;
    bad.errors.emplace_back("InternalServerError", "it broke");
    b.service.add_project(bad);
    testing::project partial = project_of("Part");
    partial.end = testing::job_end::partially_completed;
    partial.warnings.emplace_back("Warning", "something is missing");
    b.service.add_project(partial);

    CHECK(b.run({"--report", b.report(), "Nobody", "Good", "Bad", "Part"}) == 1);
    CHECK(b.files() == std::set<std::string>{"Good.json"});
    const report_line nobody = b.lines_of("Nobody").back();
    CHECK(nobody.outcome == export_outcome::failed);
    REQUIRE(nobody.error);
    CHECK(nobody.error->code == "project_not_found");
    CHECK(nobody.error->http_status == 404);
    CHECK(nobody.error->service_code == "ProjectNotFound");
    CHECK_FALSE(nobody.error->request_id.empty());
    CHECK(nobody.queue);
    const report_line broken = b.lines_of("Bad").back();
    CHECK(broken.error->code == "job_failed");
    CHECK(broken.error->service_code == "InternalServerError");
    CHECK(broken.status == "failed");
    CHECK(broken.resume_token.empty());
    CHECK(b.lines_of("Part").back().error->code == "job_partially_completed");
    CHECK(b.lines_of("Part").back().has_job());
    CHECK_THAT(b.err, contains_text("failed      Bad"));
    CHECK_THAT(b.err, contains_text("4 projects: "));
    CHECK_THAT(b.err, contains_text("3 failed"));

    // --resume submits permanent failures again, and fetches a partial job if an option accepts it.
    b.service.add_project(project_of("Bad"));
    b.service.add_project(project_of("Nobody"));
    CHECK(b.run({"--resume", b.report(), "--accept-partial"}) == 0);
    CHECK(b.lines_of("Part").back().outcome == export_outcome::partial);
    CHECK(b.lines_of("Part").back().warnings.size() == 1);
    CHECK_THAT(b.err, contains_text("warning     Part: Warning: something is missing"));
    CHECK(b.service.counters().projects["Part"].jobs_created == 1);
    CHECK(b.service.counters().projects["Bad"].jobs_created == 2);
    CHECK(b.service.counters().projects["Good"].jobs_created == 1);
    CHECK(b.files().size() == 4);

    // Nothing remains to be exported.
    CHECK(b.run({"--resume", b.report()}) == 0);
    CHECK_THAT(b.err, contains_text("0 projects"));
    CHECK(b.service.counters().submissions == 6);
}

TEST_CASE("wrong usage is reported before anything is sent", "[tool][usage]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    write_content(b.folder / "notes", "buy milk\n");
    write_content(b.folder / "empty", "");
    write_content(b.folder / "others",
                  R"({"v":1,"project":"A","outcome":"unfinished","endpoint":"https://x.example",)"
                  R"("surface":"analyze-text","at":"2026-01-31T23:59:59.999Z"})"
                  "\n");
    const std::string notes = (b.folder / "notes").string();
    const std::vector<std::pair<texts, std::string>> cases = {
        {{}, "name a project"},
        {{"A", "B", "A"}, "'A' is named twice"},
        {{"--nonsense", "A"}, "unknown option '--nonsense'"},
        {{"--key", "secret", "A"}, "unknown option '--key'"},
        {{"--grace"}, "--grace needs a value"},
        {{"--grace", "soon", "A"}, "not a duration"},
        {{"--deadline=5", "A"}, "not a duration"},
        {{"--job-timeout", "0", "A"}, "--job-timeout must be from"},
        {{"--job-timeout", "367d", "A"}, "--job-timeout must be from"},
        {{"--poll-first", "1m", "--poll-max", "1s", "A"}, "--poll-first (1 min) is longer than"},
        {{"--max-in-flight", "10000000", "A"}, "--max-in-flight is 10000000"},
        {{"--poll-max", "0s", "--poll-first", "0s", "A"}, "--poll-first must be from"},
        {{"--hlep", "A"}, "did you mean '--help'? (see --help)"},
        {{"--verison"}, "did you mean '--version'?"},
        {{"--outputdir", "x", "A"}, "did you mean '--output-dir'? (see --help)"},
        {{"--surface", "analyze-text", "--surface", "query-knowledgebases", "A"}, "of one surface"},
        {{"--all", "--format", "tsv"}, "--format: name the --surface"},
        {{"--allow-empty", "A"}, "--allow-empty is for --all"},
        {{"--poll-first", "50ms", "--job-timeout", "40ms", "A"}, "no job would be polled"},
        {{"--config", "", "--all"}, "--config needs a value"},
        {{"--key-file", "", "A"}, "--key-file needs a value"},
        {{"--report=", "A"}, "--report needs a value"},
        {{"--ca-file", "--all"}, "--ca-file needs a value, and '--all' is an option"},
        {{"--output-dir", "--resume"}, "--output-dir needs a value, and '--resume' is an option"},
        {{"--deadline", "1000d", "A"}, "or is longer than 10000h"},
        {{"--a\x1b[31mb", "A"}, "unknown option '--a [31mb'"},
        {{"--quiet", "--log-level", "debug", "A"}, "--quiet, or a --log-level"},
        {{"--gateway-backend", "nonsense", "A"}, "--gateway-backend"},
        {{"--resume"}, "names no project"},
        {{"--max-in-flight", "0", "A"}, "--max-in-flight"},
        {{"--all", "A"}, "not both"},
        {{"--surface", "nonsense", "A"}, "--surface: analyze-text"},
        {{"--format", "Luis", "A"}, "format"},
        {{"--config", notes, "--all"}, "belongs in the --config"},
        {{"--max-in-flight", "many", "A"}, "not a number"},
        {{"--quota-posts", "-1", "A"}, "not a number"},
        {{"--log-level", "loud", "A"}, "--log-level"},
        {{"--endpoint", "", "A"}, "AZURE_LANGUAGE_ENDPOINT"},
        {{"--endpoint", "ftp://x", "A"}, "ftp"},
        {{"--endpoint", "http://example.com", "A"}, "clear text"},
        {{"--api-version", "a/b", "A"}, "--api-version has a character at byte 1"},
        {{"--endpoint", "https://localhost:1", "--ca-file", notes, "A"}, notes},
        {{"--key-file", (b.folder / "none").string(), "A"}, "cannot read"},
        {{"--key-file", (b.folder / "empty").string(), "A"}, "no key"},
        {{"--key-file", notes, "A"}, "key"},
        {{"A", test_key}, "argument 10 has the key in it"},
        {{"--output-dir", notes, "A"}, notes},
        {{"--report", "/no/such/folder/r", "A"}, "/no/such/folder/r"},
        {{"--report", notes, "A"}, "'" + notes + "': line 1 of the report"},
        {{"--report", (b.folder / "out" / "A.json").string(), "A"}, "where project 'A' goes"},
        {{"--resume", notes}, "line 1 of the report"},
        {{"--resume", (b.folder / "none").string()}, "cannot read"},
        {{"--resume", (b.folder / "empty").string()}, "names no project"},
        {{"--resume", (b.folder / "others").string()}, "names no project"},
        {{""}, "the name of the project"},
        {{std::string(101, 'x')}, "the name of the project"},
        {{"\xFF"}, "the name of the project"},
    };
    for (const auto& [arguments, text] : cases) {
        CAPTURE(arguments);
        CHECK(b.run(arguments) == 2);
        CHECK_THAT(b.err, contains_text(text));
        CHECK(b.err.starts_with("export_projects: "));
        CHECK(b.out.empty());
    }
    CHECK(content_of(b.folder / "notes") == "buy milk\n");
    CHECK(b.service.counters().requests == 0);

    const std::string help_option = GENERATE("--help", "-h");
    CHECK(b.run({help_option}) == 0);
    CHECK(b.out.starts_with("usage: export_projects"));
    std::istringstream help(b.out);
    for (std::string line; std::getline(help, line);)
        CHECK(line.size() <= 80);
    CHECK(b.run({"--nonsense", "--version"}) == 0);
    CHECK(b.out == "export_projects " LANGEXPORT_VERSION_STRING "\n");
}

TEST_CASE("the key comes from the environment or a file, and is never shown", "[tool][key]") {
    tool_bench b;
    b.service.add_project(project_of("A"));
    write_content(b.folder / "key", std::string(test_key) + "\r\n");
    const std::string program = LANGEXPORT_EXPORT_PROJECTS;
    const std::string out = (b.folder / "out").string();
    child_process tool(
        {program, "--key-file", (b.folder / "key").string(), "--output-dir", out, "--log-level",
         "trace", "A"},
        {{"AZURE_LANGUAGE_ENDPOINT", b.service.endpoint()}, {"AZURE_LANGUAGE_KEY", ""}});
    CHECK(tool.wait() == 0);
    CHECK(tool.err().find(test_key) == std::string::npos);
    CHECK_THAT(tool.err(), contains_text("POST "));
    CHECK_THAT(tool.err(), contains_text("GET "));

    child_process none(
        {program, "--output-dir", out, "A"},
        {{"AZURE_LANGUAGE_ENDPOINT", b.service.endpoint()}, {"AZURE_LANGUAGE_KEY", ""}});
    CHECK(none.wait() == 2);
    CHECK_THAT(none.err(), contains_text("AZURE_LANGUAGE_KEY"));

    b.service.set_keys({"another"});
    CHECK(b.run({"--report", b.report(), "--log-level", "trace", "A"}) == 1);
    CHECK(b.lines_of("A").back().error->code == "unauthorized");
}

TEST_CASE("a job that is still running after its run is polled, not submitted again",
          "[tool][resume]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 6s));
    b.service.add_project(project_of("Quick", 1ms));
    CHECK(b.run({"--report", b.report(), "--deadline", "3s", "Slow", "Quick"}) == 1);
    CHECK(b.lines_of("Slow").back().error->code == "deadline_exceeded");
    CHECK(b.outcomes_of("Quick").back() == "exported");

    // With a second report, which then suffices to resume.
    const std::string other = (b.folder / "other.jsonl").string();
    CHECK(b.run({"--resume", b.report(), "--report", other, "--deadline", "1ms"}) == 1);
    const auto carried = export_report::parse(content_of(other));
    REQUIRE(carried.lines().size() == 1);
    CHECK(carried.lines()[0].has_job());
    CHECK(b.run({"--resume", other}) == 0);
    CHECK(b.is_exported("Slow.json", "Slow"));
    CHECK(b.service.counters().jobs_created == 2);

    // Projects that the report does not name are new; projects that it has exported are complete.
    b.service.add_project(project_of("New"));
    CHECK(b.run({"--resume", other, "New", "Slow"}) == 0);
    CHECK(b.service.counters().jobs_created == 3);
    CHECK(b.service.counters().projects["Slow"].jobs_created == 1);
}

TEST_CASE("if the disk is full, the old file and the job are kept", "[tool][disk]") {
    tool_bench b;
    testing::project large = project_of("Large");
    large.result_size = 400'000;
    b.service.add_project(large);
    b.service.add_project(project_of("Small"));
    fs::create_directory(b.folder / "out");
    // A mount namespace makes the output folder a disk of 100 KB.
    const std::string out = (b.folder / "out").string();
    const std::string command = "mount -t tmpfs -o size=100k none " + out + " && echo old >" + out +
                                "/Large.json && { " LANGEXPORT_EXPORT_PROJECTS
                                " --quota-window 0 --poll-first 20ms --output-dir " +
                                out + " --report " + b.report() + " Large Small; s=$?; cat " + out +
                                "/Large.json; ls -A " + out + "; exit $s; }";
    child_process tool({"/bin/sh", "-c", "exec unshare -rm /bin/sh -c '" + command + "'"},
                       b.settings());
    const int status = tool.wait();
    if (tool.err().find("xported") == std::string::npos) {
        WARN("skipped: no disk of its own is to be had here: " << tool.err());
        return;
    }
    CHECK(status == 1);
    CHECK(tool.out() == "old\n.langexport\nLarge.json\nSmall.json\nmanifest.json\n");
    const report_line line = b.lines_of("Large").back();
    CHECK(line.error->code == "sink_failed");
    CHECK_THAT(line.error->message, contains_text("No space left on device"));
    CHECK(line.has_job());
    CHECK(b.outcomes_of("Small").back() == "exported");
    // When the disk has space, nothing is submitted again.
    CHECK(b.run({"--resume", b.report()}) == 0);
    CHECK(b.service.counters().projects["Large"].jobs_created == 1);
    CHECK(fs::file_size(b.folder / "out" / "Large.json") == 400'000);
}

TEST_CASE("a second run in the same folder fails and names the holder of the lock",
          "[tool][lock]") {
    tool_bench b;
    b.service.add_project(project_of("Slow", 1h));
    const auto tool = b.start({"--report", b.report(), "Slow"});
    REQUIRE(tool->wait_until([&] { return b.service.counters().submissions > 0; }));
    CHECK(b.run({"--resume", b.report()}) == 4);
    CHECK_THAT(b.err, contains_text("in use by process "));
    CHECK(b.service.counters().submissions == 1);
    // A lock ends with the process that holds it.
    tool->send(SIGKILL);
    CHECK(tool->wait() == -SIGKILL);
    b.service.add_project(project_of("Quick"));
    CHECK(b.run({"Quick"}) == 0);
}

TEST_CASE("a file whose content is unchanged is not rewritten, normalized or not",
          "[tool][files]") {
    const std::string option = GENERATE("", "--normalize", "--normalize=sorted");
    const bool normalize = !option.empty();
    tool_bench b;
    b.service.add_project(project_of("A"));
    texts arguments = {"--quiet", "A"};
    if (normalize)
        arguments.insert(arguments.begin(), option);
    REQUIRE(b.run(arguments) == 0);
    const fs::path file = b.folder / "out" / "A.json";
    const auto long_ago = fs::file_time_type::clock::now() - 24h;
    fs::last_write_time(file, long_ago);
    REQUIRE(b.run(arguments) == 0);
    CHECK(fs::last_write_time(file) == long_ago);
    const std::string before = content_of(file);
    CHECK((std::count(before.begin(), before.end(), '\n') > 5) == normalize);

    testing::project larger = project_of("A");
    larger.documents = 50;
    b.service.add_project(larger);
    REQUIRE(b.run(arguments) == 0);
    CHECK(fs::last_write_time(file) > long_ago);
    CHECK(content_of(file).size() > before.size());
}

TEST_CASE("documents that arrive in another order are sorted into the same file", "[tool][files]") {
    tool_bench b;
    const auto offer = [&](const std::string& documents) {
        b.service.add_project(testing::project::with_document("A", R"({"assets":{"documents":[)" +
                                                                       documents + "]}}"));
    };
    offer(R"({"location":"b"},{"location":"a"})");
    REQUIRE(b.run({"--quiet", "--normalize=sorted", "A"}) == 0);
    const fs::path file = b.folder / "out" / "A.json";
    const std::string sorted = content_of(file);
    CHECK(sorted.find("\"a\"") < sorted.find("\"b\""));
    offer(R"({"location":"a"},{"location":"b"})");
    REQUIRE(b.run({"--quiet", "--normalize=sorted", "A"}) == 0);
    CHECK(content_of(file) == sorted);
    CHECK(b.run({"--normalize=backwards", "A"}) == 2);
    CHECK_THAT(b.err, contains_text("--normalize: "));
}

TEST_CASE("--all exports all projects of a resource", "[tool][all]") {
    tool_bench b;
    const texts projects = add_projects(b, 12, 1ms);
    CHECK(b.run({"--all", "--report", b.report()}) == 0);
    CHECK(b.files().size() == 12);
    CHECK_THAT(b.err, contains_text("12 projects: 12 exported"));
    // --resume finds new projects.
    b.service.add_project(project_of("New"));
    CHECK(b.run({"--all", "--resume", b.report()}) == 0);
    CHECK(b.files().size() == 13);
    CHECK(b.service.counters().jobs_created == 13);
}

TEST_CASE("with --all, only the project whose name cannot be requested fails", "[tool][all]") {
    tool_bench b;
    add_projects(b, 2, 1ms);
    b.service.add_project(project_of(std::string(101, 'x')));
    b.service.add_project(project_of(".."));
    CHECK(b.run({"--all", "--report", b.report()}) == 1);
    CHECK(b.files() == std::set<std::string>{"Project-1.json", "Project-2.json"});
    CHECK_THAT(b.err, contains_text("4 projects: 2 failed, 2 exported"));
    CHECK(b.outcomes_of("..") == texts{"unfinished", "failed"});
    CHECK(b.run({"--all", "--resume", b.report()}) == 1);
    CHECK(b.service.counters().jobs_created == 2);
}

TEST_CASE("exports of one resource in several forms share a quota, and have separate folders",
          "[tool][config]") {
    testing::emulator_options options = options_of(false);
    options.quota_posts = 2;
    options.quota_gets = 100;
    options.quota_window = 1s;
    tool_bench b(false, options);
    testing::project talk = project_of("Talk", 1ms);
    talk.kind = testing::sample_kind::conversation;
    b.service.add_project(talk);
    for (const char* name : {"A", "B", "C"})
        b.service.add_project(project_of(name, 1ms));
    const auto object = [&](const std::string& folder, const std::string& more) {
        return R"({"endpoint":")" + b.service.endpoint() +
               R"(","key_env":"AZURE_LANGUAGE_KEY","output_dir":")" + folder +
               R"(","quota":{"submissions":2,"reads":100,"window":"1s"},)" + more + "}";
    };
    const std::string talks = R"("surface":"analyze-conversations","projects":["Talk"])";
    const std::string config = (b.folder / "backup.json").string();
    write_content(config, R"({"resources":[)" + object("text/", R"("projects":"all")") + ",\n" +
                              object("talk", talks) + ",\n" +
                              object("luis", talks + R"(,"format":"Luis")") + "]}");
    // The second of the two forms fails.
    b.service.on(testing::call_kind::submission, testing::occurrences::always(),
                 testing::canned_response(400, "{}"), [](const testing::request_record& r) {
                     return r.target.find("format=Luis") != std::string::npos;
                 });
    CHECK(b.run_plainly({"--config", config, "--report", b.report()}) == 1);
    INFO(b.err);
    CHECK_THAT(b.err, contains_text("exported    text/A"));
    CHECK_THAT(b.err, contains_text("exported    talk/Talk"));
    CHECK_THAT(b.err, contains_text("failed      luis/Talk"));
    CHECK(b.service.counters().throttled == 0);
    // --resume exports it into its own folder, and does not change the other one.
    b.service.clear_faults();
    CHECK(b.run_plainly({"--config", config, "--resume", b.report()}) == 0);
    CHECK_THAT(content_of(b.folder / "luis/Talk.json"), contains_text("luis_schema_version"));
    CHECK(b.service.counters().projects["Talk"].jobs_created == 2);
    CHECK(b.service.counters().throttled == 0);
}

TEST_CASE("a report of several runs distinguishes their resources", "[tool][resume]") {
    tool_bench west, north;
    testing::project bad = project_of("Same");
    bad.end = testing::job_end::failed;
    west.service.add_project(bad);
    north.service.add_project(project_of("Same"));
    const auto run = [&](tool_bench& bench, const char* option) {
        texts all = {"--poll-first", "20ms",       "--output-dir", (bench.folder / "out").string(),
                     option,         west.report()};
        if (std::string_view(option) == "--report")
            all.emplace_back("Same");
        return bench.run_plainly(all);
    };
    CHECK(run(west, "--report") == 1);
    CHECK(run(north, "--report") == 0);
    west.service.add_project(project_of("Same"));
    CHECK(run(west, "--resume") == 0);
    CHECK(west.is_exported("Same.json", "Same"));
    CHECK(run(north, "--resume") == 0);
    CHECK(north.service.counters().jobs_created == 1);
}

TEST_CASE("a config has several resources, each with its folder and quota", "[tool][config]") {
    tool_bench west, north;
    for (const char* name : {"Same", "West"})
        west.service.add_project(project_of(name));
    for (const char* name : {"Same", "North"})
        north.service.add_project(project_of(name));
    const auto resource = [](const tool_bench& bench, const char* projects, const char* folder) {
        return "{\n\"endpoint\": \"" + bench.service.endpoint() +
               "\",\n\"key_env\": \"AZURE_LANGUAGE_KEY\",\n\"projects\": " + projects +
               ",\n\"output_dir\": \"" + folder + "\"\n}";
    };
    const std::string config = (west.folder / "backup.json").string();
    write_content(config, "{\"resources\": [" + resource(west, "[\"Same\", \"Gone\"]", "west") +
                              ",\n" + resource(north, "\"all\"", "north") + "]}");
    const texts common = {"--config", config, "--poll-first", "20ms", "--poll-max", "100ms"};
    const auto with = [&](const char* name) {
        texts all = common;
        all.insert(all.end(), {name, west.report()});
        return all;
    };
    CHECK(west.run_plainly(with("--report")) == 1);
    INFO(west.err);
    CHECK_THAT(west.err, contains_text("exported    west/Same"));
    CHECK_THAT(west.err, contains_text("exported    north/Same"));
    CHECK_THAT(west.err, contains_text("failed      west/Gone"));
    for (const char* file : {"west/Same.json", "north/Same.json", "north/North.json"})
        CHECK(fs::exists(west.folder / file));
    const auto report = export_report::parse(content_of(west.report()));
    CHECK(report.lines().size() == 4);
    CHECK(report.of(north.service.endpoint(), "analyze-text").lines().size() == 2);

    // --resume exports the failed projects only.
    west.service.add_project(project_of("Gone"));
    CHECK(west.run_plainly(with("--resume")) == 0);
    CHECK(west.service.counters().jobs_created == 2);
    CHECK(north.service.counters().jobs_created == 2);

    write_content(config, "{\"resources\": [\n  {\"endpont\": \"https://x\"}]}");
    CHECK(west.run_plainly(common) == 2);
    CHECK_THAT(west.err, contains_text("backup.json:2:"));
    CHECK_THAT(west.err, contains_text("did you mean 'endpoint'?"));
    CHECK(west.service.counters().jobs_created == 2);
}

} // namespace export_projects_test
