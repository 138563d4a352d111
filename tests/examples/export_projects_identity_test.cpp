// The backup tool with each kind of identity, while tokens expire and requests to the issuer sometimes fail.

#include "examples/token_bench.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace export_projects_identity_test {

using namespace langexport_tests;
using namespace std::chrono_literals;
namespace testing = langexport::testing;

namespace {

constexpr int number_of_projects = 200;

// The service rejects a token long before the lifetime that the issuer stated is over.
testing::emulator_options short_lives() {
    testing::emulator_options options = options_of(false);
    options.time_scale = 20;
    options.bearer_token_lifetime = 6s;
    return options;
}

// A shell command that gets a token as `az account get-access-token` prints it. It ends with an error if the issuer
// does not respond with one.
std::string command_of(token_bench& b) {
    write_content(b.secrets / "get-token",
                  "set -e\n"
                  "response=$(curl -sS -f --cacert '" +
                      (b.tool.folder / "ca.pem").string() + "' -H 'Metadata: true' '" +
                      b.issuer.authority() +
                      "/metadata/identity/oauth2/token?api-version=2018-02-01"
                      "&resource=https://cognitiveservices.azure.com')\n"
                      "printf %s \"$response\" | sed s/access_token/accessToken/\n");
    return "sh '" + (b.secrets / "get-token").string() + "'";
}

struct row {
    const char* name;
    std::function<std::string(token_bench&)> set; // the fields of the config
};

} // namespace

TEST_CASE("each identity exports 200 projects while tokens expire, and shows no secret",
          "[tool][auth]") {
    const row rows[] = {
        {"a client secret",
         [](token_bench& b) {
             b.use_secret();
             return std::string(R"("auth":"entra")");
         }},
        {"a workload identity",
         [](token_bench& b) {
             b.use_assertion();
             return std::string(R"("auth":"entra")");
         }},
        {"a managed identity",
         [](token_bench& b) {
             b.use_app_service();
             return std::string(R"("auth":"managed")");
         }},
        {"a command",
         [](token_bench& b) { return R"("token_command":")" + command_of(b) + R"(")"; }},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        token_bench b(short_lives(), 3600s);
        tool_bench other; // the service of other people
        other.service.add_project(project_of("Other"));
        const std::string fields = each.set(b);
        b.environment["OTHER_KEY"] = test_key;
        std::string names;
        for (int i = 1; i <= number_of_projects; ++i) {
            const std::string name = "Project-" + std::to_string(i);
            b.tool.service.add_project(project_of(name, 1s)); // scaled
            names += (i == 1 ? "\"" : ",\"") + name + "\"";
        }
        b.tool.service.on(testing::call_kind::submission, testing::occurrences::always(),
                          testing::canned_response::after(4s));
        b.issuer.on(testing::issuer_call::any, testing::occurrences::one_in(10),
                    testing::issuer_error(503, "temporarily_unavailable", "Try again."));
        const std::string config = (b.tool.folder / "backup.json").string();
        write_content(
            config,
            R"({"resources":[{"endpoint":")" + b.tool.service.endpoint() + "\"," + fields +
                R"(,"projects":[)" + names +
                R"(],"quota":{"submissions":0,"reads":0},"output_dir":"out"},{"endpoint":")" +
                other.service.endpoint() +
                R"(","key_env":"OTHER_KEY","projects":["Other"],)"
                R"("output_dir":"other"}]})");
        CHECK(b.run_plainly({"--config", config}) == 0);
        INFO(b.err);
        CHECK(b.tool.files().size() == number_of_projects);
        for (int i = 1; i <= number_of_projects; ++i) {
            const std::string name = "Project-" + std::to_string(i);
            CHECK(b.tool.is_exported(name + ".json", name));
        }
        CHECK(b.tool.service.counters().jobs_created == number_of_projects);
        CHECK(b.issuer.tokens().size() >= 9);
        std::size_t failed = 0;
        for (const auto& request : b.issuer.requests())
            failed += request.status == 503;
        CHECK(failed >= 1);
        std::string seen_by_others;
        token_bench::add_requests(seen_by_others, other.service);
        CHECK_FALSE(seen_by_others.empty());
        b.check_shows_no_secret(seen_by_others);
    }
}

} // namespace export_projects_identity_test
