// The files that options name, and that must not replace others.

#include "examples/tool/output_files.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace output_files_test {

using namespace tool;
using namespace langexport_tests;

namespace {

// Why the files are rejected; empty if they are not.
std::string rejected(const std::filesystem::path& report, const std::filesystem::path& metrics,
                     const std::filesystem::path& folder) {
    try {
        check_output_files(report, metrics, {"/elsewhere", folder});
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("neither report nor metrics may be the manifest of a folder", "[tool][output_files]") {
    const temporary_folder folder;
    const std::filesystem::path out = folder / "out";
    std::filesystem::create_directory(out);
    std::filesystem::create_directory_symlink("out", folder / "link");
    for (const std::filesystem::path& file :
         {out / "manifest.json", out / "Manifest.JSON", out / "../out/./manifest.json",
          folder / "link/manifest.json"}) {
        INFO(file);
        CHECK(rejected(file, "", out) ==
              "--report: '" + file.string() + "' is the manifest of the folder: name another file");
        CHECK(rejected("", file, out) == "--metrics: '" + file.string() +
                                             "' is the manifest of the folder: name another file");
    }
    CHECK(rejected("", "", out).empty());
    CHECK(rejected(folder / "manifest.json", out / "m.prom", out).empty());
    CHECK_THAT(rejected("manifest.json", "", "."), contains_text("is the manifest"));
    CHECK_THAT(rejected("", out / "manifest.json", folder / "link"),
               contains_text("is the manifest"));
    CHECK_THAT(rejected("", folder / "new/manifest.json", folder / "new"),
               contains_text("is the manifest"));
}

TEST_CASE("metrics replace only metrics of this program", "[tool][output_files]") {
    const temporary_folder folder;
    const std::filesystem::path file = folder / "m.prom";
    const auto with = [&](const std::string& content) {
        write_content(file, content);
        return rejected(folder / "r.jsonl", file, folder.path());
    };
    CHECK(rejected("", file, folder.path()).empty()); // it does not exist yet
    CHECK(with("").empty());
    CHECK(with(metrics_text_of(run_metrics(), "")).empty());
    for (const char* other : {"{}", "# HELP node_load1 1m load average.\n", "# HELP", "x"}) {
        CHECK(with(other) == "--metrics: '" + file.string() +
                                 "' has other content than metrics of an earlier run: name another "
                                 "file, or delete it");
        // It may be written while the run lasts.
        CHECK_THROWS_AS(write_metrics(file, run_metrics()), std::invalid_argument);
        CHECK(content_of(file) == other);
    }
    std::filesystem::remove(file);
    CHECK(rejected(file, folder / "./m.prom", folder.path()) ==
          "--metrics and --report name the same file");
    for (const std::filesystem::path& other : {folder.path(), std::filesystem::path("/dev/null")})
        CHECK(rejected("", other, folder.path()) ==
              "--metrics: '" + other.string() + "' is not a regular file: name another file");
}

} // namespace output_files_test
