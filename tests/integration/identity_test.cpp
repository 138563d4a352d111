// Ready-made sources of tokens: exports from a service that accepts no keys.

#include "integration/client_bench.hpp"
#include "integration/identity_bench.hpp"
#include "support/batch_ranges.hpp"
#include "support/catch.hpp"

#include <langexport/export_projects.hpp>
#include <langexport/identity/impl/entra_endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace identity_test {

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::batch_summary;
using langexport::bearer_token_source;
using langexport::client;
using langexport::errc;
using langexport_tests::client_bench;
using langexport_tests::contains_text;
using langexport_tests::event_list;
using langexport_tests::identity_bench;
using langexport_tests::outcome;
using langexport_tests::quick_project;
using langexport_tests::source_kind;
using testing::canned_response;
using testing::issuer_call;
using testing::issuer_error;
using testing::occurrences;

namespace {

testing::identity_emulator_options with_tls(bool tls) {
    testing::identity_emulator_options options;
    options.tls = tls;
    return options;
}

} // namespace

TEST_CASE("each source exports while tokens expire and the issuer fails now and then, "
          "and shows no secret",
          "[identity]") {
    const auto [kind, tls] =
        GENERATE(std::pair(source_kind::secret, true), std::pair(source_kind::workload, true),
                 std::pair(source_kind::app_service, false), std::pair(source_kind::machine, false),
                 std::pair(source_kind::chain, false));
    constexpr std::size_t number = 200;
    testing::identity_emulator_options options = with_tls(tls);
    options.token_lifetime = 2s;
    // The service rejects a token before the issuer's time for it is over.
    testing::emulator_options service_options;
    service_options.time_scale = 30;
    service_options.bearer_token_lifetime = 8s;
    identity_bench b(options, service_options);
    b.keeps_old_tokens = true;
    b.service->add_project(quick_project());
    // So the batch takes many lives of a token.
    b.service->on(testing::call_kind::submission, occurrences::always(),
                  canned_response::after(1s));
    b.issuer().on(issuer_call::any, occurrences::one_in(10),
                  issuer_error(503, "temporarily_unavailable", "AADSTS90033: Try again."));
    langexport::client_params params = b.params();
    params.credential = langexport::credential(b.source(kind));
    params.max_connections = 2;
    const auto events = std::make_shared<event_list>();
    params.observer = events;
    const client c = b.service.make_client(params);
    const std::vector<langexport::export_request> requests(number,
                                                           langexport::export_request("Demo"));
    langexport::batch_options batch;
    std::size_t documents = 0;
    std::string output;
    batch.on_finished = [&](const langexport::batch_outcome& one) {
        documents += one.document.find(R"("projectName":"Demo")") != std::string::npos;
        output += langexport::message_of(one.error);
    };
    const auto end = b.service.run<batch_summary>([&](auto callback) {
        langexport::export_projects(c, requests, batch, std::move(callback));
    });
    REQUIRE(end.is_good());
    INFO(output);
    CHECK(end.result.exported == number);
    CHECK(documents == number);
    CHECK(b.service->counters().jobs_created == number);
    CHECK(b.issuer().tokens().size() >= 10);
    std::size_t failed = 0;
    for (const testing::issuer_request& each : b.issuer().requests()) {
        failed += each.status == 503;
        output += each.target;
    }
    CHECK(failed >= 1);

    // No event, no message and no request to the service has what the issuer received; no request to the
    // issuer has a token.
    for (const std::string& line : events->lines())
        output += line;
    for (const testing::request_record& each : b.service->requests()) {
        output += each.target + each.body;
        for (const auto& [name, value] : each.headers)
            output += value;
    }
    std::vector<std::string> secrets = b.issuer().tokens();
    const auto& known = b.issuer().options();
    for (const std::string& secret :
         {known.client_secret, known.client_assertion, known.identity_header,
          std::string(langexport_tests::wrong_secret)})
        secrets.push_back(secret);
    for (const std::string& secret : secrets)
        CHECK(output.find(secret) == std::string::npos);
}

TEST_CASE("a client keeps its token, and the source only fetches it", "[identity]") {
    const auto kind = GENERATE(source_kind::secret, source_kind::workload, source_kind::app_service,
                               source_kind::machine);
    const auto clock_offset = GENERATE(-5h, 0h, 5h);
    testing::identity_emulator_options options;
    options.clock_offset = clock_offset;
    identity_bench b(options);
    b.service->add_project(quick_project());
    const client c = b.client_with(b.source(kind));
    for (int i = 0; i < 5; ++i)
        REQUIRE(b.service.export_project(c).is_good());
    const auto requests = b.issuer().requests();
    REQUIRE(requests.size() == 1); // although the issuer's clock is wrong
    const bool is_application = kind == source_kind::secret || kind == source_kind::workload;
    CHECK(requests[0].scope == (is_application ? "https://cognitiveservices.azure.com/.default"
                                               : "https://cognitiveservices.azure.com"));
}

TEST_CASE("the token file is read again for each token", "[identity]") {
    identity_bench b;
    b.service->add_project(quick_project());
    const bearer_token_source source = b.source(source_kind::workload);
    REQUIRE(b.service.export_project(b.client_with(source)).is_good());
    b.issuer().set_client_assertion("another-assertion-8f2e6c");
    b.write_assertion("another-assertion-8f2e6c");
    CHECK(b.service.export_project(b.client_with(source)).is_good());
    // Missing for a moment, as while it is replaced.
    std::filesystem::remove(b.token_file());
    const client c = b.client_with(source);
    const auto late = b.service.begin<langexport::exported_project>([&](auto callback) {
        langexport::export_project(c, langexport::export_request("Demo"), std::move(callback));
    });
    b.service.context.poll();
    b.write_assertion("another-assertion-8f2e6c");
    REQUIRE(b.service.run_dry());
    CHECK(late->is_good());
}

TEST_CASE("a chain without a token reports the error of each source", "[identity]") {
    identity_bench b;
    b.service->add_project(quick_project());
    const bool is_permanent = GENERATE(true, false);
    b.issuer().on(issuer_call::machine, occurrences::always(),
                  is_permanent ? issuer_error(400, "invalid_request", "Identity not found")
                               : canned_response(500));
    langexport::client_params params = b.params();
    params.credential = langexport::credential(langexport::token_chain(
        {langexport::entra_client_secret(b.options(), langexport_tests::wrong_secret),
         b.source(source_kind::machine)}));
    params.retry.max_attempts = 3;
    const auto end = b.service.export_project(b.service.make_client(params));
    CHECK(end.code() == errc::credential_unavailable);
    CHECK_THAT(end.what(), contains_text("none of 2 sources gave a token"));
    CHECK_THAT(end.what(), contains_text("AADSTS7000215"));
    CHECK_THAT(end.what(), contains_text("for the managed identity of this machine"));
    CHECK(end.known().is_permanent == is_permanent);
    CHECK(b.issuer().requests().size() == (is_permanent ? 2U : 6U));
    CHECK(b.service.number_seen() == 0);
}

TEST_CASE("an application of another cloud has an authority and a scope of its own", "[identity]") {
    const std::string tenant_id = "tenant", client_id = "application", secret = "a-secret-5b1d";
    // [region cloud]
    langexport::entra_options application(tenant_id, client_id);
    application.authority_host = "https://login.microsoftonline.us";
    application.scope = "https://cognitiveservices.azure.us/.default";
    langexport::client_params params("https://my-resource.cognitiveservices.azure.us",
                                     langexport::entra_client_secret(application, secret));
    // [end cloud]
    CHECK(params.credential.source());
    const auto endpoint = langexport::detail::make_entra_endpoint(
        application, langexport::detail::client_proof::secret,
        [] { return std::make_shared<const langexport::detail::secret_bytes>(8, 'x'); });
    CHECK(endpoint.route.peer.to_string() == "https://login.microsoftonline.us");
    langexport::detail::secret_redactor hidden;
    const auto request = endpoint.write_request(hidden);
    const std::string bytes(langexport::detail::view(request.bytes));
    CHECK_THAT(bytes, contains_text("https%3A%2F%2Fcognitiveservices.azure.us%2F.default"));
}

TEST_CASE("the environment describes the source", "[identity]") {
    identity_bench b(with_tls(false));
    b.service->add_project(quick_project());
    const auto& known = b.issuer().options();
    auto& variables = b.variables;
    const auto ask = [&] {
        const auto source = langexport::detail::make_identity_from_environment(b.environment());
        REQUIRE(b.service.export_project(b.client_with(source)).is_good());
        return b.issuer().requests().back();
    };
    const auto set_application = [&] {
        variables["AZURE_TENANT_ID"] = known.tenant_id;
        variables["AZURE_CLIENT_ID"] = known.client_id;
        variables["AZURE_AUTHORITY_HOST"] = b.issuer().authority() + "/";
    };
    SECTION("a client secret") {
        set_application();
        variables["AZURE_CLIENT_SECRET"] = known.client_secret;
        CHECK(ask().kind == issuer_call::application);
    }
    SECTION("a workload identity") {
        set_application();
        variables["AZURE_FEDERATED_TOKEN_FILE"] = b.token_file().string();
        CHECK(ask().kind == issuer_call::application);
    }
    SECTION("App Service, with a user-assigned identity") {
        variables["AZURE_CLIENT_ID"] = known.client_id;
        variables["IDENTITY_ENDPOINT"] = b.issuer().identity_endpoint();
        variables["IDENTITY_HEADER"] = known.identity_header;
        const testing::issuer_request last = ask();
        CHECK(last.kind == issuer_call::app_service);
        CHECK(last.client_id == known.client_id);
    }
    SECTION("a virtual machine's user-assigned identity") {
        variables["AZURE_CLIENT_ID"] = known.client_id;
        CHECK(ask().kind == issuer_call::machine);
    }
    SECTION("several: the first one that succeeds") {
        set_application();
        variables["AZURE_CLIENT_SECRET"] = langexport_tests::wrong_secret;
        variables["IDENTITY_ENDPOINT"] = b.issuer().identity_endpoint();
        variables["IDENTITY_HEADER"] = known.identity_header;
        CHECK(ask().kind == issuer_call::app_service);
        CHECK(b.issuer().requests().front().kind == issuer_call::application);
    }
}

} // namespace identity_test
