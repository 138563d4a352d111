// The text of a config: how it is parsed, and how errors are reported.

#include "examples/tool/config_reader.hpp"

#include <langexport/error.hpp>

#include "support/catch.hpp"
#include "unit/rejection.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace config_reader_test {

using namespace langexport;
using namespace tool;
using namespace langexport_tests;
using namespace std::chrono_literals;

namespace {

std::vector<backup_resource> parse(std::string_view text,
                                   const std::filesystem::path& path = "/etc/backup.json",
                                   broken_resources broken = broken_resources::reject) {
    return config_reader(text, path, broken).read();
}

// A config with one resource, which has the required fields and `more`.
std::string with(const std::string& more) {
    return R"({"resources":[{"endpoint":"https://west.example","output_dir":"o",)"
           R"("projects":["P"],"key_env":"K")" +
           more + "}]}";
}

// A config with two objects for one resource, whose URL has two spellings.
std::string twice(const std::string& first, const std::string& second) {
    return R"({"resources":[
 {"endpoint":"https://x.example","key_env":"K","output_dir":"a",)" +
           first + R"(},
 {"endpoint":"https://X.example:443/","key_env":"K","output_dir":"b/",)" +
           second + "}]}";
}

std::string rejected(std::string_view text) {
    const auto rejection = rejection_of([&] { parse(text); });
    CHECK(rejection.code == errc::invalid_configuration);
    return rejection.detail;
}

struct wrong_row {
    std::string text;
    std::string_view why; // the beginning of the message
};

} // namespace

TEST_CASE("a config names resources and the projects to export", "[config_reader]") {
    const auto resources = parse(R"({
  "resources": [
    {
      "endpoint": "https://west.example",
      "key_file": "west.key",
      "projects": "all",
      "output_dir": "backup/west"
    },
    {
      "endpoint": "https://gateway.example/language", "key_env": "NORTH_KEY",
      "projects": ["Home", "Reisen \u00fc"],
      "output_dir": "/srv/north/",
      "surface": "analyze-conversations", "format": "Luis", "string_index_type": "Utf8CodeUnit",
      "api_version": "2023-04-01", "ca_file": "../ca.pem",
      "quota": {"submissions": 5, "reads": 0, "window": "90s"}
    },
    {"endpoint": "https://west.example", "key_file": "/k", "projects": ["FAQ"],
     "output_dir": "backup/west/faq", "surface": "query-knowledgebases", "format": "tsv"}
  ]
})",
                                 "/etc/langexport/backup.json");
    REQUIRE(resources.size() == 3);
    const backup_resource& first = resources[0];
    CHECK(first.endpoint == "https://west.example");
    CHECK(first.credential.key_file == "/etc/langexport/west.key");
    CHECK(first.credential.key_env.empty());
    CHECK(first.projects.empty());
    CHECK(first.output_dir == "/etc/langexport/backup/west");
    CHECK(first.surface == project_surface::analyze_text);
    CHECK(first.version_of(first.surface).empty()); // the newest stable one
    CHECK(first.quota.submissions == 10);
    CHECK(first.quota.window == 1min);
    CHECK(first.connection.ca_file.empty());
    CHECK(first.place == "backup.json:3:5: resources[0]");
    CHECK(first.make_request("x").string_index_type == "Utf16CodeUnit");

    const backup_resource& second = resources[1];
    CHECK(second.credential.key_file.empty());
    CHECK(second.credential.key_env == "NORTH_KEY");
    CHECK(second.projects == std::vector<std::string>{"Home", "Reisen ü"});
    CHECK(second.output_dir == "/srv/north");
    CHECK(second.connection.ca_file == "/etc/langexport/../ca.pem");
    CHECK(second.quota.submissions == 5);
    CHECK(second.quota.reads == 0);
    CHECK(second.quota.window == 90s);
    CHECK(second.place == "backup.json:9:5: resources[1]");
    const export_request request = second.make_request("Home");
    CHECK(request.project_name == "Home");
    CHECK(request.surface == project_surface::analyze_conversations);
    CHECK(request.format == "Luis");
    CHECK(request.string_index_type == "Utf8CodeUnit");

    CHECK(second.version_of(second.surface) == "2023-04-01");
    CHECK(resources[2].make_request("FAQ").format == "tsv");
}

TEST_CASE("a mistake in a file is reported with its line, column and field", "[config_reader]") {
    const std::string endpoint = R"({"resources":[{"endpoint":)";
    const wrong_row rows[] = {
        // Invalid JSON.
        {"", "backup.json:1:1: it ends at byte 0, but its JSON is incomplete"},
        {"{\n  \"resources\": [\n    {\"endpoint\" \"x\"}\n", "backup.json:3:17: "},
        {"{\"resources\": [1,]}", "backup.json:1:18: "},
        {"{} x", "backup.json:1:4: "},
        {"{\"größe\": \"\xC0\"}", "backup.json:1:12: "},
        {std::string(100, '['), "backup.json:1:65: "},
        // JSON of another structure.
        {"\n\n  7", "backup.json:3:3: must be an object, it is a number"},
        {"{}", "backup.json:1:1: the file lacks 'resources'"},
        {R"({"resources": {}})", "backup.json:1:15: resources must be an array, it is an object"},
        {R"({"resources":  []})", "backup.json:1:16: resources is empty: name a resource"},
        {R"({"resources":[ "x"]})",
         "backup.json:1:16: resources[0] must be an object, it is a string"},
        {R"({"resources":[],
 "resource":[]})",
         "backup.json:2:2: unknown field 'resource'; did you mean 'resources'?"},
        // Fields.
        {"{\"resources\":[{\n\t\"endpont\":1}]}",
         "backup.json:2:2: resources[0]: unknown field 'endpont'; did you mean 'endpoint'?"},
        {with(R"(,"outputDir":"x")"),
         "backup.json:1:98: resources[0]: unknown field 'outputDir'; did you "
         "mean 'output_dir'?"},
        {with(R"(,"colour":"x")"), "backup.json:1:98: resources[0]: unknown field 'colour'; the "
                                   "fields are endpoint, key_file, "},
        {with(R"(,"key":"very-secret")"),
         "backup.json:1:98: resources[0]: unknown field 'key'; key_file or key_env names the key"},
        {with(R"(,"projects":["Q"])"), "backup.json:1:98: resources[0].projects occurs twice"},
        {with(R"(,"quota":{"posts":5})"),
         "backup.json:1:107: resources[0].quota: unknown field 'posts'; "
         "the fields are submissions, reads, window"},
        {with(R"(,"\u001b[2J":"x")"),
         "backup.json:1:98: resources[0]: unknown field ' [2J'; the fields are"},
        {endpoint + R"("https://x"}]})",
         "backup.json:1:15: resources[0] lacks 'key_file', 'key_env', 'auth' or 'token_command'"},
        {R"({"resources":[{"key_env":"K"}]})", "backup.json:1:15: resources[0] lacks 'endpoint'"},
        {endpoint + R"("https://x","key_env":"K"}]})",
         "backup.json:1:15: resources[0] lacks 'projects'"},
        {endpoint + R"("https://x","key_env":"K","projects":"all"}]})",
         "backup.json:1:15: resources[0] lacks 'output_dir'"},
        // Values of fields.
        {endpoint + "7}]}",
         "backup.json:1:27: resources[0].endpoint must be a string, it is a number"},
        {endpoint + "\"\"}]}", "backup.json:1:27: resources[0].endpoint is empty"},
        {endpoint + R"("http://x","key_env":"K"}]})",
         "backup.json:1:27: resources[0].endpoint (8 characters) is http: the key would cross"},
        {endpoint + R"("nonsense","key_env":"K"}]})",
         "backup.json:1:27: resources[0].endpoint (8 characters) "},
        {with(R"(,"key_file":"k")"),
         "backup.json:1:94: resources[0].key_env is not allowed together with 'key_file'"},
        {endpoint + R"("https://x","key_env":"A=B"}]})",
         "backup.json:1:49: resources[0].key_env is not the name of an environment variable"},
        {with(R"(,"accept_any_result":"yes")"),
         "backup.json:1:118: resources[0].accept_any_result must be a boolean, it is a string"},
        {with(R"(,"ca_file":"a\u0000b")"),
         "backup.json:1:108: resources[0].ca_file has a zero byte"},
        {with(R"(,"surface":"analyse-text")"),
         "backup.json:1:108: resources[0].surface must be analyze-text, analyze-conversations or "
         "query-knowledgebases, it is 'analyse-text'"},
        {with(R"(,"format":"tsv")"), "backup.json:1:107: resources[0].format "},
        {R"({"resources":[{"endpoint":"https://west.example","output_dir":"o","key_env":"K",)"
         R"("projects":"all","format":"tsv"}]})",
         "backup.json:1:107: resources[0].format belongs to one surface: name it with 'surface'"},
        {with(R"(,"api_version":"a b")"),
         "backup.json:1:112: resources[0].api_version has a character at byte 1"},
        {with(R"(,"api_version":["2022-05-01","a b"])"),
         "backup.json:1:126: resources[0].api_version[1] has a character at byte 1"},
        {with(R"(,"api_version":"analyze-text=")"),
         "backup.json:1:112: resources[0].api_version must have 1 to 64 characters"},
        {with(R"(,"api_version":"analyse-text=2023-04-01")"),
         "backup.json:1:112: resources[0].api_version must name a surface before its '=': "},
        {with(R"(,"api_version":2023)"),
         "backup.json:1:112: resources[0].api_version must be a string, it is a number"},
        {with(R"(,"string_index_type":"x y")"),
         "backup.json:1:118: resources[0].string_index_type must be"},
        {with(R"(,"gateway_backends":"https://b")"),
         "backup.json:1:117: resources[0].gateway_backends must be an array, it is a string"},
        {with(R"(,"gateway_backends":["https://b/path"])"),
         "backup.json:1:117: resources[0].gateway_backends"},
        {with(R"(,"gateway_backend":"")"),
         "backup.json:1:116: resources[0].gateway_backend is empty"},
        {with(R"(,"quota":[])"), "backup.json:1:106: resources[0].quota must be an object"},
        {with(R"(,"quota":{"reads":-1})"),
         "backup.json:1:115: resources[0].quota.reads must be a whole number, 0 or more"},
        {with(R"(,"quota":{"reads":1.5})"),
         "backup.json:1:115: resources[0].quota.reads must be a whole number, 0 or more"},
        {with(R"(,"quota":{"reads":99999999999999999999})"),
         "backup.json:1:115: resources[0].quota.reads must be a whole number, 0 or more"},
        {with(R"(,"quota":{"submissions":1000001})"),
         "backup.json:1:121: resources[0].quota.submissions must be from 0 to "},
        {with(R"(,"quota":{"window":"soon"})"),
         "backup.json:1:116: resources[0].quota.window must be a time like 500ms, 60s or 1m, it "
         "is 'soon'"},
        {with(R"(,"quota":{"window":"0"})"),
         "backup.json:1:116: resources[0].quota.window must be from "},
        // Projects and folders.
        {endpoint + R"("https://x","key_env":"K","projects":"every"}]})",
         "backup.json:1:64: resources[0].projects must be an array of names, or \"all\""},
        {endpoint + R"("https://x","key_env":"K","projects":[]}]})",
         "backup.json:1:64: resources[0].projects must be an array of names, or \"all\""},
        {endpoint + R"("https://x","key_env":"K","projects":["A",
"A"]}]})",
         "backup.json:2:1: resources[0].projects[1] is 'A', which is named twice"},
        {endpoint + R"("https://x","key_env":"K","projects":["A",null]}]})",
         "backup.json:1:69: resources[0].projects[1] must be a string, it is null"},
        {endpoint + R"("https://x","key_env":"K","projects":[".."]}]})",
         "backup.json:1:65: resources[0].projects[0] '..' would be taken for a step in a path"},
        {endpoint + R"("https://x","key_env":"K","projects":["A\nB"]}]})",
         "backup.json:1:65: resources[0].projects[0] has a control character at byte 1"},
        {R"({"resources":[
 {"endpoint":"https://x","key_env":"K","projects":"all","output_dir":"a/b"},
 {"endpoint":"https://y","key_env":"L","projects":"all","output_dir":"a/./c/../b/"}]})",
         "backup.json:3:70: resources[1].output_dir is another resource's, too"},
        // Several objects for one resource.
        {twice(R"("projects":["A","B"])", R"("projects":["C","B"])"),
         "backup.json:3:82: resources[1].projects has 'B', which resources[0] exports, too"},
        {twice(R"("projects":["A"])", R"("projects":"all")"),
         "backup.json:3:82: resources[1].projects has what resources[0] exports, too"},
        {twice(R"("projects":"all")", R"("projects":["A"])"),
         "backup.json:3:82: resources[1].projects has what resources[0] exports, too"},
        {twice(R"("projects":["A"],"quota":{"reads":7})", R"("projects":["B"])"),
         "backup.json:3:2: resources[1] has another quota than resources[0], which is the same "
         "resource"},
    };
    for (const wrong_row& row : rows) {
        CAPTURE(row.text);
        const std::string why = rejected(row.text);
        CAPTURE(why);
        CHECK(why.substr(0, row.why.size()) == row.why);
        CHECK(why.find("very-secret") == std::string::npos);
        CHECK(why.find('\n') == std::string::npos);
    }
}

TEST_CASE("an API version applies to all surfaces or to one", "[config_reader]") {
    const auto text = project_surface::analyze_text;
    const auto conversations = project_surface::analyze_conversations;
    const auto answers = project_surface::query_knowledgebases;
    const auto read = [](const std::string& field) { return parse(with(field))[0]; };
    const backup_resource none = read("");
    CHECK(none.version_of(text).empty());
    const backup_resource one = read(R"(,"api_version":"2022-05-01")");
    CHECK(one.version_of(text) == "2022-05-01");
    CHECK(one.version_of(answers) == "2022-05-01");
    const backup_resource own = read(R"(,"api_version":"query-knowledgebases=2021-10-01")");
    CHECK(own.version_of(text).empty());
    CHECK(own.version_of(answers) == "2021-10-01");
    const backup_resource both =
        read(R"(,"api_version":["analyze-conversations=a","v","query-knowledgebases=b","w"])");
    CHECK(both.version_of(text) == "w");
    CHECK(both.version_of(conversations) == "a");
    CHECK(both.version_of(answers) == "b");
}

TEST_CASE("several objects of a config may name the same resource", "[config_reader]") {
    const std::pair<const char*, const char*> rows[] = {
        {R"("projects":["A"])", R"("projects":["B"])"},
        {R"("projects":"all")", R"("projects":"all","surface":"analyze-conversations")"},
        {R"("projects":"all","surface":"analyze-conversations","format":"Luis")",
         R"("projects":"all","surface":"analyze-conversations")"},
        {R"("projects":["A"],"quota":{"reads":7})", R"("projects":["B"],"quota":{"reads":7})"},
    };
    for (const auto& [first, second] : rows) {
        CAPTURE(first, second);
        const auto resources = parse(twice(first, second));
        REQUIRE(resources.size() == 2);
        CHECK(resources[1].output_dir == "/etc/b");
    }
}

TEST_CASE("all projects without a surface means every surface that no other object names",
          "[config_reader]") {
    using surfaces = std::vector<project_surface>;
    constexpr auto text = project_surface::analyze_text;
    constexpr auto talk = project_surface::analyze_conversations;
    constexpr auto faq = project_surface::query_knowledgebases;
    class row {
    public:
        const char *first, *second;
        surfaces of_first, of_second;
    };
    const row rows[] = {
        {R"("projects":"all")",
         R"("projects":["H"],"surface":"analyze-conversations")",
         {text, faq},
         {talk}},
        {R"("projects":"all","surface":"query-knowledgebases","format":"tsv")",
         R"("projects":"all")",
         {faq},
         {text, talk, faq}},
        {R"("projects":"all","surface":"analyze-text")",
         R"("projects":"all")",
         {text},
         {talk, faq}},
        {R"("projects":["A"])",
         R"("projects":["B"],"surface":"query-knowledgebases")",
         {text},
         {faq}},
    };
    for (const row& one : rows) {
        CAPTURE(one.first, one.second);
        const auto resources = parse(twice(one.first, one.second));
        REQUIRE(resources.size() == 2);
        CHECK(resources[0].surfaces() == one.of_first);
        CHECK(resources[1].surfaces() == one.of_second);
    }
    const std::string alone = R"({"resources":[{"endpoint":"https://x","key_env":"K",)"
                              R"("output_dir":"a","projects":"all"}]})";
    CHECK(parse(alone, "c")[0].surfaces() == surfaces{text, talk, faq});
    CHECK(parse(with(""), "c")[0].surfaces() == surfaces{text});
    CHECK(parse(alone, "c")[0].make_request("p", faq).surface == faq);
}

TEST_CASE("a resource with an invalid endpoint does not stop the others if the caller allows it",
          "[config_reader]") {
    const std::string file = R"({"resources":[
 {"endpoint":"nonsense","key_env":"K","output_dir":"a","projects":"all"},
 {"endpoint":"https://x.example","key_env":"K","output_dir":"b","projects":"all"}]})";
    CHECK_THAT(rejected(file), contains_text("resources[0].endpoint"));
    const auto resources = parse(file, "/etc/backup.json", broken_resources::keep);
    REQUIRE(resources.size() == 2);
    CHECK(resources[0].problem.starts_with("backup.json:2:"));
    CHECK(rejection_of([&] { resources[0].make_params(); }).detail == resources[0].problem);
    CHECK(resources[1].problem.empty());
    // Errors in the file itself are still rejected.
    for (const char* text : {"{}", R"({"resources":[]})", R"({"resources":{}})",
                             R"({"resources":[{}],"more":1})", R"({"resources":[{)"}) {
        INFO(text);
        CHECK_THROWS_AS(parse(text, "c", broken_resources::keep), export_error);
    }
}

TEST_CASE("a wrong object of a config does not affect the others", "[config_reader]") {
    const std::string good = R"({"endpoint":"https://x.example","key_env":"K","output_dir":"good",)"
                             R"("projects":["P"]})";
    const auto object = [](const std::string& more) {
        return R"({"endpoint":"https://y.example","output_dir":"bad")" + more + "}";
    };
    const std::string rest = R"(,"key_env":"K","projects":"all")";
    const std::string rows[] = {
        "7",
        "null",
        "{}",
        object(""),
        object(R"(,"key_env":"K")"),
        object(R"(,"projects":"all")"),
        object(R"(,"key_env":"K","key_file":"k","projects":"all")"),
        object(R"(,"key_env":"K","projects":"every")"),
        object(R"(,"key_env":"K","projects":["P","P"])"),
        object(R"(,"key_env":"K","projects":["a\nb"])"),
        object(rest + R"(,"surfaces":"analyze-text")"),
        object(rest + R"(,"surface":"text")"),
        object(rest + R"(,"format":"tsv")"),
        object(rest + R"(,"api_version":"a b")"),
        object(rest + R"(,"quota":{"window":"0"})"),
        object(rest + R"(,"quota":{"submissions":-1})"),
        object(rest + R"(,"gateway_backends":["nonsense"])"),
        object(rest + R"(,"key":"secret")"),
        object(rest + R"(,"ca_file":"")"),
        // Objects that contradict the valid one.
        R"({"endpoint":"https://y.example","key_env":"K","output_dir":"good","projects":["Q"]})",
        R"({"endpoint":"https://x.example","key_env":"K","output_dir":"bad","projects":["P"]})",
        R"({"endpoint":"https://x.example","key_env":"K","output_dir":"bad","projects":["Q"],)"
        R"("quota":{"submissions":3}})",
    };
    for (const std::string& row : rows) {
        INFO(row);
        const std::string file = "{\"resources\":[" + good + ",\n" + row + "]}";
        CHECK_FALSE(rejected(file).empty());
        const auto resources = parse(file, "/etc/backup.json", broken_resources::keep);
        REQUIRE(resources.size() == 2);
        CHECK(resources[0].problem.empty());
        CHECK(resources[1].problem == rejected(file));
        CHECK(resources[1].place == "backup.json:2:1: resources[1]");
        // Its endpoint is known, for metrics.
        CHECK(resources[1].endpoint.empty() == (row.find("endpoint") == std::string::npos));
    }
}

TEST_CASE("a config names the backends of a gateway", "[config_reader]") {
    const auto backends = [](const std::string& more) {
        auto resource = parse(with(more), "c")[0];
        ::setenv("K", "the-key", 1);
        const client_params params = resource.make_params();
        ::unsetenv("K");
        return params.gateway_backends;
    };
    using origins = std::vector<std::string>;
    CHECK(backends("").empty());
    CHECK(backends(R"(,"gateway_backends":["https://b","https://c:8443"])") ==
          origins{"https://b", "https://c:8443"});
    CHECK(backends(R"(,"gateway_backend":"https://b")") == origins{"https://b"});
}

TEST_CASE("a misspelled name is reported with a suggestion", "[config_reader]") {
    const std::pair<const char*, const char*> rows[] = {
        {R"({"resources":[1,]})", "1:17: syntax error: a comma must not precede ']'"},
        {"{\"resources\":[],\n}", "2:1: syntax error: a comma must not precede '}'"},
        {"// mine\n{}", "1:1: syntax error: JSON has no comments"},
        {"{#\n}", "syntax error: JSON has no comments"},
        {"{'resources':[]}", "syntax error: a string is in double quotation marks"},
        {R"({"resources":["C:\d"]})", "syntax error: a backslash in a string is written twice"},
        {R"({resources:[]})", "syntax error: 'r' is not expected here"},
        {R"({"resources"=[]})", "syntax error: '=' is not expected here"},
        {"{\"resources\":[\"caf\xE9 and more\"]}", "the file is text in another encoding"},
    };
    for (const auto& [text, why] : rows) {
        INFO(text);
        CHECK_THAT(rejected(text), contains_text(why));
    }
}

TEST_CASE("a truncated config is rejected at its end", "[config_reader]") {
    const std::string text = with(R"(,"quota":{"reads":1})");
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        CHECK(rejected(text.substr(0, size))
                  .starts_with("backup.json:1:" + std::to_string(size + 1) + ": "));
    }
}

} // namespace config_reader_test
