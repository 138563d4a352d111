// The config of the backup tool as a file.

#include "examples/tool/backup_config.hpp"

#include <langexport/error.hpp>
#include <langexport/file/file_error.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <string>

namespace backup_config_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;

namespace {

const std::string two_resources = R"({"resources":[
  {"endpoint":"https://x.example","key_file":"k","projects":"all","output_dir":"a"},
  {"endpoint":"nonsense","key_env":"K","projects":"all","output_dir":"b"}]})";

} // namespace

TEST_CASE("the config in the examples is valid", "[backup_config]") {
    const auto config = backup_config::read(LANGEXPORT_SOURCE_DIR "/examples/backup.json");
    REQUIRE(config.resources.size() == 2);
    CHECK(config.resources[0].projects.empty());
    CHECK(config.resources[1].surface == project_surface::analyze_conversations);
}

TEST_CASE("paths in a config are relative to its folder, and errors name its file",
          "[backup_config]") {
    const temporary_folder folder;
    write_content(folder / "c.json", two_resources);
    const auto rejected = rejection_of([&] { backup_config::read(folder / "c.json"); });
    CHECK(rejected.code == errc::invalid_configuration);
    CHECK(rejected.detail.starts_with("c.json:3:15: resources[1].endpoint "));

    const auto config = backup_config::read(folder / "c.json", broken_resources::keep);
    REQUIRE(config.resources.size() == 2);
    CHECK(config.resources[0].problem.empty());
    CHECK(config.resources[0].credential.key_file == folder / "k");
    CHECK(config.resources[0].output_dir == folder / "a");
    CHECK(config.resources[1].problem == rejected.detail);

    // The same text without a file.
    const auto parsed = backup_config::parse(two_resources, "/etc/c.json", broken_resources::keep);
    REQUIRE(parsed.resources.size() == 2);
    CHECK(parsed.resources[0].output_dir == "/etc/a");
    CHECK(parsed.resources[1].problem == rejected.detail);
    CHECK_THROWS_AS(backup_config::parse(two_resources, "/etc/c.json"), export_error);
}

TEST_CASE("a config that cannot be read is an error of its file", "[backup_config]") {
    const temporary_folder folder;
    const auto why = [&](const std::filesystem::path& path) {
        try {
            backup_config::read(path, broken_resources::keep);
        } catch (const file_error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK_THAT(why(folder / "none"), contains_text((folder / "none").string()));
    CHECK_FALSE(why(folder.path()).empty());
}

} // namespace backup_config_test
