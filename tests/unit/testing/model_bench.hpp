#ifndef LANGEXPORT_TESTS_UNIT_TESTING_MODEL_BENCH_HPP
#define LANGEXPORT_TESTS_UNIT_TESTING_MODEL_BENCH_HPP

#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace langexport_tests {

// The service without a network, one project, and the time.
class model_bench {
public:
    explicit model_bench(langexport::testing::sample_kind kind, double time_scale = 1)
        : model_bench(kind, options_with(time_scale)) {}
    model_bench(langexport::testing::sample_kind kind,
                langexport::testing::emulator_options options)
        : model(with_key(std::move(options)), "https://127.0.0.1:1"),
          now(std::chrono::sys_days(std::chrono::year(2026) / 2 / 2) + std::chrono::hours(23)) {
        langexport::testing::project p("Demo");
        p.kind = kind;
        model.add_project(p);
    }

    langexport::testing::service_response ask(std::string method, std::string target) {
        langexport::testing::service_request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.headers = {{"Host", "service.example"}, {"Ocp-Apim-Subscription-Key", "key"}};
        return model.handle(request, now);
    }
    langexport::testing::service_response submit(const std::string& surface,
                                                 const std::string& query = {}) {
        const bool has_offsets = surface != "query-knowledgebases";
        return ask("POST", "/language/authoring/" + surface +
                               "/projects/Demo/:export?api-version=2023-04-01" +
                               (has_offsets ? "&stringIndexType=Utf16CodeUnit" : "") + query);
    }
    // The path of the job that a submission began.
    std::string begin(const std::string& surface) {
        const std::string url(submit(surface).header("operation-location"));
        REQUIRE(url.size() > 8);
        return url.substr(url.find('/', 8));
    }

    langexport::testing::service_model model;
    std::chrono::system_clock::time_point now;

private:
    static langexport::testing::emulator_options options_with(double time_scale) {
        langexport::testing::emulator_options options;
        options.time_scale = time_scale;
        return options;
    }
    static langexport::testing::emulator_options
    with_key(langexport::testing::emulator_options options) {
        options.keys = {"key"};
        return options;
    }
};

} // namespace langexport_tests

#endif
