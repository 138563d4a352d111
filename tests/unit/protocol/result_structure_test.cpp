// The required structure of a result, by its request: an error of the service replaces no backup.

#include <langexport/detail/protocol/result_structure.hpp>

#include <langexport/detail/policy/classify_response.hpp>
#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/detail/protocol/result_form.hpp>
#include <langexport/document/json_normalizer.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace result_structure_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;

namespace {

const std::string mark = "\xEF\xBB\xBF";
const std::string project = R"({"metadata":{"projectName":"Demo"},"assets":{"documents":[]}})";
const std::string luis = R"({"luis_schema_version":"7.0.0","name":"Demo","intents":[]})";
const std::string zip("PK\x03\x04 and so on", 14);
const std::string table = "Question\tAnswer\nwhy?\tbecause\n";

constexpr result_forms knowledge_base =
    result_forms::project | result_forms::table | result_forms::workbook;

// ASCII in little-endian UTF-16, where a byte order mark comes as its two bytes.
std::string in_utf16(std::string_view text) {
    std::string result;
    for (const char c : text)
        result.append(static_cast<unsigned char>(c) < 0x80 ? std::string{c, '\0'} : std::string{c});
    return result;
}

std::string problem_of(std::string_view body, result_expectation expected,
                       std::string_view type = "application/json", std::size_t piece = 1'000'000) {
    result_check check(type, {}, expected);
    for (std::size_t at = 0; at < body.size(); at += piece) {
        check.take(body.substr(at, piece));
        if (const auto found = check.problem_so_far())
            return found->detail;
    }
    const auto found = check.problem_at_end();
    if (found)
        CHECK(found->code == errc::malformed_response);
    return found ? found->detail : std::string();
}

// As inspect_project, diff_projects and --normalize read it.
bool can_be_read(std::string_view body) {
    try {
        normalize(body);
        return true;
    } catch (const export_error&) {
        return false;
    }
}

struct outline {
    bool is_whole, has_assets, has_error, has_luis;
    std::string name;
    bool operator==(const outline&) const = default;
};

outline outline_of(std::string_view text, std::size_t piece) {
    result_structure structure;
    for (std::size_t at = 0; at < text.size(); at += piece)
        structure.take(text.substr(at, piece));
    return {structure.is_whole(), structure.has_assets(), structure.has_error(),
            structure.has_luis_version(), structure.project_name()};
}

} // namespace

TEST_CASE("a result must have the requested structure", "[result structure]") {
    struct {
        result_forms due;
        std::string body;
        const char* why; // null: it is a result
    } const rows[] = {
        {result_forms::project, project, nullptr},
        {result_forms::project, mark + project + "\r\n", nullptr},
        {result_forms::project, " \n\t" + project, nullptr},
        {result_forms::project, std::string(5000, ' ') + project, nullptr},
        {result_forms::project, mark + std::string(5000, '\n') + "{}", "it has no 'assets'"},
        {result_forms::project, std::string(5000, ' '), "the result is empty"},
        {result_forms::table, std::string(5000, ' ') + project,
         "the result is JSON, but not a table"},
        {result_forms::table, std::string(5000, ' ') + "[draft] why?\tbecause\n", nullptr},
        {result_forms::table, std::string(5000, ' ') + "<html></html>", "a page of HTML"},
        {result_forms::project, R"({"assets":{}})", nullptr},
        {result_forms::project, R"({"a":[{"error":1}],"assets" : {"error":{}} })", nullptr},
        {result_forms::project, R"({"metadata":{"error":1},"assets":{}})", nullptr},
        {result_forms::project, R"({"assets":{},"error":null})", nullptr},
        {result_forms::project, R"({"assets":null,"assets":{}})", nullptr},
        {result_forms::project, R"({"assets":{},"assets":null})", "its 'assets' are not an object"},
        {result_forms::project, R"({"assets":{"a":[}]}})",
         "is not complete JSON: its syntax is wrong"},
        {result_forms::project, R"({"assets":{"a":1 2}})", "its syntax is wrong"},
        {result_forms::project, R"({"assets":{"a":}})", "its syntax is wrong"},
        {result_forms::project, R"({"assets":{},})", "its syntax is wrong"},
        {result_forms::project, R"({"assets":{"a":"\\x"}})", nullptr},
        {result_forms::project, R"({"assets":{"a":"\\x\q"}})", "its syntax is wrong"},
        {result_forms::project, R"({"\u0061ssets":{}})", nullptr},
        {result_forms::project, R"({"Metadata":{},"Assets":{"Qnas":[]}})", nullptr},
        {result_forms::project, "{}", "it has no 'assets'"},
        {result_forms::project, "[]", "it is an array"},
        {result_forms::project, "[" + project + "]", "it is an array"},
        {result_forms::project, R"({"error":{"code":"InternalServerError","message":"oops"}})",
         "it has an 'error'; it says InternalServerError: oops"},
        {result_forms::project, R"({"assets":{},"error":{"code":"X"}})", "it has an 'error'"},
        {result_forms::project, R"({"assets":{},"e\u0072ror":"bad"})", "it has an 'error'"},
        {result_forms::project, R"({"error":false,"assets":{}})", "it has an 'error'"},
        {result_forms::project, R"({"statusCode":500,"message":"Internal server error"})",
         "it has no 'assets'; it says 500: Internal server error"},
        {result_forms::project, R"({"status":"running","jobId":"1"})", "it has no 'assets'"},
        {result_forms::project, R"({"metadata":{"assets":{}}})", "it has no 'assets'"},
        {result_forms::project, R"({"result":{"assets":{}}})", "it has no 'assets'"},
        {result_forms::project, R"({"x":"assets","y":["assets",{}]})", "it has no 'assets'"},
        {result_forms::project, R"({"assets":[]})", "its 'assets' are not an object"},
        {result_forms::project, R"({"assets":"{}"})", "its 'assets' are not an object"},
        {result_forms::project, R"({"assets":null})", "its 'assets' are not an object"},
        {result_forms::project, R"({"assets ":{},"xassets":{},"asset":{}})", "it has no 'assets'"},
        {result_forms::project, luis, "it has no 'assets'"},
        {result_forms::project, "null", "not a project: it is null"},
        {result_forms::project, mark + " \"busy\"\n", "not a project: it is a string"},
        {result_forms::project, "500", "not a project: it is a number"},
        {result_forms::project, in_utf16(project), "is not complete JSON"},
        {result_forms::project, table, "is not complete JSON"},
        {result_forms::project, zip, "is not complete JSON"},
        {result_forms::luis, luis, nullptr},
        {result_forms::luis, R"({"intents":[{"a":1}],"luis_schema_version":"7.0.0"})", nullptr},
        {result_forms::luis, project, "not a LUIS application: it has no 'luis_schema_version'"},
        {result_forms::luis, "{}", "it has no 'luis_schema_version'"},
        {result_forms::luis, "[]", "it is an array"},
        {result_forms::luis, "false", "not a LUIS application: it is a boolean"},
        {result_forms::luis, R"({"a":{"luis_schema_version":"7"}})", "'luis_schema_version'"},
        {result_forms::luis, R"({"luis_schema_version":null})", "'luis_schema_version'"},
        {result_forms::project | result_forms::luis, luis, nullptr},
        {result_forms::project | result_forms::luis, project, nullptr},
        {result_forms::project | result_forms::luis, "{}", "it has no 'assets'"},
        {result_forms::table, table, nullptr},
        {result_forms::table, mark + table, nullptr},
        {result_forms::table, zip, nullptr},
        {result_forms::table, "[draft] why?\tbecause\n", nullptr},
        {result_forms::table, "\"quoted\"\tx\n", nullptr},
        {result_forms::table, R"({"error":{"code":"X")", "is not complete JSON"},
        {result_forms::table, "{}", "the result is JSON, but not a table"},
        {result_forms::table, "[]", "the result is JSON, but not a table"},
        {result_forms::table, mark + " [1]\n", "the result is JSON, but not a table"},
        {result_forms::table, project, "the result is JSON, but not a table"},
        {result_forms::table, R"({"error":{"code":"C","message":"m"}})", "it says C: m"},
        {result_forms::table, R"({"error":)", "is not complete JSON"},
        {result_forms::table, "<html></html>", "a page of HTML"},
        {result_forms::table, mark + " \r\n<!DOCTYPE html>", "a page of HTML"},
        {result_forms::table, "\"the service is busy\"",
         "not a table; it says the service is busy"},
        {result_forms::table, "null", "the result is JSON, but not a table"},
        {result_forms::table, mark + "500\n", "the result is JSON, but not a table"},
        {result_forms::table, "500 reasons\tbecause\n", nullptr},
        {result_forms::table, in_utf16("<html></html>"), "a page of HTML"},
        {result_forms::table, in_utf16("\xFF\xFE{}"), "is not complete JSON"},
        {result_forms::table, in_utf16("\xFF\xFE" + table), nullptr},
        {result_forms::table, " \r\n", "the result is empty"},
        {result_forms::workbook, zip, nullptr},
        {result_forms::workbook, std::string("PK\x05\x06", 4), nullptr},
        {result_forms::workbook, "PK", "does not begin as a zip archive"},
        {result_forms::workbook, " " + zip, "does not begin as a zip archive"},
        {result_forms::workbook, table, "does not begin as a zip archive"},
        {result_forms::workbook, "{}", "the result is JSON, but not an Excel workbook"},
        {result_forms::workbook, "<html>", "a page of HTML"},
        {knowledge_base, project, nullptr},
        {knowledge_base, table, nullptr},
        {knowledge_base, zip, nullptr},
        {knowledge_base, "{}", "it has no 'assets'"},
        {knowledge_base, "[]", "it is an array"},
        {knowledge_base, "true", "the result is JSON, but not a project"},
        {knowledge_base, "<p>", "a page of HTML"},
        {result_forms::any, luis, nullptr},
        {result_forms::any, zip, nullptr},
        {result_forms::any, R"({"error":{}})", "it has an 'error'"},
    };
    for (const auto& row : rows) {
        INFO(static_cast<int>(row.due) << ": " << row.body);
        // The content type of a response does not change the check.
        std::vector<std::string_view> types = {"application/octet-stream", "text/plain", ""};
        if (is_json_due(row.due))
            types = {"application/json; charset=utf-8", "application/octet-stream"};
        for (const std::string_view type : types) {
            for (const std::size_t piece : {std::size_t(1), std::size_t(7), row.body.size()}) {
                const std::string found = problem_of(row.body, {row.due, true}, type, piece);
                CAPTURE(type, piece, found);
                if (!row.why)
                    CHECK(found.empty());
                else if (row.body.find('<') == std::string::npos || type.empty())
                    CHECK_THAT(found, contains_text(row.why));
                else
                    CHECK_FALSE(found.empty());
            }
        }
    }
}

TEST_CASE("a result with texts that JSON does not allow is rejected, as by JSON parsers",
          "[result structure]") {
    struct {
        std::string text; // of a member
        const char* why;  // null: it is allowed
    } const rows[] = {
        {"tab\\tnull\\u0000half\\ud83d", nullptr},
        {"\x7F\u00e9\u20ac\U0001F600", nullptr},
        {std::string(100, '\x20'), nullptr},
        {"a\tb", "the result is not JSON: it has a control character in a string"},
        {"a\nb", "a control character in a string"},
        {"a\rb", "a control character in a string"},
        {std::string("a\0b", 3), "a control character in a string"},
        {"\x1F", "a control character in a string"},
        {"\xE9t\xE9", "the result is not JSON: it has bytes that are not UTF-8"}, // Latin-1
        {"\x80", "bytes that are not UTF-8"},
        {"\xC0\x80", "bytes that are not UTF-8"},
        {"\xED\xA0\x80", "bytes that are not UTF-8"},
        {"\xE2\x82", "bytes that are not UTF-8"},
        {"\xF4\x90\x80\x80", "bytes that are not UTF-8"},
    };
    for (const auto& each : rows) {
        for (const std::size_t before : std::initializer_list<std::size_t>{0, 1, 62, 63, 64, 130}) {
            const std::string padding(before, 'x'), filled = padding + each.text + padding;
            for (const std::string& body :
                 {R"({"assets":{"documents":[{"location":")" + filled + R"("}]}})",
                  R"({"assets":{},")" + filled + R"(":1})",
                  R"({"metadata":{"projectName":")" + filled + R"("},"assets":{}})"}) {
                CAPTURE(body);
                CHECK(can_be_read(body) == !each.why);
                for (const std::size_t piece :
                     std::initializer_list<std::size_t>{1, 2, 3, 64, 1000}) {
                    const std::string why =
                        problem_of(body, {result_forms::project, true}, "application/json", piece);
                    CHECK_THAT(why, contains_text(each.why ? each.why : ""));
                    CHECK(why.empty() == !each.why);
                    // A client that accepts any result keeps it as it came.
                    CHECK(problem_of(body, {result_forms::any, false}, "application/json", piece)
                              .empty());
                }
            }
        }
    }
}

TEST_CASE("content that cannot be a workbook is rejected with its first bytes",
          "[result structure]") {
    const auto is_rejected = [](std::string_view first_bytes) {
        result_check check("application/octet-stream", {}, {result_forms::workbook, true});
        check.take(first_bytes);
        return check.problem_so_far().has_value();
    };
    CHECK(is_rejected("Question"));
    CHECK_FALSE(is_rejected("Que"));
    CHECK_FALSE(is_rejected(zip));
}

TEST_CASE("if the structure is not checked, any complete JSON is a result", "[result structure]") {
    for (const std::string body : {"{}", "[]", R"({"error":{"code":"X"}})"})
        for (const result_forms due :
             {result_forms::project, result_forms::luis, result_forms::table, result_forms::any})
            CHECK(problem_of(body, {due, false}).empty());
    CHECK(problem_of("no zip", {result_forms::workbook, false}, "text/plain").empty());
    CHECK_THAT(problem_of("{", {result_forms::project, false}), contains_text("not complete JSON"));
    CHECK_THAT(problem_of("", {result_forms::table, false}), contains_text("empty"));
    CHECK_THAT(problem_of("x", {result_forms::table, false}, "text/html"), contains_text("HTML"));
}

TEST_CASE("the request, or the job's link, decides which results are allowed",
          "[result structure]") {
    using surface = project_surface;
    CHECK(forms_of(surface::analyze_text, "") == result_forms::project);
    CHECK(forms_of(surface::analyze_conversations, "") == result_forms::project);
    CHECK(forms_of(surface::analyze_conversations, "Conversation") == result_forms::project);
    CHECK(forms_of(surface::analyze_conversations, "Luis") == result_forms::luis);
    CHECK(forms_of(surface::query_knowledgebases, "") == result_forms::project);
    CHECK(forms_of(surface::query_knowledgebases, "json") == result_forms::project);
    CHECK(forms_of(surface::query_knowledgebases, "tsv") == result_forms::table);
    CHECK(forms_of(surface::query_knowledgebases, "excel") == result_forms::workbook);

    const auto link = [](std::string_view path) {
        return forms_of_link("https://name.example:443" + std::string(path) + "?api-version=1");
    };
    CHECK(link("/language/authoring/analyze-text/projects/A/export/jobs/1") ==
          result_forms::project);
    CHECK(link("/prefix/language/authoring/analyze-conversations/projects/A/export/jobs/1") ==
          (result_forms::project | result_forms::luis));
    CHECK(link("/language/authoring/query-knowledgebases/projects/A/export/jobs/1") ==
          knowledge_base);
    CHECK(link("/language/query-knowledgebases/projects/A/export/jobs/1") == knowledge_base);
    CHECK(link("/language/authoring/Analyze-Text/projects/A") == result_forms::project);
    CHECK(link("/x/projects/analyze-text/export/jobs/1") == result_forms::any);
    CHECK(link("/jobs/1") == result_forms::any);
    CHECK(forms_of_link("") == result_forms::any);
    CHECK(forms_of_link("/jobs?to=/analyze-text/") == result_forms::any);
}

TEST_CASE("a document is checked the same in pieces of any size", "[result structure]") {
    const std::string filler(200, 'x');
    const std::string deep =
        R"([{"error":{"assets":{"metadata":{"projectName":"no"}}},"t":")" + filler + R"(\"}{\\"}])";
    const std::string documents[] = {
        project,
        R"({"assets":{"documents":)" + deep + R"(},"metadata":{"projectName":"D\u0065mo"}})",
        R"({"metadata":{"settings":{"projectName":"no","a":)" + deep +
            R"(},"PROJECTNAME":"Demo","list":["projectName","no"]},"x":)" + deep +
            R"(,"assets":{}})",
        "{\"" + filler + "\\\"error\":1,\"" + std::string(3000, 'y') + "\":2,\"assets\":{}}",
        R"({"assets":)" + deep + R"(,"error":)" + deep + "}",
        R"({"metadata":{"projectName":{"projectName":"no"}},"projectName":"no","assets":{}})",
        R"({"metadata":["projectName",{"projectName":"no"}],"luis_schema_version":1})",
        R"({"metadata":"projectName","assets":{"metadata":{"projectName":"no"}}})",
        deep,
        R"({"metadata":{"projectName":")" + std::string(3000, 'y') + R"("},"assets":{}})",
        R"({"assets":{}} x)",
        R"({"assets":{})",
    };
    const outline expected[] = {
        {true, true, false, false, "Demo"}, {true, true, false, false, "Demo"},
        {true, true, false, false, "Demo"}, {true, true, false, false, ""},
        {true, false, true, false, ""},     {true, true, false, false, ""},
        {true, false, false, true, ""},     {true, true, false, false, ""},
        {true, false, false, false, ""},    {true, true, false, false, ""},
        {false, true, false, false, ""},    {false, true, false, false, ""},
    };
    for (std::size_t i = 0; i < std::size(documents); ++i) {
        CAPTURE(documents[i]);
        for (std::size_t piece = 1; piece < 150; ++piece) {
            CAPTURE(piece);
            REQUIRE(outline_of(documents[i], piece) == expected[i]);
        }
        CHECK(outline_of(documents[i], documents[i].size()) == expected[i]);
    }
}

TEST_CASE("a result that names another project is accepted with a warning", "[result structure]") {
    const endpoint at = endpoint::parse("https://a.example");
    const std::vector<origin> backends;
    const auto warnings_of = [&](std::string body, bool has_structure = true) {
        export_status status{export_job("Demo", "https://a.example/jobs/1", {})};
        response_message response;
        response.status = 200;
        response.body = std::move(body);
        const response_context context{
            at, backends, 32, 10min, {}, {}, {result_forms::project, has_structure}};
        const auto first = classify_response(request_kind::result, response, context, status);
        CHECK(first.event.outcome.category == status_class::accepted);
        CHECK(first.warning.empty() == status.warnings.empty());
        classify_response(request_kind::result, response, context,
                          status); // after a retry there is still one warning
        return status.warnings;
    };
    CHECK(warnings_of(project).empty());
    CHECK(warnings_of(R"({"assets":{}})").empty());
    CHECK(warnings_of(R"({"metadata":{"projectName":7},"assets":{}})").empty());
    CHECK(warnings_of(R"({"metadata":{"projectName":"x"},"assets":{}})", false).empty());
    const auto other = warnings_of(R"({"assets":{},"metadata":{"projectName":"demo\n\ud83d"}})");
    REQUIRE(other.size() == 1);
    CHECK(other[0].code == "ProjectNameDiffers");
    CHECK(other[0].message == "the result names its project 'demo \xEF\xBF\xBD'");
}

} // namespace result_structure_test
