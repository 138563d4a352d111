#include "support/virtual_bench.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace testing = langexport::testing;

namespace langexport_tests {

namespace {

const std::string bench_key = "9f3c1d7a5b2e4860a1c3e5f708192b3d";

testing::emulator_options with_key(testing::emulator_options options) {
    options.keys = {bench_key};
    options.tls = true; // links begin with https
    return options;
}

testing::service_request parse(const seen_request& seen) {
    testing::service_request request;
    request.method = seen.method;
    request.target = seen.target;
    std::size_t at = seen.bytes.find("\r\n") + 2;
    for (std::size_t end = 0; (end = seen.bytes.find("\r\n", at)) != at; at = end + 2) {
        const std::size_t colon = seen.bytes.find(": ", at);
        request.headers.emplace_back(seen.bytes.substr(at, colon - at),
                                     seen.bytes.substr(colon + 2, end - colon - 2));
    }
    request.body = seen.bytes.substr(at + 2);
    return request;
}

std::string body_of(const testing::service_response& response) {
    std::string body = response.body;
    if (response.stream) {
        body.resize(response.stream->size());
        for (std::size_t at = 0, count = 1; count > 0; at += count)
            count = response.stream->read(body.data() + at, body.size() - at);
    }
    return body;
}

} // namespace

virtual_bench::virtual_bench(const langexport::client_params& params,
                             testing::emulator_options options)
    : engine_bench(params), model_(with_key(std::move(options)), "https://" + bench_service::host) {
    model_.add_project(instant_project());
    service->latency = std::chrono::milliseconds(1);
    service->respond = [this](const seen_request& seen) { return respond(seen); };
}

langexport::client_params virtual_bench::quick_params() {
    langexport::client_params p("https://" + bench_service::host,
                                langexport::subscription_key(bench_key));
    p.quota.submissions = p.quota.reads = 0;
    p.polling.first = std::chrono::milliseconds(1);
    p.polling.min_interval = std::chrono::milliseconds(1);
    p.polling.max_interval = std::chrono::milliseconds(5);
    p.retry.first_backoff = std::chrono::milliseconds(1);
    p.retry.max_backoff = std::chrono::milliseconds(4);
    return p;
}

langexport::export_job virtual_bench::submit_elsewhere(const std::string& project) {
    testing::service_request request;
    request.method = "POST";
    request.target = "/language/authoring/analyze-text/projects/" + project +
                     "/:export?stringIndexType=Utf16CodeUnit&api-version=2023-04-01";
    request.headers = {{"Host", bench_service::host}, {"Ocp-Apim-Subscription-Key", bench_key}};
    const testing::service_response response = model_.handle(request, time().system_now());
    if (response.status != 202)
        throw std::runtime_error("the job was not accepted: " + response.body);
    return langexport::export_job(project, std::string(response.header("operation-location")),
                                  time().system_now());
}

bench_response virtual_bench::respond(const seen_request& seen) {
    const testing::service_response response = model_.handle(parse(seen), time().system_now());
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " X\r\n";
    for (const auto& [name, value] : response.headers)
        head += name + ": " + value + "\r\n";
    const std::string body = body_of(response);
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    bench_response sent(head + body);
    if (const auto& fault = response.fault) {
        sent.delay = fault->delay;
        if (fault->cut) {
            sent.bytes.resize((fault->cut_in_body ? head.size() : 0) + *fault->cut);
            sent.is_reset = fault->ending != testing::early_end::stall;
        }
    }
    return sent;
}

} // namespace langexport_tests
