// The messages of the backup tool name its options, never the names of the library.

#include "../../examples/tool/known_keys.hpp"
#include "../../examples/tool/option_names.hpp"

#include <langexport/client_params.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_request.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace messages_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The first C++ name in a message: a word with `::`, `()` or an underscore. Words in capital letters are names of
// environment variables.
std::string name_of_cpp_in(const std::string& message) {
    for (const char* sign : {"::", "()", "_params", "->"})
        if (message.find(sign) != std::string::npos)
            return sign;
    std::string word;
    bool is_quoted = false; // fields of a config are quoted
    for (const char c : message + ' ') {
        is_quoted = is_quoted != (c == '"');
        if (is_quoted)
            continue;
        if (is_word_char(c)) {
            word += c;
            continue;
        }
        const bool is_lower = std::any_of(word.begin(), word.end(),
                                          [](char each) { return each >= 'a' && each <= 'z'; });
        if (word.find('_') != std::string::npos && is_lower)
            return word;
        word.clear();
    }
    return {};
}

client_params good_params() {
    return client_params("https://name.example",
                         subscription_key("e58b081006f7e3dfc967a64cb14028d5"));
}

std::string rejection_of_params(const std::function<void(client_params&)>& spoil) {
    client_params params = good_params();
    spoil(params);
    try {
        validate(params);
    } catch (const export_error& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("no error message has a C++ name", "[tool][messages]") {
    diagnostics without;
    without.project_name = "Invoices";
    without.doing = "submitting the export of project";
    diagnostics unconfirmed = without;
    unconfirmed.submission = submission_state::unconfirmed;
    diagnostics with_job = without;
    with_job.submission = submission_state::confirmed;
    with_job.job = std::make_shared<export_job>("Invoices", "https://name.example/jobs/1",
                                                export_job::time_point());
    diagnostics keys_off = without;
    keys_off.http_status = 403;
    keys_off.service.code = "AuthenticationTypeDisabled";
    for (int value = 1; value <= static_cast<int>(errc::cancelled); ++value)
        for (const diagnostics* known : {&without, &unconfirmed, &with_job, &keys_off})
            for (const bool has_config : {false, true}) {
                const auto code = static_cast<errc>(value);
                const std::string message = tool::with_option_names(
                    export_error(make_error_code(code), *known).what(), has_config);
                INFO(message);
                CHECK(name_of_cpp_in(message).empty());
                if (to_string(code).find('_') != std::string_view::npos)
                    CHECK(message.find(to_string(code)) == std::string::npos);
            }
}

TEST_CASE("every wrong setting is reported with the name of its option", "[tool][messages]") {
    const struct {
        std::function<void(client_params&)> spoil;
        std::string_view name, name_in_config;
    } cases[] = {
        {[](auto& p) { p.endpoint = "ftp://x"; }, "--endpoint (7 characters) has the scheme",
         "endpoint"},
        {[](auto& p) { p.endpoint = "http://x.example"; }, "--endpoint (16 characters) is http",
         "endpoint"},
        {[](auto& p) { p.endpoint = "https://e58b081006f7e3dfc967a64cb14028d5/"; },
         "--endpoint has a key", "endpoint"},
        {[](auto& p) { p.api_version = "a/b"; }, "--api-version", "api_version"},
        {[](auto& p) { p.ca_file = std::string("a\0b", 3); }, "--ca-file", "ca_file"},
        {[](auto& p) { p.gateway_backends = {"x"}; }, "--gateway-backend[0]",
         "\"gateway_backends\"[0]"},
        {[](auto& p) { p.quota.submissions = 2'000'000; }, "--quota-posts", "quota.submissions"},
        {[](auto& p) { p.quota.reads = 2'000'000; }, "--quota-gets", "quota.reads"},
        {[](auto& p) { p.quota.window = 25h; }, "--quota-window", "quota.window"},
        {[](auto& p) { p.polling.first = 0s; }, "--poll-first must be from 1 ms to 1 h", ""},
        {[](auto& p) { p.polling.min_interval = 0s; }, "--poll-max", ""},
        {[](auto& p) { p.polling.max_interval = 2h; }, "--poll-max", ""},
        {[](auto& p) { p.deadline = 0s; }, "--deadline", ""},
        {[](auto& p) { p.job_timeout = 0s; }, "--job-timeout", ""},
        {[](auto& p) { p.attempt_timeout = 0s; }, "--attempt-timeout", ""},
        {[](auto& p) { p.max_pending = 0; }, "--max-in-flight", ""},
        {[](auto& p) { p.max_connections = 0; }, "max connections must be from 1", ""},
        {[](auto& p) { p.max_header_size = 0; }, "max header size must be from", ""},
    };
    for (const auto& each : cases) {
        const std::string what = rejection_of_params(each.spoil);
        REQUIRE_FALSE(what.empty());
        const std::string message = tool::with_option_names(what, false);
        INFO(message);
        CHECK_THAT(message, contains_text(std::string(each.name)));
        CHECK(name_of_cpp_in(message).empty());
        const std::string with_config = tool::with_option_names(what, true);
        INFO(with_config);
        CHECK_THAT(with_config, contains_text(std::string(each.name_in_config)));
        CHECK(with_config.find("::") == std::string::npos);
        CHECK((each.name_in_config.empty() || with_config.find("--") == std::string::npos));
    }
}

TEST_CASE("advice names the options to use", "[tool][messages]") {
    const auto message = [](errc code) {
        return tool::with_option_names(export_error(make_error_code(code), diagnostics()).what(),
                                       false);
    };
    CHECK_THAT(
        message(errc::project_not_found),
        contains_text("(--surface: analyze-text, analyze-conversations or query-knowledgebases)") &&
            contains_text("--endpoint"));
    CHECK_THAT(message(errc::connection_failed), contains_text("check --endpoint and the network"));
    CHECK_THAT(message(errc::tls_failed), contains_text("--ca-file"));
    CHECK_THAT(message(errc::foreign_origin), contains_text("--gateway-backend"));
    CHECK_THAT(message(errc::job_timed_out), contains_text("--job-timeout"));
    CHECK_THAT(message(errc::deadline_exceeded), contains_text("--deadline"));
    CHECK_THAT(message(errc::job_partially_completed), contains_text("--accept-partial"));
    // The same when the reason stands between the error and its advice.
    const std::string late = tool::with_option_names(
        "the deadline of the operation passed: to 192.0.2.1:443 (No route to host); allow it more "
        "time");
    CHECK_THAT(late, contains_text("(--deadline) passed: to 192.0.2.1:443 (No route to host)"));
    // A finished job has no advice to wait.
    for (const errc over : {errc::job_failed, errc::job_cancelled, errc::job_expired}) {
        const std::string text = tool::with_option_names(
            std::string(message(over)) + "; the job's resume token is kept in this error "
                                         "(job()->to_token())");
        INFO(text);
        CHECK_THAT(text, contains_text("--resume submits it again"));
        CHECK_FALSE(text.find("keeps the job") != std::string::npos);
    }
    CHECK_THAT(tool::with_option_names("the environment variable AZURE_LANGUAGE_KEY is not "
                                       "set; correct the field named",
                                       false),
               contains_text("AZURE_LANGUAGE_KEY is not set: set it, or use --key-file"));
}

TEST_CASE("a message without names of the library stays as it is", "[tool][messages]") {
    for (const std::string text : {"", "exporting 'a::b' failed", "std::bad_alloc", "C:\\x::y"})
        CHECK(tool::with_option_names(text, false) == text);
}

} // namespace messages_test
