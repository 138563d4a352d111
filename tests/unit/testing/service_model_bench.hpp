#ifndef LANGEXPORT_TESTS_UNIT_TESTING_SERVICE_MODEL_BENCH_HPP
#define LANGEXPORT_TESTS_UNIT_TESTING_SERVICE_MODEL_BENCH_HPP

#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

inline constexpr std::string_view export_query =
    "?stringIndexType=Utf16CodeUnit&api-version=2022-05-01";
inline const std::string projects_path = "/language/authoring/analyze-text/projects/";

/// 2026-02-02T23:14:59.400Z
inline std::chrono::system_clock::time_point evening() {
    using namespace std::chrono_literals;
    return std::chrono::sys_days(std::chrono::year(2026) / 2 / 2) + 23h + 14min + 59s + 400ms;
}

inline langexport::testing::emulator_options options_with_key() {
    langexport::testing::emulator_options options;
    options.keys = {"first", "second"};
    options.seed = 1;
    return options;
}

/// A model, the time, and requests with the right key.
class service_model_bench {
public:
    explicit service_model_bench(langexport::testing::emulator_options options = options_with_key())
        : model(std::move(options), "http://127.0.0.1:80"), now(evening()) {}

    langexport::testing::service_response
    ask(std::string method, std::string target, std::string body = "",
        std::vector<std::pair<std::string, std::string>> headers = {}) {
        langexport::testing::service_request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = {{"Host", "service.example"}, {"Ocp-Apim-Subscription-Key", key}};
        for (auto& field : headers)
            request.headers.push_back(std::move(field));
        return model.handle(request, now);
    }

    langexport::testing::service_response submit(const std::string& name = "Demo") {
        return ask("POST", projects_path + name + "/:export" + std::string(export_query));
    }

    /// The path of the job that a submission began.
    std::string begin(const std::string& name = "Demo") {
        const langexport::testing::service_response accepted = submit(name);
        REQUIRE(accepted.status == 202);
        return path_of(std::string(accepted.header("operation-location")));
    }

    static std::string path_of(const std::string& url) { return url.substr(url.find('/', 8)); }

    boost::json::object poll(const std::string& job) {
        const langexport::testing::service_response response = ask("GET", job);
        REQUIRE(response.status == 200);
        return boost::json::parse(response.body).as_object();
    }

    std::string word(const std::string& job) {
        return std::string(poll(job).at("status").as_string());
    }

    langexport::testing::service_model model;
    std::chrono::system_clock::time_point now;
    std::string key = "first";
};

inline std::string read_all(langexport::testing::body_source& source, std::size_t piece = 1000) {
    std::string all;
    std::string part(piece, '\0');
    while (const std::size_t count = source.read(part.data(), part.size()))
        all.append(part, 0, count);
    return all;
}

inline std::string text(const boost::json::value& value) {
    return std::string(value.as_string());
}

inline std::string error_code_of(const langexport::testing::service_response& response) {
    return text(boost::json::parse(response.body).at("error").at("code"));
}

} // namespace langexport_tests

#endif
