// Behavior that all example programs share: help, exit statuses, where messages go, and output that is lost.

#include "examples/tool_bench.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace programs_test {

using namespace langexport_tests;
namespace fs = std::filesystem;

namespace {

struct program {
    std::string name;
    texts arguments; // of a run that prints something; FOLDER is replaced by a folder with files
    std::string input;
    bool is_waiting = false; // for a signal if it succeeds
};

const std::vector<program> programs = {
    {"copy_project", {"--help"}, ""},
    {"diff_projects", {"FOLDER/before.json", "FOLDER/after.json"}, ""},
    {"emulator", {}, "", true},
    {"export_list", {}, "A\n"},
    {"export_one", {"A"}, ""},
    {"export_projects", {"--help"}, ""},
    {"export_to_file", {"A", "FOLDER/A.json"}, ""},
    {"inspect_project", {"FOLDER/before.json"}, ""},
    {"interruptible", {"A"}, ""},
    {"quickstart", {"--output", "FOLDER/quickstart.json"}, ""},
    {"restore_projects", {"--help"}, ""},
    {"resume_after_crash", {"A", "FOLDER/A.json"}, ""},
    {"test_an_hour", {}, ""},
};

std::string path_of(const program& one) {
    return std::string(LANGEXPORT_EXAMPLES) + "/" + one.name;
}

// Runs a program in a shell with a redirection, and keeps its standard error.
class program_run {
public:
    explicit program_run(const program& one, const texts& arguments, const std::string& redirection,
                         const std::map<std::string, std::string>& environment = {},
                         const fs::path& folder = "/") {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        ::close(ends[0]); // `closed_pipe` has no reader
        texts words = {
            "/bin/sh",
            "-c",
            "cd \"$1\" && errors=$2 && input=$3 && shift 3 && exec \"$0\" \"$@\" <\"$input\" " +
                redirection + " 2>\"$errors\"",
            path_of(one),
            folder.string(),
            (folder_ / "errors").string(),
            (folder_ / "input").string()};
        words.insert(words.end(), arguments.begin(), arguments.end());
        write_content(folder_ / "input", one.input);
        child_process process(words, environment, ends[1]);
        ::close(ends[1]);
        if (one.is_waiting && redirection.empty()) {
            process.wait_until([&] { return !process.out().empty(); });
            process.send(SIGTERM);
        }
        status = process.wait();
        out = process.out();
        err = content_of(folder_ / "errors");
    }

    int status;
    std::string out, err;

private:
    temporary_folder folder_;
};

// Ways in which output is lost.
const std::vector<std::string> losses = {">/dev/full", ">&-", ">&2"};

} // namespace

TEST_CASE("each program prints its help on standard output", "[programs]") {
    for (const program& one : programs)
        for (const char* option : {"--help", "-h"}) {
            CAPTURE(one.name, option);
            const program_run run({one.name, {}, ""}, {option}, "");
            CHECK(run.status == 0);
            CHECK(run.out.starts_with("usage: " + one.name));
            CHECK_THAT(run.out, contains_text("xit status: 0 "));
            CHECK(run.err.empty());
            for (const std::string& loss : losses) {
                CAPTURE(loss);
                const program_run lost({one.name, {}, ""}, {option}, loss);
                CHECK(lost.status > 0);
                CHECK(lost.err == one.name + ": standard output cannot be written\n");
            }
        }
}

TEST_CASE("a command line that requests help gets it, regardless of its other arguments",
          "[programs]") {
    for (const program& one : programs)
        for (const texts& arguments :
             {texts{"--help", "A"}, texts{"A", "B", "C", "-h"}, texts{"--nonsense", "--help"},
              texts{"A", "--help"}, texts{"-h", "--help"}}) {
            CAPTURE(one.name, arguments);
            const temporary_folder folder;
            const program_run run({one.name, {}, ""}, arguments, "", {}, folder.path());
            CHECK(run.status == 0);
            CHECK(run.out.starts_with("usage: " + one.name));
            CHECK(run.err.empty());
            CHECK(folder.names().empty());
        }
}

TEST_CASE("each program rejects an unknown option with status 2, on standard error", "[programs]") {
    for (const program& one : programs)
        for (const texts& arguments : {texts{"--nonsense"}, texts{"-x"}}) {
            CAPTURE(one.name, arguments);
            const program_run run({one.name, {}, ""}, arguments, "");
            CHECK(run.status == 2);
            CHECK(run.out.empty());
            CHECK_THAT(run.err, contains_text(one.name));
        }
}

TEST_CASE("an option where a file is expected is wrong usage, and creates no file", "[programs]") {
    for (const char* name : {"export_to_file", "resume_after_crash", "diff_projects"})
        for (const char* option : {"--nonsense", "-x"}) {
            CAPTURE(name, option);
            const temporary_folder folder;
            const program_run run({name, {}, ""}, {"A", option}, "", {}, folder.path());
            CHECK(run.status == 2);
            CHECK_THAT(run.err, contains_text(std::string("usage: ") + name));
            CHECK(folder.names().empty());
        }
}

TEST_CASE("control characters in a name do not reach the terminal", "[programs]") {
    tool_bench b;
    const temporary_folder folder;
    const program_run run({"export_list", {}, "A\x1b]0;title\a\n"}, {}, "", b.settings(),
                          folder.path());
    CHECK(run.status == 1);
    CHECK_THAT(run.out, contains_text("A ]0;title : "));
    for (const std::string& text : {run.out, run.err})
        CHECK(text.find_first_of("\x1b\a") == std::string::npos);
}

TEST_CASE("no program prints a key that was passed in the wrong place", "[programs]") {
    tool_bench b;
    b.service.add_project(project_of("A", std::chrono::milliseconds(1)));
    const std::string key = test_key;
    const texts known = {"A"}, project = {key}, both = {"A", key}, option = {"--" + key};
    const std::map<std::string, std::vector<texts>> rows = {
        {"export_list", {{}, project}},
        {"export_one", {known, project, both, option}},
        {"export_projects",
         {known, project, both, option, {"--endpoint", key, "A"}, {"--resume", key}}},
        {"export_to_file", {{"A", "file"}, project, option, {key, "file"}, {"A", "file", key}}},
        {"interruptible",
         {known, project, both, option, {"--resume", key}, {"--timeout", key, "A"}}},
        {"quickstart", {known, project, both, option}},
        {"resume_after_crash", {{"A", "file"}, project, option, {key, "file"}, {"A", "file", key}}},
    };
    for (const auto& [name, lines] : rows)
        for (const texts& arguments : lines)
            for (const std::string& endpoint :
                 {b.service.endpoint(), "http://" + key, "https://" + key + ".example", key}) {
                const temporary_folder folder;
                CAPTURE(name, arguments, endpoint);
                auto environment = b.settings();
                environment["AZURE_LANGUAGE_ENDPOINT"] = endpoint;
                const program_run run({name, {}, key + "\n"}, arguments, "", environment,
                                      folder.path());
                CAPTURE(run.out, run.err);
                for (const std::string& text : {run.out, run.err})
                    CHECK(text.find(key.substr(4, 12)) == std::string::npos);
                CHECK((run.status == 0) ==
                      (endpoint == b.service.endpoint() && arguments.size() > 0 &&
                       arguments[0] == "A" && arguments.back() != key));
            }
}

TEST_CASE("each program reports lost output, and its exit status is not 0", "[programs]") {
    tool_bench b;
    b.service.add_project(project_of("A", std::chrono::milliseconds(1)));
    const auto environment = b.settings();
    const auto document = [](const std::string& text) {
        return R"({"projectFileVersion":"2022-05-01","stringIndexType":"Utf16CodeUnit",)"
               R"("metadata":{"projectKind":"CustomSingleLabelClassification","projectName":"A"},)"
               R"("assets":{"projectKind":"CustomSingleLabelClassification",)"
               R"("classes":[{"category":")" +
               text + R"("}],"documents":[]}})";
    };
    for (const program& one : programs) {
        CAPTURE(one.name);
        for (const std::string& loss : losses) {
            const temporary_folder folder;
            write_content(folder / "before.json", document("x"));
            write_content(folder / "after.json", document("y"));
            texts arguments = one.arguments;
            for (std::string& argument : arguments)
                if (argument.starts_with("FOLDER/"))
                    argument = (folder / argument.substr(7)).string();
            CAPTURE(loss);
            const program_run lost(one, arguments, loss, environment, folder.path());
            CHECK(lost.status ==
                  (one.name == "diff_projects" ? 2 : 1)); // the status of diff for a failure
            CHECK_THAT(lost.err, contains_text(one.name + ": standard output cannot be written\n"));
            // The same when the output is not lost.
            if (loss != losses.front() || one.is_waiting)
                continue;
            fs::remove(folder / "report.jsonl");
            const program_run kept(one, arguments, "", environment, folder.path());
            CHECK(kept.status == (one.name == "diff_projects" ? 1 : 0));
            CHECK_FALSE(kept.out.empty());
        }
    }
}

// A program that reads the address may stop the emulator at once.
TEST_CASE("a signal while the emulator prints its address does not kill it", "[programs]") {
    const temporary_folder folder;
    const fs::path certificate = folder / "certificate.pem";
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    while (::write(ends[1], "x", 1) == 1) // the emulator waits when it prints its address
        continue;
    REQUIRE(::fcntl(ends[1], F_SETFL, 0) == 0);
    child_process process({"/bin/sh", "-c", "exec \"$@\" >&2", "sh", path_of({"emulator", {}, ""}),
                           "--tls", "--certificate-out", certificate.string()},
                          {}, ends[1]);
    ::close(ends[1]);
    process.wait_until([&] { return !content_of(certificate).empty(); });
    process.send(SIGTERM);
    std::string out;
    std::array<char, 4096> piece{};
    process.wait_until([&] {
        for (ssize_t size = 0; (size = ::read(ends[0], piece.data(), piece.size())) > 0;)
            out.append(piece.data(), static_cast<std::size_t>(size));
        return out.find("stopped after") != std::string::npos;
    });
    // If the signal interrupts the output, the output is lost, which is an error.
    const int status = process.wait();
    CHECK((status == 0 || status == 1));
    CHECK((status == 1 || out.find("listening on ") != std::string::npos));
    ::close(ends[0]);
}

TEST_CASE("the loss of a result that is larger than any buffer is reported", "[programs]") {
    tool_bench b;
    langexport::testing::project large = project_of("A", std::chrono::milliseconds(1));
    large.result_size = 3'000'000;
    b.service.add_project(large);
    const auto environment = b.settings();
    for (const char* name : {"export_one", "interruptible"})
        for (const std::string& loss : losses) {
            CAPTURE(name, loss);
            const program_run lost({name, {}, ""}, {"A"}, loss, environment);
            CHECK(lost.status == 1);
            CHECK(lost.err == std::string(name) + ": standard output cannot be written\n");
        }
}

TEST_CASE("a program reports a file size limit as an error, and is not killed", "[programs]") {
    tool_bench b;
    langexport::testing::project large = project_of("A", std::chrono::milliseconds(1));
    large.result_size = 3'000'000;
    b.service.add_project(large);
    const auto environment = b.settings();
    const temporary_folder folder;
    const std::string file = (folder / "A.json").string();
    for (const auto& [name, arguments] : std::vector<std::pair<std::string, texts>>{
             {"export_one", {"A"}}, {"export_to_file", {"A", file}}, {"export_list", {}}}) {
        CAPTURE(name);
        texts words = {"/bin/sh", "-c",
                       // A megabyte or two: the unit depends on the shell.
                       "cd \"$1\" && shift && ulimit -f 1000 && exec \"$0\" \"$@\" <list",
                       std::string(LANGEXPORT_EXAMPLES) + "/" + name, folder.path().string()};
        words.insert(words.end(), arguments.begin(), arguments.end());
        write_content(folder / "list", "A\n");
        child_process process(words, environment);
        CHECK(process.wait() == 1);
        CHECK_FALSE(fs::exists(file));
    }
}

} // namespace programs_test
