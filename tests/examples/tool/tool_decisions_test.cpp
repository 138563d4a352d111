// Decisions of the backup tool: when it stops using a resource, and how it names files of several
// surfaces.

#include "examples/tool/failure_watch.hpp"
#include "examples/tool/known_keys.hpp"
#include "examples/tool/name_marks.hpp"
#include "examples/tool/option_names.hpp"

#include <langexport/error.hpp>

#include <boost/asio/error.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

using namespace langexport;
using tool::failure_scope;
using reaction = tool::failure_watch::reaction;

namespace {

class refusal {
public:
    const char* code;
    const char* message;
    const char* target;
    failure_scope scope;
};

std::exception_ptr failure(errc code, const service_error& said = {}) {
    diagnostics known;
    known.project_name = "Contracts";
    known.service = said;
    return std::make_exception_ptr(export_error(make_error_code(code), known));
}

// The name of a reaction, for the output of failed checks.
std::vector<reaction> reactions_to(tool::failure_watch& watch,
                                   const std::vector<failure_scope>& failures) {
    std::vector<reaction> all;
    for (const failure_scope scope : failures)
        all.push_back(watch.failed(scope));
    return all;
}

} // namespace

TEST_CASE("a failure affects its project or the whole resource", "[tool][failure_watch]") {
    const std::map<errc, failure_scope> rows = {
        {errc::unauthorized, failure_scope::resource},
        {errc::credential_unavailable, failure_scope::resource},
        {errc::tls_failed, failure_scope::resource},
        {errc::proxy_failed, failure_scope::resource},
        {errc::resolve_failed, failure_scope::resource},
        {errc::resolve_timeout, failure_scope::resource},
        {errc::forbidden, failure_scope::unclear},
        {errc::connection_failed, failure_scope::unclear},
        {errc::connect_timeout, failure_scope::unclear},
        {errc::handshake_timeout, failure_scope::unclear},
        {errc::project_not_found, failure_scope::project},
        {errc::conflict, failure_scope::project},
        {errc::throttled, failure_scope::project},
        {errc::job_failed, failure_scope::project},
        {errc::job_timed_out, failure_scope::project},
        {errc::deadline_exceeded, failure_scope::project},
        {errc::submit_unconfirmed, failure_scope::project},
        {errc::foreign_origin, failure_scope::project},
        {errc::sink_failed, failure_scope::project},
        {errc::invalid_request, failure_scope::project},
    };
    for (const auto& [code, scope] : rows) {
        INFO(to_string(code));
        CHECK(tool::scope_of(failure(code)) == scope);
    }
    CHECK(tool::scope_of(std::make_exception_ptr(std::runtime_error("x"))) ==
          failure_scope::project);
}

TEST_CASE("a time limit that passes without a connection may affect the whole resource",
          "[tool][failure_watch]") {
    diagnostics known;
    known.cause_code = boost::asio::error::host_not_found;
    const auto scope = [&known] {
        return tool::scope_of(
            std::make_exception_ptr(export_error(make_error_code(errc::deadline_exceeded), known)));
    };
    CHECK(scope() == failure_scope::unclear);
    known.submits = 1;
    CHECK(scope() == failure_scope::project);
    known.submits = 0;
    known.http_status = 503;
    CHECK(scope() == failure_scope::project);
    known.http_status = 0;
    known.submission = submission_state::confirmed;
    CHECK(scope() == failure_scope::project);
}

TEST_CASE("the message of a 403 can tell the reason", "[tool][failure_watch]") {
    const refusal rows[] = {
        {"Forbidden", "no", "", failure_scope::unclear},
        {"403", "Access denied due to Virtual Network/Firewall rules.", "", failure_scope::unclear},
        {"QuotaExceeded", "too many", "", failure_scope::project},
        {"AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.",
         "", failure_scope::resource},
        {"Forbidden", "no", "Contracts", failure_scope::project},
        {"Forbidden", "Project 'Contracts' is locked.", "", failure_scope::project},
        {"Forbidden", "Contracts of this kind are not signed.", "", failure_scope::unclear},
    };
    for (const refusal& row : rows) {
        INFO(row.code << ' ' << row.message);
        service_error said;
        said.code = row.code;
        said.message = row.message;
        said.target = row.target;
        CHECK(tool::scope_of(failure(errc::forbidden, said)) == row.scope);
        // The same word in a nested member of the response.
        service_error whole;
        whole.code = "Forbidden";
        whole.inner.push_back(said);
        if (said.code == "QuotaExceeded" || said.code == "AuthenticationTypeDisabled")
            CHECK(tool::scope_of(failure(errc::forbidden, whole)) == row.scope);
    }
}

TEST_CASE("the first failure of a resource stops it, and later ones are not shown",
          "[tool][failure_watch]") {
    tool::failure_watch watch;
    CHECK(reactions_to(watch,
                       {failure_scope::project, failure_scope::resource, failure_scope::resource,
                        failure_scope::unclear, failure_scope::project}) ==
          std::vector<reaction>{reaction::show, reaction::stop, reaction::hide, reaction::hide,
                                reaction::show});
    CHECK(watch.is_stopped());
}

TEST_CASE("the third unclear failure without a success stops a resource", "[tool][failure_watch]") {
    tool::failure_watch watch;
    CHECK(reactions_to(watch, {failure_scope::unclear, failure_scope::unclear}) ==
          std::vector<reaction>{reaction::hold, reaction::hold});
    CHECK_FALSE(watch.is_stopped());
    CHECK(watch.failed(failure_scope::unclear) == reaction::stop);
    CHECK(watch.failed(failure_scope::unclear) == reaction::hide);
}

TEST_CASE("a resource that has accepted a submission is not stopped by a single rejection",
          "[tool][failure_watch]") {
    tool::failure_watch watch;
    CHECK(watch.failed(failure_scope::unclear) == reaction::hold);
    watch.accepted();
    for (int i = 0; i < 10; ++i)
        CHECK(watch.failed(failure_scope::unclear) == reaction::show);
    // A revoked key stops it.
    CHECK(watch.failed(failure_scope::resource) == reaction::stop);
}

TEST_CASE("failures for different reasons affect single projects", "[tool][failure_watch]") {
    tool::failure_watch watch;
    const auto fail = [&](const char* reason) {
        return watch.failed(failure_scope::unclear, reason);
    };
    for (const char* reason : {"a", "a", "b", "a", "b", "b"})
        CHECK(fail(reason) == reaction::hold);
    CHECK(fail("b") == reaction::stop);

    const auto refused = [](const char* code, const char* inner) {
        service_error said;
        said.code = code;
        if (*inner) {
            said.inner.emplace_back();
            said.inner.back().code = inner;
        }
        return tool::reason_of(failure(errc::forbidden, said));
    };
    CHECK(refused("Forbidden", "") == refused("Forbidden", ""));
    CHECK(refused("Forbidden", "") != refused("AuthorizationFailed", ""));
    CHECK(refused("Forbidden", "A") != refused("Forbidden", "B"));
    CHECK(refused("", "") != tool::reason_of(failure(errc::connection_failed)));
}

TEST_CASE("a resource that has responded to one request is not stopped by three rejections",
          "[tool][failure_watch]") {
    tool::failure_watch watch;
    watch.responded(); // with the list of its projects
    int held = 0;
    while (held < 100 && watch.failed(failure_scope::unclear, "403") == reaction::hold)
        ++held;
    CHECK(held >= 10);
    CHECK(held < 20);
    CHECK(watch.is_stopped());
    // A job of an earlier run suffices, too.
    tool::failure_watch resumed;
    resumed.exported();
    for (int i = 0; i < 3; ++i)
        CHECK(resumed.failed(failure_scope::unclear, "403") == reaction::hold);
}

TEST_CASE("a resource that fails later is stopped by consecutive rejections",
          "[tool][failure_watch]") {
    tool::failure_watch watch;
    watch.accepted();
    int shown = 0;
    while (shown < 100 && watch.failed(failure_scope::unclear) == reaction::show) {
        ++shown;
        watch.accepted(); // submissions are accepted, and later requests are rejected
    }
    CHECK(shown >= 10);
    CHECK(shown < 20);
    CHECK(watch.is_stopped());

    tool::failure_watch open;
    open.accepted();
    for (int i = 0; i < 100; ++i) {
        CHECK(open.failed(failure_scope::unclear) == reaction::show);
        if (i % 5 == 0)
            open.exported();
    }
    CHECK_FALSE(open.is_stopped());
}

TEST_CASE(
    "files of several surfaces have the surface in their names if they would be the same otherwise",
    "[tool][name_marks]") {
    tool::surface_projects text, talk, faq;
    text.projects = {"Home", "Only", "case", "a", "A"};
    talk.surface = project_surface::analyze_conversations;
    talk.projects = {"Home", "CASE"};
    faq.surface = project_surface::query_knowledgebases;
    faq.projects = {"Only"};
    faq.extension = ".tsv";
    const tool::name_marks names({text, talk, faq});
    using marks = std::map<std::string, std::string>;
    CHECK(names.marks ==
          std::vector<marks>{{{"Home", "analyze-text"}, {"case", "analyze-text"}},
                             {{"Home", "analyze-conversations"}, {"CASE", "analyze-conversations"}},
                             {}});
    CHECK(names.on_several == std::vector<std::string>{"Home", "Only"});
    CHECK(tool::name_marks({text}).on_several.empty());
    CHECK(tool::name_marks({}).marks.empty());
}

TEST_CASE("a file that two surfaces shared is outdated once each has its own",
          "[tool][name_marks]") {
    using marks = std::map<std::string, std::string>;
    const std::vector<marks> both = {{{"Home", "analyze-text"}},
                                     {{"home", "analyze-conversations"}}};
    const langexport_tests::temporary_folder folder;
    const auto outdated = [&] { return tool::name_marks::outdated_in(folder.path(), both); };
    const auto write = [&](const char* name, int hour) {
        langexport_tests::write_content(folder / name, "x");
        std::filesystem::last_write_time(folder / name,
                                         std::filesystem::file_time_type::clock::now() +
                                             std::chrono::hours(hour));
    };
    CHECK(outdated().empty());
    write("Home.json", 0);
    write("Home~analyze-text.json", 1);
    CHECK(outdated().empty()); // it may be the only backup of the other one
    write("home~analyze-conversations.json", -1);
    CHECK(outdated().empty()); // it is newer
    write("home~analyze-conversations.json", 2);
    CHECK(outdated() == std::vector{folder / "Home.json"});
    std::filesystem::remove(folder / "Home.json");
    std::filesystem::create_directory(folder / "Home.json");
    CHECK(outdated().empty());
    CHECK(tool::name_marks::outdated_in(folder.path(), {}).empty());
}

TEST_CASE("a text that looks like a key is hidden in a message about a config",
          "[tool][known_keys]") {
    const tool::known_keys none({"--config", "backup.json"});
    const std::string shorter = "e58b081006f7e3dfc967a64cb14028d5";
    const std::string longer = "8pQZr4mV1tYc7LxWj0KdHs5uGbNf2aEoI9iPnB3TqSvXyR6kCzMwUeAgDhFJlO"
                               "x7Lr2cQ9WmZt4VbKj1PdYs";
    REQUIRE(longer.size() == 84);
    for (const std::string& key : {shorter, longer}) {
        const std::string shown =
            none.hide("resources[0].key_env: the environment variable " + key + " is not set");
        INFO(shown);
        CHECK(shown.find(key.substr(4, 8)) == std::string::npos);
        CHECK(shown.find("variable [redacted] is not set") != std::string::npos);
    }
    CHECK(none.hide("file 'a/deadbeef.json' cannot be read") ==
          "file 'a/deadbeef.json' cannot be read");

    tool::known_keys keys({});
    std::vector<tool::backup_resource> resources(1);
    resources[0].place = "backup.json:1:2: resources[0]";
    resources[0].credential.key_env = "LANGEXPORT_TEST_KNOWN_KEY";
    resources[0].output_dir = "out/" + shorter;
    keys.add(resources);
    CHECK_NOTHROW(keys.reject_in(resources)); // the variable is not set
    REQUIRE(::setenv("LANGEXPORT_TEST_KNOWN_KEY", shorter.c_str(), 1) == 0);
    keys.add(resources);
    ::unsetenv("LANGEXPORT_TEST_KNOWN_KEY");
    CHECK_THROWS_AS(keys.reject_in(resources), std::invalid_argument);
}

TEST_CASE("messages name options instead of fields", "[tool][options]") {
    CHECK(tool::with_option_names("client_params::polling.max_interval is 0 s, "
                                  "client_params::polling.max_interval") ==
          "--poll-max is 0 s, --poll-max");
    CHECK(tool::with_option_names("entra_options::ca_folder: none") == "--ca-folder: none");
    CHECK(tool::with_option_names("entra_options::ca_folder: none", true) == "\"ca_folder\": none");
    CHECK(tool::with_option_names("plain") == "plain");
}
