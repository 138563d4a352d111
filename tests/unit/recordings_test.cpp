// Sessions with the real service, where there are some beside the checkout: their responses are read, and
// the requests in them are the ones that are sent.

#include <langexport/detail/policy/classify_response.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/export_request.hpp>

#include "support/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>

namespace recordings_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;

namespace {

std::string text_of(const boost::json::object& object, std::string_view member) {
    const auto* field = object.if_contains(member);
    return field && field->is_string() ? std::string(field->get_string()) : std::string();
}

std::string file_text(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

using exchange_check = std::function<void(const boost::json::object&, response_message&)>;

// Calls `check` for each exchange of each session; false if there are none.
bool for_each_exchange(const exchange_check& check) {
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(LANGEXPORT_SOURCE_DIR) / ".." / "shared" / "recordings";
    if (!fs::is_directory(folder)) {
        WARN("skipped: there are no recordings");
        return false;
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".json")
            continue;
        const auto session = boost::json::parse(file_text(entry.path()));
        const auto* entries = session.as_object().if_contains("Entries");
        if (!entries)
            continue;
        for (const auto& each : entries->as_array()) {
            const auto& exchange = each.as_object();
            const auto& headers = exchange.at("ResponseHeaders").as_object();
            response_message response;
            response.status = static_cast<unsigned>(exchange.at("StatusCode").as_int64());
            response.operation_location = text_of(headers, "operation-location");
            response.content_type = text_of(headers, "Content-Type");
            if (!exchange.at("ResponseBody").is_null())
                response.body = boost::json::serialize(exchange.at("ResponseBody"));
            INFO(entry.path().filename().string() << ": " << text_of(exchange, "RequestUri"));
            check(exchange, response);
        }
    }
    return true;
}

split_url split(const std::string& url) {
    split_url parts;
    std::string why;
    REQUIRE(parse_url(url, parts, why));
    return parts;
}

} // namespace

TEST_CASE("the client sends recorded submissions and accepts their responses", "[recordings]") {
    int seen = 0;
    const bool are_there = for_each_exchange([&](const boost::json::object& exchange,
                                                 response_message& response) {
        const split_url asked = split(text_of(exchange, "RequestUri"));
        const std::size_t at = asked.target.find("/:export?");
        if (at == std::string::npos)
            return;
        ++seen;
        const std::string projects = "/projects/";
        const std::size_t name = asked.target.find(projects) + projects.size();
        const std::size_t surface = asked.target.rfind('/', name - projects.size() - 1) + 1;
        export_request request(asked.target.substr(name, at - name));
        const auto known =
            project_surface_of(asked.target.substr(surface, name - projects.size() - surface));
        REQUIRE(known.has_value());
        request.surface = *known;
        const endpoint service = endpoint::parse(asked.origin.to_string());
        const std::string version = asked.target.find("2025-05-15-preview") != std::string::npos
                                        ? "2025-05-15-preview"
                                        : "2023-04-01";
        const std::string target = submission_target(service, version, request);
        CHECK(target.substr(0, target.find('?')) == asked.target.substr(0, asked.target.find('?')));
        CHECK(target.find("stringIndexType=Utf16CodeUnit") != std::string::npos);
        CHECK(target.find("api-version=" + version) != std::string::npos);
        CHECK(target.size() == asked.target.size()); // the same fields, in one order or another

        export_status status;
        const response_context context{service, {}, 32, 10min, std::chrono::system_clock::now()};
        const auto read = classify_response(request_kind::submission, response, context, status);
        CHECK(read.event.outcome.category == status_class::accepted);
        CHECK(read.target == split(response.operation_location).target);
    });
    CHECK(seen >= (are_there ? 2 : 0));
}

TEST_CASE("recorded statuses are read with the same values", "[recordings]") {
    int seen = 0;
    const bool are_there = for_each_exchange([&](const boost::json::object& exchange,
                                                 response_message& response) {
        const auto* body = exchange.at("ResponseBody").if_object();
        if (!body || !body->contains("jobId"))
            return;
        ++seen;
        const endpoint service =
            endpoint::parse(split(text_of(exchange, "RequestUri")).origin.to_string());
        export_status status(export_job("p", "https://name.example/job", {}));
        const response_context context{service, {}, 32, 10min, std::chrono::system_clock::now()};
        const auto read = classify_response(request_kind::status, response, context, status);
        CHECK(status.status != job_status::unknown);
        CHECK(status.status_text == text_of(*body, "status"));
        CHECK(status.result_url == text_of(*body, "resultUrl"));
        REQUIRE(status.created.has_value());
        CHECK(status.expires == *status.created + 7 * 24h);
        CHECK(status.errors.empty());
        if (!status.result_url.empty()) {
            CHECK(read.event.outcome.category == status_class::accepted);
            CHECK(read.target == split(status.result_url).target);
        }
    });
    CHECK(seen >= (are_there ? 4 : 0));
}

TEST_CASE("recorded failures are read with the same code and message", "[recordings]") {
    int seen = 0;
    const bool are_there = for_each_exchange([&](const boost::json::object& exchange,
                                                 response_message& response) {
        if (response.status < 400)
            return;
        ++seen;
        const endpoint service = endpoint::parse("https://name.example");
        export_status status;
        const response_context context{service, {}, 32, 10min, std::chrono::system_clock::now()};
        const auto read = classify_response(request_kind::status, response, context, status);
        const auto& error = exchange.at("ResponseBody").at("error").as_object();
        CHECK(read.service.code == text_of(error, "code"));
        CHECK(read.service.message == text_of(error, "message"));
        CHECK(read.event.outcome.code ==
              (response.status == 401 ? errc::unauthorized : errc::job_not_found));
    });
    CHECK(seen >= (are_there ? 2 : 0));
}

} // namespace recordings_test
