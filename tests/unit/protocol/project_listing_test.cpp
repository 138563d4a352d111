// Lists of projects: the requests, the content of a page, and whether another page follows.

#include <langexport/detail/protocol/project_listing.hpp>

#include <langexport/detail/policy/classify_response.hpp>
#include <langexport/detail/policy/export_state.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace project_listing_test {

using namespace std::chrono_literals;
using namespace langexport;
using namespace langexport::detail;
using langexport_tests::contains_text;

namespace {

constexpr std::string_view first_page = "/language/authoring/analyze-text/projects?api-version=1";

class bench {
public:
    classified_response read(std::string body, unsigned http_status = 200) {
        response_message response;
        response.status = http_status;
        response.body = std::move(body);
        const response_context context{at, backends, 32, 10min, {}};
        return classify_response(request_kind::listing, response, context, status, &listing);
    }

    endpoint at = endpoint::parse("https://name.example");
    std::vector<origin> backends;
    export_status status;
    project_listing listing{std::string(first_page)};
};

std::string page_of(std::string_view name, std::string_view next = {}) {
    std::string page = R"({"value":[{"projectName":")" + std::string(name) + R"("}])";
    if (!next.empty())
        page += R"(,"nextLink":")" + std::string(next) + '"';
    return page + "}";
}

} // namespace

TEST_CASE("each surface has a list of its own", "[listing]") {
    const auto gateway = endpoint::parse("https://gateway.example/eu/");
    CHECK(listing_target(gateway, "2022-05-01", project_surface::analyze_text) ==
          "/eu/language/authoring/analyze-text/projects?api-version=2022-05-01");
    CHECK(listing_target(gateway, "2022-05-01", project_surface::query_knowledgebases) ==
          "/eu/language/authoring/query-knowledgebases/projects?api-version=2022-05-01");
    CHECK(listing_target(gateway, "2021-10-01", project_surface::query_knowledgebases) ==
          "/eu/language/query-knowledgebases/projects?api-version=2021-10-01");
}

TEST_CASE("a page is read with all known members of its projects", "[listing]") {
    bench b;
    const auto read = b.read(R"({"value":[
        {"createdDateTime":"2022-04-18T14:03:16Z","lastModifiedDateTime":"2022-04-18T14:03:17Z",
         "lastTrainedDateTime":"2022-04-18T14:03:18.5Z","lastDeployedDateTime":
         "2022-04-18T16:03:19+02:00","projectKind":"CustomEntityRecognition","projectName":"Loans",
         "storageInputContainerName":"loans","multilingual":false,"description":"Größe ✓",
         "language":"en-us","settings":{"a":[1]}},
        {"projectName":"Faq","multilingualResource":true,"language":7,"createdDateTime":"soon",
         "lastTrainedDateTime":null,"description":null}],
        "nextLink":null,"more":0})");
    CHECK(read.event.outcome.category == status_class::accepted);
    CHECK(read.event.is_last);
    CHECK(read.target.empty());
    REQUIRE(b.listing.projects.size() == 2);
    const project_info& loans = b.listing.projects[0];
    CHECK(loans.name == "Loans");
    CHECK(loans.kind == "CustomEntityRecognition");
    CHECK(loans.language == "en-us");
    CHECK(loans.description == "Größe ✓");
    CHECK(loans.storage_input_container_name == "loans");
    CHECK(loans.multilingual == false);
    const auto created = project_info::time_point(1650290596s);
    CHECK(loans.created == created);
    CHECK(loans.last_modified == created + 1s);
    CHECK(loans.last_trained == created + 2500ms);
    CHECK(loans.last_deployed == created + 3s);
    const project_info& faq = b.listing.projects[1];
    CHECK(faq.name == "Faq");
    CHECK(faq.kind.empty());
    CHECK(faq.multilingual == true);
    CHECK(faq.language.empty());
    CHECK_FALSE(faq.created.has_value());
    CHECK_FALSE(faq.last_trained.has_value());
}

TEST_CASE("pages are combined, and no project is listed twice", "[listing]") {
    bench b;
    const auto first = b.read(R"({"value":[{"projectName":"a"},{"projectName":"b"}],"nextLink":)"
                              R"("https://name.example:443/next?skip=2"})");
    CHECK_FALSE(first.event.is_last);
    CHECK(first.target == "/next?skip=2");
    const auto empty = b.read(R"({"value":[],"nextLink":"https://name.example/next?skip=3"})");
    CHECK(empty.target == "/next?skip=3");
    CHECK(b.read(R"({"value":[{"projectName":"b"},{"projectName":"c"}],"nextLink":""})")
              .event.is_last);
    std::string names;
    for (const project_info& project : b.listing.projects)
        names += project.name;
    CHECK(names == "abc");
}

TEST_CASE("an invalid page is rejected with the position", "[listing]") {
    struct {
        std::string body;
        std::string why;
    } const cases[] = {
        {"", "it is empty"},
        {" \n", "it is empty"},
        {"[]", "it is an array, not an object"},
        {"{\"value\":[", "it ends at byte 10"},
        {"{}", "field 'value' is missing, not an array"},
        {R"({"value":{}})", "field 'value' is an object, not an array"},
        {R"({"value":[],"nextLink":1})", "field 'nextLink' is a number, not a string"},
        {R"({"value":[{"projectName":"a"},{"projectName":""}]})", "'value[1]' has no projectName"},
        {R"({"value":[7]})", "'value[0]' has no projectName"},
    };
    for (const auto& each : cases) {
        INFO(each.body);
        bench b;
        const auto read = b.read(each.body);
        CHECK(read.event.outcome.category == status_class::rejected);
        CHECK(read.event.outcome.code == errc::malformed_response);
        CHECK_THAT(read.detail, contains_text("the list of projects: "));
        CHECK_THAT(read.detail, contains_text(each.why));
    }
}

TEST_CASE("only the name of a listed project is required", "[listing]") {
    for (const std::string name :
         {"projectKind", "language", "description", "storageInputContainerName", "multilingual",
          "settings", "createdDateTime", "lastModifiedDateTime", "lastTrainedDateTime",
          "lastDeployedDateTime", "new"}) {
        for (const std::string value : {"null", "7", "true", "[]", "{}", "\"\"", R"("\ud83d")"}) {
            INFO(name << ": " << value);
            bench b;
            const auto read = b.read("\xEF\xBB\xBF{\"value\":[{\"projectName\":\"a\",\"" + name +
                                     "\":" + value + "},{\"projectName\":\"b\"}]}");
            REQUIRE(read.event.outcome.category == status_class::accepted);
            REQUIRE(b.listing.projects.size() == 2);
            CHECK(b.listing.projects[0].name == "a");
        }
    }
    bench b;
    b.read(R"({"value":[{"projectName":"a","description":"x \udc4d"}]})");
    CHECK(b.listing.projects.at(0).description == "x \xEF\xBF\xBD");

    INFO("bytes that are no UTF-8 are no reason to list nothing; a name must be whole");
    bench c;
    c.read("{\"value\":[{\"projectName\":\"a\",\"description\":\"caf\xE9\n\"}]}");
    CHECK(c.listing.projects.at(0).description == "caf\xEF\xBF\xBD\xEF\xBF\xBD");
    for (const std::string page : {"{\"value\":[{\"projectName\":\"caf\xE9\"}]}",
                                   "{\"value\":[],\"nextLink\":\"/caf\xE9\"}"}) {
        bench d;
        CHECK_THAT(d.read(page).detail, contains_text("syntax error"));
    }
}

TEST_CASE("an error instead of a list is shown", "[listing]") {
    bench b;
    const auto read = b.read(R"({"error":{"code":"InternalServerError","message":"oops"}})");
    CHECK(read.event.outcome.code == errc::malformed_response);
    CHECK(read.service.code == "InternalServerError");
    CHECK(read.service.message == "oops");
}

TEST_CASE("a list with a link to another origin, or with a loop, is rejected", "[listing]") {
    bench b;
    const auto foreign = b.read(page_of("a", "https://evil.example/next"));
    CHECK(foreign.event.outcome.code == errc::foreign_origin);
    CHECK_THAT(foreign.detail, contains_text("nextLink leads to https://evil.example"));

    const auto itself = b.read(page_of("b", "https://name.example" + std::string(first_page)));
    CHECK(itself.event.outcome.category == status_class::rejected);
    CHECK(itself.event.outcome.code == errc::unexpected_response);
    CHECK(itself.detail == "nextLink: it links to a page that was read before");

    CHECK(b.read(page_of("c", "https://name.example/next")).detail.empty());
    CHECK(b.read(page_of("c", "https://name.example/another")).detail ==
          "nextLink: the page has no project that the pages before did not have");
}

TEST_CASE("an endless list is rejected", "[listing]") {
    bench b;
    for (std::size_t page = 1; page < most_listing_pages; ++page) {
        const std::string number = std::to_string(page);
        const auto read = b.read(page_of(number, "https://name.example/next/" + number));
        REQUIRE(read.event.outcome.category == status_class::accepted);
    }
    CHECK(b.read(page_of("x", "https://name.example/x")).detail ==
          "nextLink: there are more than 1000 pages");

    std::string body = R"({"nextLink":"https://name.example/next","value":[)";
    for (std::size_t i = 0; i <= most_listed_projects; ++i)
        body.append(i == 0 ? "" : ",").append(R"({"projectName":")").append(std::to_string(i)) +=
            "\"}";
    bench many;
    CHECK(many.read(body + "]}").detail == "nextLink: there are more than 100000 projects");
}

TEST_CASE("a 404 for a list does not mean that a project or job is missing", "[listing]") {
    for (const unsigned status : {404u, 410u}) {
        bench b;
        const auto read =
            b.read(R"({"error":{"code":"404","message":"Resource not found"}})", status);
        CHECK(read.event.outcome.category == status_class::not_found);
        CHECK(read.event.outcome.code == errc::unexpected_response);
        CHECK(read.service.message == "Resource not found");
    }
    CHECK(classify_status(request_kind::listing, 200, {}).category == status_class::accepted);
    CHECK(classify_status(request_kind::listing, 202, {}).category == status_class::rejected);
    CHECK(classify_status(request_kind::listing, 302, {}).category == status_class::redirected);
    CHECK(classify_status(request_kind::listing, 429, {}).category == status_class::throttled);
    CHECK(classify_status(request_kind::listing, 500, {}).category == status_class::unconfirmed);
}

TEST_CASE("pages are requested until the last one, each with all its attempts", "[listing]") {
    export_plan plan;
    plan.kind = operation_kind::projects;
    plan.first = request_kind::listing;
    export_state state;
    state.prepare(plan);
    const poll_params polling;
    retry_params retry;
    retry.max_attempts = 2;
    const steady_time now{1h};
    const auto take = [&](status_class category, bool is_last,
                          std::optional<steady_duration> wait) {
        response_event event{};
        event.outcome = status_outcome{category, errc::service_unavailable};
        event.is_last = is_last;
        event.retry_after = wait;
        return state.on(event, now, 0.5, polling, retry);
    };
    for (int page = 0; page < 20; ++page) {
        CHECK(take(status_class::unavailable, true, std::nullopt).what == action::send);
        const decision next = take(status_class::accepted, false, std::nullopt);
        CHECK(next.what == action::send);
        CHECK(next.at <= now + 1ms);
    }
    CHECK(take(status_class::accepted, false, 7s).at >= now + 7s);
    CHECK(state.progress().next == request_kind::listing);
    CHECK(state.progress().submission == submission_state::not_sent);
    CHECK(take(status_class::accepted, true, std::nullopt).what == action::succeed);
    CHECK(take(status_class::unavailable, true, std::nullopt).what == action::send);
    CHECK(take(status_class::unavailable, true, std::nullopt).what == action::fail);
    const decision streamed_check = take(status_class::not_found, true, std::nullopt);
    CHECK(streamed_check.what == action::fail);
}

} // namespace project_listing_test
