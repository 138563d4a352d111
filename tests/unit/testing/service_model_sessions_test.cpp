// Sessions with the service are replayed against the emulator: those in the folder sessions (the form of
// recorded ones, with values of our own), and recorded ones if there are some beside the checkout.

#include <langexport/detail/base/timestamp.hpp>
#include <langexport/testing/service_model.hpp>

#include "support/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace service_model_sessions_test {

namespace fs = std::filesystem;
namespace json = boost::json;
namespace testing = langexport::testing;

namespace {

using namespace std::chrono_literals;
using langexport::project_surface;
using testing::sample_kind;

using name_set = std::set<std::string>;
using time_point = std::chrono::system_clock::time_point;

const fs::path own_sessions =
    fs::path(LANGEXPORT_SOURCE_DIR) / "tests" / "unit" / "testing" / "sessions";
const fs::path recordings = fs::path(LANGEXPORT_SOURCE_DIR) / ".." / "shared" / "recordings";

// A request and the response of the service.
class exchange {
public:
    bool is_emulated() const { return status == 401 || url.find("/projects") != std::string::npos; }

    bool is_of_import() const { return url.find("import") != std::string::npos; }

    std::string method;
    std::string url;
    std::string request_body;
    unsigned status = 0;
    time_point date;
    name_set header_names;
    std::string content_type;
    std::size_t content_length = 0; // 0: not known
    json::value body;
};

json::value read_json(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return json::parse(
        std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()));
}

std::string text_of(const json::object& object, std::string_view member) {
    const json::value* const found = object.if_contains(member);
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

time_point to_time(const std::string& date) {
    const auto time = langexport::detail::parse_http_date(date);
    REQUIRE(time);
    return *time;
}

exchange from_session(const json::object& from) {
    exchange e;
    const std::string request = text_of(from, "Request");
    e.method = request.substr(0, request.find(' '));
    e.url = request.substr(request.find(' ') + 1);
    if (const json::value* const body = from.if_contains("RequestBody"))
        e.request_body = json::serialize(*body);
    e.status = static_cast<unsigned>(from.at("StatusCode").as_int64());
    e.date = to_time(text_of(from, "Date"));
    for (const json::value& name : from.at("HeaderNames").as_array())
        e.header_names.emplace(name.as_string());
    e.content_type = text_of(from, "ContentType");
    if (const json::value* const length = from.if_contains("ContentLength"))
        e.content_length = static_cast<std::size_t>(length->as_int64());
    e.body = from.at("Body");
    return e;
}

exchange from_recording(const json::object& from) {
    exchange e;
    e.method = text_of(from, "RequestMethod");
    e.url = text_of(from, "RequestUri");
    if (!from.at("RequestBody").is_null())
        e.request_body = json::serialize(from.at("RequestBody"));
    e.status = static_cast<unsigned>(from.at("StatusCode").as_int64());
    const json::object& headers = from.at("ResponseHeaders").as_object();
    e.date = to_time(text_of(headers, "Date"));
    for (const auto& field : headers)
        e.header_names.emplace(field.key());
    e.content_type = text_of(headers, "Content-Type");
    e.body = from.at("ResponseBody");
    // A link whose host name was removed does not have its recorded length.
    const std::string length = text_of(headers, "Content-Length");
    if (!length.empty() && e.body.is_object() && !e.body.get_object().contains("resultUrl") &&
        !e.body.get_object().contains("assets"))
        e.content_length = std::stoul(length);
    return e;
}

project_surface surface_in(const std::string& url) {
    return url.find("/query-knowledgebases/") != std::string::npos
               ? project_surface::query_knowledgebases
           : url.find("/analyze-conversations/") != std::string::npos
               ? project_surface::analyze_conversations
               : project_surface::analyze_text;
}

sample_kind kind_on(project_surface surface) {
    return surface == project_surface::query_knowledgebases ? sample_kind::question_answering
           : surface == project_surface::analyze_conversations
               ? sample_kind::conversation
               : sample_kind::single_label_classification;
}

// The part of a text behind `before`, up to one of `ends`; empty if there is none.
std::string part_behind(const std::string& text, const std::string& before, const char* ends) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos)
        return std::string();
    const std::size_t begin = at + before.size();
    return text.substr(begin, text.find_first_of(ends, begin) - begin);
}

std::string replaced(std::string text, const std::string& old_part, const std::string& new_part) {
    for (std::size_t at = text.find(old_part); !old_part.empty() && at != std::string::npos;
         at = text.find(old_part, at + new_part.size()))
        text.replace(at, old_part.size(), new_part);
    return text;
}

// The paths of all members ("assets.intents[].category") in the order of their first occurrence.
void add_paths(const json::value& value, const std::string& parent,
               std::vector<std::string>& paths) {
    if (const json::array* const array = value.if_array())
        for (const json::value& element : *array)
            add_paths(element, parent + "[]", paths);
    const json::object* const object = value.if_object();
    if (object == nullptr)
        return;
    for (const auto& member : *object) {
        const std::string path = parent + "." + std::string(member.key());
        if (std::find(paths.begin(), paths.end(), path) == paths.end())
            paths.push_back(path);
        add_paths(member.value(), path, paths);
    }
}

std::vector<std::string> paths_of(const json::value& value) {
    std::vector<std::string> paths;
    add_paths(value, std::string(), paths);
    return paths;
}

// `recorded` contains all of `emulated`, in that order, and the outermost fields are the same.
void check_shape(const json::value& emulated, const json::value& recorded) {
    const std::vector<std::string> own = paths_of(emulated);
    std::vector<std::string> expected = paths_of(recorded);
    const auto is_own = [&](const std::string& path) {
        return std::find(own.begin(), own.end(), path) != own.end() ||
               std::count(path.begin(), path.end(), '.') == 1;
    };
    expected.erase(std::remove_if(expected.begin(), expected.end(),
                                  [&](const auto& path) { return !is_own(path); }),
                   expected.end());
    CHECK(own == expected);
}

// The service without a network, in the place of the one of a session.
class stand_in {
public:
    stand_in() : model_(options(), "https://127.0.0.1:1") {}

    void replay(const exchange& e) {
        CAPTURE(e.method, e.url);
        add_project(e);
        const std::string recorded_job = part_behind(e.url, "/jobs/", "?/");
        const std::size_t path = e.url.find('/', 8);
        testing::service_request request;
        request.method = e.method;
        request.target = replaced(e.url.substr(path), recorded_job, job_);
        request.headers = {{"Host", e.url.substr(8, path - 8)},
                           {"Ocp-Apim-Subscription-Key", e.status == 401 ? "wrong" : "key"},
                           {"x-ms-client-request-id", "1"},
                           {"x-ms-return-client-request-id", "true"}};
        if (!e.request_body.empty()) {
            request.body = e.request_body;
            request.headers.emplace_back("Content-Type", "application/json");
        }
        // Recorded jobs of exports are a second younger than the response, so the response came within its
        // second. A poll in the second of an import found its job running.
        const auto response = model_.handle(
            request, e.date + (e.is_of_import() && e.method == "GET" ? 600ms : 400ms));
        CHECK(response.status == e.status);
        check_headers(response, e);
        const std::string body = body_of(response);
        if (e.content_length != 0)
            CHECK(body.size() == e.content_length);
        if (const auto location = response.header("operation-location"); !location.empty())
            job_ = part_behind(std::string(location), "/jobs/", "?");
        if (e.body.is_null())
            CHECK(body.empty());
        else if (!recorded_job.empty() && e.body.as_object().contains("status"))
            CHECK(json::serialize(json::parse(body)) ==
                  replaced(json::serialize(e.body), recorded_job, job_));
        else
            check_shape(json::parse(body), e.body);
    }

private:
    static testing::emulator_options options() {
        testing::emulator_options result;
        result.keys = {"key"};
        return result;
    }

    void add_project(const exchange& e) {
        const project_surface surface = surface_in(e.url);
        const bool is_base = surface == project_surface::query_knowledgebases;
        std::string name = part_behind(e.url, "/projects/", "/?");
        if (name.empty())
            name = "Listed";
        if (e.status == 404)
            return;
        testing::project p(name);
        p.job_duration = 900ms;
        model_.set_import_pattern(p);
        if (e.is_of_import())
            return;
        p.kind = kind_on(surface);
        p.job_duration = is_base ? 3600ms : 600ms;
        model_.add_project(p);
    }

    static void check_headers(const testing::service_response& response, const exchange& e) {
        name_set names;
        for (const auto& field : response.headers)
            names.insert(field.first);
        names.insert(response.framing == testing::body_framing::chunked ? "Transfer-Encoding"
                                                                        : "Content-Length");
        CHECK(names == e.header_names);
        CHECK(response.header("Content-Type") == e.content_type);
    }

    static std::string body_of(const testing::service_response& response) {
        if (!response.stream)
            return response.body;
        std::string all(static_cast<std::size_t>(response.stream->size()), '\0');
        std::size_t size = 0;
        while (const std::size_t count =
                   response.stream->read(all.data() + size, all.size() - size))
            size += count;
        return all;
    }

    testing::service_model model_;
    std::string job_;
};

} // namespace

TEST_CASE("the emulator responds as the service does in sessions of each surface",
          "[emulator][sessions]") {
    std::size_t number = 0;
    for (const auto& file : fs::directory_iterator(own_sessions)) {
        CAPTURE(file.path().filename().string());
        stand_in service;
        const json::value session = read_json(file.path());
        for (const json::value& each : session.as_array()) {
            service.replay(from_session(each.as_object()));
            ++number;
        }
    }
    CHECK(number == 24);
}

TEST_CASE("the emulator responds as the service did when it was recorded", "[emulator][sessions]") {
    if (!fs::is_directory(recordings)) {
        WARN("skipped: there are no recordings");
        return;
    }
    std::size_t number = 0;
    for (const auto& file : fs::directory_iterator(recordings)) {
        CAPTURE(file.path().filename().string());
        const json::value session = read_json(file.path());
        const json::value* const entries = session.as_object().if_contains("Entries");
        if (entries == nullptr)
            continue;
        stand_in service;
        for (const json::value& each : entries->as_array()) {
            const exchange e = from_recording(each.as_object());
            if (!e.is_emulated())
                continue;
            service.replay(e);
            ++number;
        }
    }
    CHECK(number >= 11);
}

TEST_CASE("generated text projects have the fields of documented ones", "[emulator][sessions]") {
    for (const sample_kind kind :
         {sample_kind::single_label_classification, sample_kind::multi_label_classification,
          sample_kind::entity_recognition}) {
        const fs::path path =
            recordings / ("docs_result_" + std::string(to_string(kind)) + ".json");
        if (!fs::exists(path)) {
            WARN("skipped: there is no " << path.filename().string());
            return;
        }
        CAPTURE(path.filename().string());
        testing::project p("Demo");
        p.kind = kind;
        p.documents = 5;
        testing::export_wish wish;
        wish.api_version = "2022-05-01";
        const auto source = testing::open_result(p, wish);
        std::string all(static_cast<std::size_t>(source->size()), '\0');
        std::size_t size = 0;
        while (const std::size_t count = source->read(all.data() + size, all.size() - size))
            size += count;
        const json::value documented = read_json(path);
        json::value made_up = json::parse(all);
        if (!documented.at("metadata").as_object().contains("settings"))
            made_up.at("metadata").as_object().erase("settings");
        check_shape(made_up, documented);
    }
}

} // namespace service_model_sessions_test
