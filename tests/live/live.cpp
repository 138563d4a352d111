// Compares the library's assumptions about the service with a real resource: it lists the projects of
// each surface, exports one of each, tries undocumented behavior, and writes a recording without key,
// names and texts. It starts export jobs and changes nothing else.
//
//   LANGEXPORT_LIVE=yes AZURE_LANGUAGE_ENDPOINT=… AZURE_LANGUAGE_KEY=… langexport_live [RECORDING]
//
// The exit status is 0 if all assumptions hold, 1 if one does not, and 2 if they could not be tried: no surface
// lists a project, a job does not end, or a message cannot be sent or read. A surface without a project is left out.
//
// LANGEXPORT_LIVE_CA_FILE  the certificates to trust (default: the system's)
// LANGEXPORT_LIVE_TIMEOUT  seconds for each request (default: 120)
// LANGEXPORT_LIVE_POLLS    most polls of a job, up to 7 (default: 7)

#include "live/plain_client.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace json = boost::json;
using langexport_tests::exchange_seen;
using langexport_tests::plain_client;

constexpr std::size_t most_posts = 9;        // the quota allows 10 in a minute
constexpr std::size_t most_gets = 3 + 7 * 8; // lists; questions and the result of each job
constexpr int most_questions = 7;

struct surface {
    const char* name;
    const char* version;
    const char* parameters; // of an export, before the version
    bool asks_for_patience; // Retry-After while a job runs
    std::chrono::hours lifetime;
};

constexpr surface surfaces[] = {
    {"analyze-text", "2023-04-01", "stringIndexType=Utf16CodeUnit&", false,
     std::chrono::hours(168)},
    {"analyze-conversations", "2025-11-01", "stringIndexType=Utf16CodeUnit&", false,
     std::chrono::hours(168)},
    {"query-knowledgebases", "2023-04-01", "", true, std::chrono::hours(6)}};

const json::value* member(const json::value& value, std::string_view name) {
    const auto* object = value.if_object();
    return object ? object->if_contains(name) : nullptr;
}

std::string text(const json::value& value, std::string_view name) {
    const auto* found = member(value, name);
    const auto* words = found ? found->if_string() : nullptr;
    return words ? std::string(*words) : std::string();
}

json::value read_json(const std::string& body) {
    boost::system::error_code failed;
    json::value value = json::parse(body, failed);
    return failed ? json::value() : value;
}

// Seconds between two times such as 2026-01-02T03:04:05Z; none if one is not such a time.
std::optional<long> seconds_between(const std::string& from, const std::string& end) {
    const auto read = [](const std::string& words) -> std::optional<long> {
        int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
        if (std::sscanf(words.c_str(), "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute,
                        &second) != 6)
            return std::nullopt;
        const std::chrono::sys_days date = std::chrono::year(year) /
                                           std::chrono::month(static_cast<unsigned>(month)) /
                                           std::chrono::day(static_cast<unsigned>(day));
        return date.time_since_epoch().count() * 86400L + hour * 3600L + minute * 60L + second;
    };
    const auto first = read(from), second = read(end);
    if (!first || !second)
        return std::nullopt;
    return *second - *first;
}

// A result; empty if there is none.
class exported {
public:
    std::string media_type;
    std::string begin;    // its first bytes
    json::value document; // null if it is not JSON
};

class live_test {
public:
    live_test(plain_client& client, int questions) : client_(client), questions_(questions) {}

    void run() {
        for (const surface& one : surfaces)
            try_surface(one);
    }

    // The exit status.
    int outcome() const {
        if (violated_ > 0)
            return 1;
        if (listed_ == 0)
            std::printf("No surface lists its projects: nothing was tried.\n");
        else if (tried_ == 0)
            std::printf("There is no project: nothing was tried.\n");
        else if (unfinished_ > 0)
            std::printf("%d jobs had not ended: not everything was tried.\n", unfinished_);
        return tried_ == 0 || unfinished_ > 0 ? 2 : 0;
    }

private:
    void expect(bool holds, const std::string& label) {
        std::printf("%-13s %s\n", holds ? "holds" : "DOES NOT HOLD", label.c_str());
        violated_ += holds ? 0 : 1;
    }
    void tell(const std::string& label) { std::printf("%-13s %s\n", "seen", label.c_str()); }
    void leave_out(const std::string& label) {
        std::printf("%-13s %s\n", "not tried", label.c_str());
    }

    static std::string path_of(const surface& one, const std::string& project) {
        return std::string("/language/authoring/") + one.name + "/projects/" +
               langexport_tests::path_segment(project) + "/:export?";
    }

    void try_surface(const surface& one) {
        const exchange_seen list =
            client_.send("GET", std::string("/language/authoring/") + one.name +
                                    "/projects?api-version=" + one.version);
        if (list.status != 200) {
            leave_out(std::string(one.name) + ": the list has status " +
                      std::to_string(list.status));
            return;
        }
        ++listed_;
        const json::value projects = read_json(list.body);
        const std::string project = smallest_of(projects);
        if (project.empty()) {
            leave_out(std::string(one.name) + ": no project");
            return;
        }
        if (member(projects, "nextLink"))
            tell(std::string(one.name) + ": more projects than the first page of the list, which "
                                         "are not compared");
        ++tried_;
        const json::value result = try_export(one, project).document;
        if (std::string_view(one.name) != "query-knowledgebases" && !result.is_null())
            expect(text(result, "projectFileVersion") == one.version,
                   std::string(one.name) + ": projectFileVersion is the requested version");
        if (std::string_view(one.name) == "analyze-text")
            try_text(one, project, result);
        if (std::string_view(one.name) == "analyze-conversations")
            compare_with_older(one, project, result, "2023-04-01");
        if (std::string_view(one.name) == "query-knowledgebases")
            try_tables(one, project);
    }

    // An older version leaves out the fields that it does not know, and no others.
    void compare_with_older(const surface& one, const std::string& project,
                            const json::value& newest, const std::string& version) {
        const json::value older = try_export(one, project, {}, version).document;
        if (newest.is_null() || older.is_null())
            return leave_out(std::string(one.name) + ": what " + version + " leaves out");
        std::set<std::string> fields, known, lacking, unknown;
        add_fields(newest, {}, fields);
        add_fields(older, {}, known);
        for (const std::string& field : fields) {
            if (!known.contains(field))
                lacking.insert(field);
            if (is_newer(one, field))
                unknown.insert(field);
        }
        expect(lacking == unknown, std::string(one.name) + ": of the fields here, " + version +
                                       " leaves out" + list_of(unknown));
        if (lacking != unknown)
            tell(std::string(one.name) + ": " + version + " leaves out" + list_of(lacking));
    }

    // Whether only the newest version has the field, or the object around it.
    static bool is_newer(const surface& one, const std::string& field) {
        static constexpr std::string_view newer[] = {
            ".assets.intents.description", ".assets.entities.description",
            ".assets.intents.associatedEntities", ".metadata.storageInputContainerName"};
        return std::string_view(one.name) == "analyze-conversations" &&
               std::any_of(std::begin(newer), std::end(newer), [&](std::string_view name) {
                   return field == name || field.starts_with(std::string(name) + ".");
               });
    }

    static std::string list_of(const std::set<std::string>& fields) {
        std::string text;
        for (const std::string& field : fields)
            text += " " + field;
        return fields.empty() ? " none" : text;
    }

    // The service does not say how large a project is. What was changed for the shortest time after its
    // creation is small as a rule.
    std::string smallest_of(const json::value& list) {
        std::string chosen;
        std::optional<long> shortest;
        const auto* projects = member(list, "value");
        for (const auto& one :
             projects && projects->is_array() ? projects->get_array() : json::array()) {
            const std::string name = text(one, "projectName");
            client_.hide_project(name);
            const auto age =
                seconds_between(text(one, "createdDateTime"), text(one, "lastModifiedDateTime"));
            if (chosen.empty() || (age && (!shortest || *age < *shortest))) {
                chosen = name;
                shortest = age;
            }
        }
        return chosen;
    }

    // A whole export.
    exported try_export(const surface& one, const std::string& project,
                        const std::string& parameters = {}, const std::string& version = {}) {
        const std::string at = version.empty() ? one.version : version;
        const std::string what =
            std::string(one.name) + " " + at + (parameters.empty() ? "" : " " + parameters) + ": ";
        // The documentation names a body, and the specification has none: both have to work.
        const std::string body =
            version.empty() && parameters.empty() ? "{\"assetsToExport\":[\"*\"]}" : "";
        const exchange_seen accepted = client_.send(
            "POST", path_of(one, project) + one.parameters + parameters + "api-version=" + at,
            body);
        expect(accepted.status == 202 && accepted.body.empty(), what + "202 without a body");
        const std::string link = accepted.header("operation-location");
        expect(link.rfind("http", 0) == 0 && link.find("/export/jobs/") != std::string::npos &&
                   link.find("api-version=" + at) != std::string::npos,
               what + "operation-location is absolute and names job and version");
        if (link.empty())
            return {};
        expect(accepted.header("Retry-After").empty(), what + "no Retry-After with the 202");
        for (int question = 1; question <= questions_; ++question) {
            const exchange_seen response = client_.send("GET", link);
            const json::value status = read_json(response.body);
            if (question == 1)
                expect(response.status == 200, what + "the job is known right after the 202");
            const std::string word = text(status, "status");
            if (word == "succeeded")
                return fetch(one, what, status);
            expect(!member(status, "resultUrl"), what + "no resultUrl before the end");
            if (word == "notStarted" || word == "running") {
                expect(response.header("Retry-After").empty() != one.asks_for_patience,
                       what + (one.asks_for_patience ? "Retry-After" : "no Retry-After") +
                           " while the job runs");
                std::this_thread::sleep_for(std::chrono::seconds(question));
                continue;
            }
            expect(false, what + "the job ended as '" + word + "'");
            return {};
        }
        leave_out(what + "the job had not ended at the last question");
        ++unfinished_;
        return {};
    }

    exported fetch(const surface& one, const std::string& label, const json::value& status) {
        const auto lifetime =
            seconds_between(text(status, "createdDateTime"), text(status, "expirationDateTime"));
        expect(lifetime && *lifetime == std::chrono::seconds(one.lifetime).count(),
               label + "a job is known for " + std::to_string(one.lifetime.count()) + " hours");
        const exchange_seen result = client_.send("GET", text(status, "resultUrl"));
        expect(result.status == 200, label + "the result comes with the same key");
        tell(label + "the result is " + result.header("Content-Type") + ", " +
             std::to_string(result.body.size()) + " bytes");
        exported got;
        got.media_type = result.header("Content-Type");
        got.begin = result.body.substr(0, 2);
        got.document = read_json(result.body);
        return got;
    }

    void try_text(const surface& one, const std::string& project, const json::value& newest) {
        const exchange_seen without =
            client_.send("POST", path_of(one, project) + "api-version=" + one.version);
        expect(without.status == 400,
               "analyze-text: without stringIndexType it is rejected with 400");
        const exchange_seen label =
            client_.send("POST", path_of(one, project) + one.parameters +
                                     "trainedModelLabel=no-such-model&api-version=" + one.version);
        const json::value said = read_json(label.body);
        const auto* found = member(said, "error");
        const json::value error = found ? *found : json::value();
        expect(label.status == 400 && text(error, "code") == "InvalidArgument" &&
                   text(error, "target") == "trainedModelLabel",
               "analyze-text: an unknown trainedModelLabel is rejected with 400 InvalidArgument, "
               "which "
               "names it as the target");
        tell("analyze-text: an unknown trainedModelLabel: " + std::to_string(label.status) + " " +
             text(error, "code") + " " + text(error, "target"));
        compare_with_older(one, project, newest, "2022-05-01");
    }

    // Without assetKind: the questions and the synonyms, each in a file.
    void try_tables(const surface& one, const std::string& project) {
        for (const std::string format : {"tsv", "excel"}) {
            const exported got = try_export(one, project, "format=" + format + "&");
            if (!got.media_type.empty())
                expect(got.media_type.starts_with("application/zip") && got.begin == "PK",
                       "query-knowledgebases: " + format +
                           " without assetKind is a zip archive, as application/zip");
        }
    }

    // Names of all members, each with the names of those around it.
    static void add_fields(const json::value& parent, const std::string& before,
                           std::set<std::string>& fields) {
        if (const auto* object = parent.if_object())
            for (const auto& [name, value] : *object) {
                const std::string field = before + "." + std::string(name);
                fields.insert(field);
                add_fields(value, field, fields);
            }
        if (const auto* list = parent.if_array())
            for (const json::value& each : *list)
                add_fields(each, before, fields);
    }

    plain_client& client_;
    int questions_; // for each job
    int violated_ = 0;
    int listed_ = 0; // surfaces
    int tried_ = 0;  // surfaces
    int unfinished_ = 0;
};

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// A number from the environment, 1 to `most`.
int number(const char* name, int most, int otherwise) {
    const std::string given = setting(name);
    const int value = given.empty() ? otherwise : std::atoi(given.c_str());
    if (value < 1 || value > most)
        throw std::runtime_error(std::string(name) + " must be from 1 to " + std::to_string(most));
    return value;
}

void write(const plain_client& client, const std::string& file) {
    std::ofstream out(file);
    out << json::serialize(client.recording()) << '\n';
    out.close();
    if (!out)
        throw std::runtime_error("cannot write " + file);
    std::printf("the recording is in %s: read it before you pass it on\n", file.c_str());
}

} // namespace

int main(int count, char** words) {
    const std::string endpoint = setting("AZURE_LANGUAGE_ENDPOINT");
    const std::string key = setting("AZURE_LANGUAGE_KEY");
    std::printf(
        "This asks a real resource. It sends at most %zu POST and %zu GET requests, starts at most "
        "%zu export jobs and changes nothing else.\n",
        most_posts, most_gets, most_posts);
    if (setting("LANGEXPORT_LIVE") != "yes" || endpoint.empty() || key.empty() || count > 2) {
        std::fprintf(stderr, "Nothing was sent. To do so, set LANGEXPORT_LIVE=yes, "
                             "AZURE_LANGUAGE_ENDPOINT and AZURE_LANGUAGE_KEY; the only argument is "
                             "the file for the recording.\n");
        return 2;
    }
    try {
        const std::chrono::seconds limit(number("LANGEXPORT_LIVE_TIMEOUT", 3600, 120));
        plain_client client(endpoint, key, setting("LANGEXPORT_LIVE_CA_FILE"), limit);
        live_test test(client, number("LANGEXPORT_LIVE_POLLS", most_questions, most_questions));
        std::exception_ptr failure;
        try {
            test.run();
        } catch (...) {
            failure = std::current_exception(); // the recording shows the requests before it
        }
        std::printf("%zu POST, %zu GET\n", client.count_of("POST"), client.count_of("GET"));
        write(client, count == 2 ? words[1] : "recording.json");
        if (failure)
            std::rethrow_exception(failure);
        return test.outcome();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "langexport_live: %s\n", error.what());
        return 2;
    }
}
