// One resource of the backup tool: its credential, its client and its requests.

#include "examples/tool/backup_resource.hpp"

#include <langexport/client_params.hpp>
#include <langexport/error.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "support/temporary_folder.hpp"
#include "unit/rejection.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace backup_resource_test {

using namespace langexport;
using namespace langexport_tests;
using tool::backup_resource;

namespace {

constexpr auto text = project_surface::analyze_text;
constexpr auto talk = project_surface::analyze_conversations;
constexpr auto faq = project_surface::query_knowledgebases;

class environment : public scoped_environment {
public:
    explicit environment(const std::string& key = {})
        : scoped_environment({"LANGEXPORT_TEST_KEY", "https_proxy", "HTTPS_PROXY", "all_proxy",
                              "ALL_PROXY", "AZURE_TENANT_ID", "IDENTITY_ENDPOINT"},
                             key.empty() ? variables() : variables{{"LANGEXPORT_TEST_KEY", key}}) {}
};

// A resource of the options, or that of a config at this place.
backup_resource resource_at(const std::string& place = {}) {
    backup_resource one;
    one.endpoint = "https://x.example";
    one.place = place;
    one.credential.is_of_config = !place.empty();
    one.credential.key_env = "LANGEXPORT_TEST_KEY";
    one.projects = {"A", "B"};
    return one;
}

std::string rejected(const backup_resource& one) {
    const auto rejection = rejection_of([&] { one.make_params(); });
    CHECK(rejection.code == errc::invalid_configuration);
    return rejection.detail;
}

std::string version_rejected(backup_resource one, const std::string& version) {
    try {
        one.set_version(version);
    } catch (const std::invalid_argument& error) {
        CHECK(one.api_version.empty());
        CHECK(one.surface_versions.empty());
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("the key is read from the key file or the environment", "[backup_resource]") {
    const environment unset;
    const temporary_folder folder;
    const auto key_of = [&](const backup_resource& one) {
        const client_params params = one.make_params();
        std::string shown = "the-key";
        params.credential.keys().at(0).redact(shown);
        return shown;
    };
    backup_resource one = resource_at("c.json:2:3: resources[0]");
    one.credential.key_env.clear();
    one.credential.key_file = folder / "k";
    CHECK(rejected(one).starts_with("c.json:2:3: resources[0].key_file: cannot read '"));
    write_content(folder / "k", " \n");
    CHECK(rejected(one) ==
          "c.json:2:3: resources[0].key_file: '" + (folder / "k").string() + "' has no key");
    one.credential.key_file = "/proc/self/mem"; // its first byte cannot be read
    CHECK_THAT(rejected(one), contains_text("key_file: cannot read '/proc/self/mem': "));
    one.credential.key_file = "/dev/zero";
    CHECK_THAT(rejected(one), contains_text("'/dev/zero' is too long for a key"));
    one.credential.key_file = folder / "k";
    write_content(folder / "k", "the key\n");
    CHECK_THAT(rejected(one),
               contains_text("k' has a space in it: it must have one key and nothing else"));
    write_content(folder / "k", "the-key\r\n");
    CHECK(key_of(one) == "[redacted]");

    backup_resource other = resource_at("c.json:3:3: resources[1]");
    other.credential.auth = tool::auth_kind::key;
    CHECK(rejected(other) == "c.json:3:3: resources[1].key_env: the environment variable "
                             "LANGEXPORT_TEST_KEY is not set");
    const environment with_key("the-key");
    CHECK(key_of(other) == "[redacted]");
}

TEST_CASE("a project whose name contains the key is rejected without showing the key",
          "[backup_resource]") {
    const environment with_key("the-long-key");
    backup_resource one = resource_at("c.json:2:3: resources[0]");
    one.projects = {"A", "my The%2Dlong-key"};
    CHECK(rejected(one) == "c.json:2:3: resources[0].projects[1]: the name has the key in it");
    one.place.clear();
    CHECK(rejected(one) == "projects[1]: the name has the key in it");
    one.projects.pop_back();
    CHECK_NOTHROW(one.make_params());
}

TEST_CASE("a client gets the settings of its resource", "[backup_resource]") {
    const environment with_key("the-key");
    backup_resource one = resource_at();
    CHECK(one.make_params().check_result_structure);
    CHECK(one.make_params().api_version.empty());
    one.api_version = "2023-04-01";
    one.quota.reads = 7;
    one.connection.ca_file = "/ca";
    one.connection.proxy = "http://proxy.example:3128";
    one.accept_any_result = true;
    one.gateway_backends = {"https://b.example"};
    const client_params params = one.make_params();
    CHECK(params.endpoint == "https://x.example");
    CHECK(params.api_version == "2023-04-01");
    CHECK(params.quota.reads == 7);
    CHECK(params.ca_file == "/ca");
    CHECK_FALSE(params.proxy.empty());
    CHECK_FALSE(params.check_result_structure);
    CHECK(params.gateway_backends == one.gateway_backends);
}

TEST_CASE("a resource with a problem, an invalid proxy or no credential has no client",
          "[backup_resource]") {
    const environment unset;
    backup_resource one = resource_at("c.json:2:3: resources[0]");
    CHECK_THAT(rejected(one), contains_text("c.json:2:3: resources[0]: there is no credential"));
    const environment with_key("the-key");
    one.connection.proxy = "http://user:pass@proxy.example";
    CHECK_THAT(rejected(one), contains_text("c.json:2:3: resources[0]: contains a user or a "
                                            "password") &&
                                  !contains_text("pass@"));
    one.connection.proxy = "socks5://proxy.example";
    CHECK(rejected(one).starts_with("c.json:2:3: resources[0]: "));
    one.problem = "c.json:2:15: resources[0].endpoint is empty";
    CHECK(rejected(one) == one.problem);
}

TEST_CASE("a version applies to all surfaces without one of their own", "[backup_resource]") {
    backup_resource one = resource_at();
    CHECK(one.version_of(text).empty());
    one.set_version("query-knowledgebases=2021-10-01");
    CHECK(one.version_of(text).empty());
    CHECK(one.version_of(faq) == "2021-10-01");
    one.set_version("2023-04-01");
    CHECK(one.version_of(text) == "2023-04-01");
    CHECK(one.version_of(faq) == "2021-10-01");

    CHECK_THAT(version_rejected(resource_at(), "analyse-text=2023-04-01"),
               contains_text("must name a surface before its '=': analyze-text, "));
    CHECK_THAT(version_rejected(resource_at(), "=2023-04-01"), contains_text("before its '='"));
    CHECK_THAT(version_rejected(resource_at(), "analyze-text="),
               contains_text("1 to 64 characters"));
    CHECK_THAT(version_rejected(resource_at(), ""), contains_text("1 to 64 characters"));
    CHECK_THAT(version_rejected(resource_at(), "a b"), contains_text("a character at byte 1"));
}

TEST_CASE("a request has the surface, the format and the unit of offsets of its resource",
          "[backup_resource]") {
    backup_resource one = resource_at();
    CHECK(one.surfaces() == std::vector<project_surface>{text});
    CHECK(one.make_request("P").project_name == "P");
    CHECK(one.make_request("P").surface == text);
    CHECK(one.make_request("P").string_index_type == export_request("P").string_index_type);
    one.surface = faq;
    one.format = "tsv";
    one.string_index_type = "Utf8CodeUnit";
    CHECK(one.surfaces() == std::vector<project_surface>{faq});
    CHECK(one.make_request("P").surface == faq);
    CHECK(one.make_request("P").format == "tsv");
    CHECK(one.make_request("P").string_index_type == "Utf8CodeUnit");
    one.several_surfaces = {talk, text};
    CHECK(one.surfaces() == std::vector<project_surface>{talk, text});
    CHECK(one.make_request("P", talk).surface == talk);
}

} // namespace backup_resource_test
