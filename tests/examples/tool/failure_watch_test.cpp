// When the backup tool stops using a resource.

#include "examples/tool/failure_watch.hpp"

#include <langexport/error.hpp>

#include <boost/asio/error.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <exception>
#include <map>
#include <string>
#include <vector>

namespace failure_watch_test {

using namespace langexport;
using tool::failure_scope;
using reaction = tool::failure_watch::reaction;

namespace {

class rejection {
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
    const rejection rows[] = {
        {"Forbidden", "no", "", failure_scope::unclear},
        {"403", "Access denied due to Virtual Network/Firewall rules.", "", failure_scope::unclear},
        {"QuotaExceeded", "too many", "", failure_scope::project},
        {"AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.",
         "", failure_scope::resource},
        {"Forbidden", "no", "Contracts", failure_scope::project},
        {"Forbidden", "Project 'Contracts' is locked.", "", failure_scope::project},
        {"Forbidden", "Contracts of this kind are not signed.", "", failure_scope::unclear},
    };
    for (const rejection& row : rows) {
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

    const auto rejected = [](const char* code, const char* inner) {
        service_error said;
        said.code = code;
        if (*inner) {
            said.inner.emplace_back();
            said.inner.back().code = inner;
        }
        return tool::reason_of(failure(errc::forbidden, said));
    };
    CHECK(rejected("Forbidden", "") == rejected("Forbidden", ""));
    CHECK(rejected("Forbidden", "") != rejected("AuthorizationFailed", ""));
    CHECK(rejected("Forbidden", "A") != rejected("Forbidden", "B"));
    CHECK(rejected("", "") != tool::reason_of(failure(errc::connection_failed)));
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

} // namespace failure_watch_test
