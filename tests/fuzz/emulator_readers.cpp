// The emulators without a network: any request gets a response that is HTTP and, where it says so, JSON.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_completeness.hpp>
#include <langexport/testing/impl/identity_state.hpp>
#include <langexport/testing/service_model.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace langexport_tests::fuzz {

namespace {

namespace testing = langexport::testing;

constexpr std::size_t most_posts = 3, most_gets = 20, most_logged = 4;

std::string_view take_until(std::string_view& text, char end) {
    const std::size_t at = std::min(text.find(end), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

// `METHOD TARGET`, then a tab and the body.
testing::service_request request_of(std::string_view line) {
    testing::service_request request;
    request.method = take_until(line, ' ');
    request.target = take_until(line, '\t');
    request.body = line;
    request.headers.emplace_back("Host", "service.example:8443");
    return request;
}

std::string body_of(testing::service_response& response) {
    if (!response.stream)
        return response.body;
    std::string body;
    char piece[1000];
    while (const std::size_t size = response.stream->read(piece, sizeof piece))
        body.append(piece, size);
    promise(body.size() == response.stream->size(), "a stream has its size");
    return body;
}

void promise_message(testing::service_response& response) {
    promise(response.status >= 200 && response.status <= 599, "a status is final");
    for (const auto& [name, value] : response.headers) {
        promise(!name.empty() && name.find_first_of(" :\t\r\n") == std::string::npos,
                "a header has a name", name);
        promise(
            std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7f'; }),
            "a header fits in a line", value);
    }
    const std::string body = body_of(response);
    promise(body.size() < 100'000, "a response is short");
    if (body.empty() || !response.header("Content-Type").starts_with("application/json"))
        return;
    // An imported document is returned as it is, also with an escape that is half of a character.
    promise(langexport::detail::is_whole_json(body), "JSON is valid", body);
}

testing::emulator_options model_options() {
    testing::emulator_options options;
    options.keys = {"key"};
    options.seed = 1;
    options.page_size = 2;
    options.log_limit = most_logged;
    options.quota_posts = most_posts;
    options.quota_gets = most_gets;
    return options;
}

void add_projects(testing::service_model& model) {
    for (const auto kind :
         {testing::sample_kind::entity_recognition, testing::sample_kind::conversation,
          testing::sample_kind::question_answering})
        for (const char* const number : {"1", "2", "3"}) {
            testing::project one(std::string(testing::to_string(kind)).substr(0, 2) + number);
            one.kind = kind;
            one.job_duration = std::chrono::nanoseconds(0);
            one.trained_models = {"m"};
            model.add_project(std::move(one));
        }
    testing::project imported("");
    imported.job_duration = std::chrono::nanoseconds(0);
    model.set_import_pattern(std::move(imported));
}

} // namespace

// A request on each line, all at the same time. `@` at the beginning of a target is the job that was submitted last.
void play_model(std::string_view text) {
    const testing::service_model::time_point now{std::chrono::seconds(1'800'000'000)};
    testing::service_model model(model_options(), "http://127.0.0.1:1");
    add_projects(model);
    std::string job = "/";
    std::uint64_t number = 0, posts = 0, gets = 0;
    while (!text.empty()) {
        testing::service_request request = request_of(take_until(text, '\n'));
        request.headers.emplace_back("Ocp-Apim-Subscription-Key", "key");
        request.headers.emplace_back("Content-Type", "application/json");
        if (request.target.starts_with('@'))
            request.target = job.substr(0, job.find('?')) + request.target.substr(1);
        testing::service_response response = model.handle(request, now);
        ++number;
        promise_message(response);
        if (response.status != 429)
            ++(request.method == "GET" ? gets : posts);
        if (response.status == 202)
            job = response.header("operation-location");
    }
    promise(posts <= most_posts && gets <= most_gets, "a quota holds");
    promise(model.counters().requests == number, "each request is counted");
    promise(model.counters().jobs_created <= most_posts, "a job has its submission");
    promise(model.requests().size() <= most_logged, "the log has its limit");
}

// A request on each line. The first word of its body is the value of the headers that a machine demands.
void play_issuer(std::string_view text) {
    testing::identity_emulator_options options;
    options.tenant_id = "tenant";
    options.client_id = "client";
    options.client_secret = "secret";
    options.client_assertion = "assertion";
    options.identity_header = "header";
    testing::detail::identity_state state(options);
    state.endpoint = "https://issuer.example";
    while (!text.empty()) {
        testing::service_request request = request_of(take_until(text, '\n'));
        const std::string word = request.body.substr(0, request.body.find(' '));
        request.headers.emplace_back("Metadata", word);
        request.headers.emplace_back("X-IDENTITY-HEADER", word);
        const std::size_t before = state.tokens.size();
        testing::service_response response = state.handle(request);
        promise_message(response);
        const std::size_t issued = state.tokens.size() - before;
        promise(issued == (response.status == 200 &&
                           response.body.find("access_token") != std::string::npos),
                "a good response has one token");
        const bool is_encoded = request.body.find_first_of("%+") != std::string::npos;
        promise(issued == 0 || is_encoded || request.body.find("secret") != std::string::npos ||
                    request.body.find("assertion") != std::string::npos || word == "true" ||
                    word == "header",
                "a token takes a proof");
    }
}

} // namespace langexport_tests::fuzz
