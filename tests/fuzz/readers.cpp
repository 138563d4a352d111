// Feeds every reader of foreign text with whatever comes. The first byte, a digit in the corpus,
// chooses the reader. Besides not crashing, each must keep its promises: what was accepted is written
// and read back the same, what is shown is short and valid UTF-8.
//
// replay.cpp makes a test of it. To search for new inputs, from the top of the checkout:
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
//       -fno-sanitize=function -Iinclude -Itests tests/fuzz/*reader*.cpp
//       tests/support/scripted_stream.cpp -lboost_json -lssl -lcrypto -o /tmp/readers   (one line)
//   mkdir -p /tmp/found && /tmp/readers -max_len=2048 -max_total_time=180 /tmp/found tests/fuzz/corpus

#include "fuzz/exchange_reader.hpp"
#include "fuzz/secret_reader.hpp"

#include <langexport/backup_config.hpp>
#include <langexport/detail/lone_surrogate.hpp>
#include <langexport/detail/protocol/link.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>
#include <langexport/detail/protocol/result_structure.hpp>
#include <langexport/detail/protocol/retry_after.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/detail/protocol/timestamp.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_report.hpp>
#include <langexport/export_request.hpp>
#include <langexport/json_normalizer.hpp>
#include <langexport/project_difference.hpp>
#include <langexport/project_file.hpp>
#include <langexport/text_offset.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace langexport;

void promise(bool kept, const char* what) {
    if (kept)
        return;
    std::fprintf(stderr, "a promise was broken: %s\n", what);
    std::abort();
}

void promise_words(std::string_view text, std::size_t most) {
    promise(text.size() <= most, "the text is short");
    promise(detail::find_invalid_utf8(text) == std::string_view::npos, "the text is UTF-8");
}

// What a call of the public interface returns; nothing if it refuses its input.
template <class Function>
auto result_of(Function call) -> std::optional<decltype(call())> {
    try {
        return call();
    } catch (const export_error& error) {
        promise_words(error.what(), 1200);
        return std::nullopt;
    }
}

void read_url(std::string_view text) {
    detail::split_url parts;
    std::string why;
    if (!detail::parse_url(text, parts, why))
        return promise(!why.empty(), "a refusal has a reason");
    detail::split_url again;
    promise(detail::parse_url(parts.origin.to_string() + parts.target, again, why),
            "an accepted URL is accepted again");
    promise(parts.origin == again.origin && parts.target == again.target,
            "an accepted URL is read the same again");
}

void read_endpoint(std::string_view text) {
    const auto read = result_of([&] { return endpoint::parse(text, true); });
    if (read)
        promise(endpoint::parse(read->to_string(), true) == *read, "an endpoint is read the same");
}

void read_token(std::string_view text) {
    const auto job = result_of([&] { return export_job::from_token(text); });
    if (job)
        promise(export_job::from_token(job->to_token()) == *job, "a token is read the same");

    // And the other way round: any job either has no token, or one that brings it back.
    const std::size_t middle = text.find('|');
    if (middle == std::string_view::npos)
        return;
    const export_job made(std::string(text.substr(0, middle)), std::string(text.substr(middle + 1)),
                          export_job::time_point(std::chrono::seconds(text.size())));
    const auto token = result_of([&] { return made.to_token(); });
    if (token)
        promise(export_job::from_token(*token) == made, "a job is brought back by its token");
}

void promise_error(const service_error& error) {
    promise_words(error.code, 200);
    promise_words(error.message, 2000);
    promise_words(error.target, 200);
    promise(error.details.size() <= 100 && error.inner.size() <= 16 &&
                error.properties.size() <= 100,
            "an error has few parts");
    for (const auto& part : error.details)
        promise_error(part);
    for (const auto& part : error.inner)
        promise_error(part);
    for (const auto& [name, value] : error.properties) {
        promise_words(name, 200);
        promise_words(value, 2000);
    }
}

void read_status(std::string_view text) {
    export_status status;
    std::string why;
    const bool is_read = detail::read_status(text, 32, status, why);
    promise(is_read == why.empty(), "a refusal has a reason");
    promise_words(why, 200);
    promise_words(status.status_text, 200);
    for (const auto* list : {&status.errors, &status.warnings})
        for (const auto& error : *list)
            promise_error(error);
}

void read_error(std::string_view text) {
    const auto error = detail::read_error(text, 32);
    promise_error(error);
    diagnostics known;
    known.service = error;
    promise_words(export_error(errc::job_failed, std::move(known)).what(), 1200);
}

void read_times(std::string_view text) {
    detail::parse_timestamp(text);
    const auto date = detail::parse_http_date(text);
    // Three fields, one on each line.
    detail::answer from;
    for (std::string* field :
         {&from.retry_after, &from.retry_after_ms, &from.x_ms_retry_after_ms}) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        *field = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    constexpr std::chrono::seconds most(600);
    const auto now = date.value_or(std::chrono::system_clock::time_point());
    const auto wait = detail::read_retry_after(from, now, most);
    promise(!wait || (wait->count() >= 0 && *wait <= most), "a wait keeps within its limits");
}

void read_link(std::string_view text) {
    static const auto gateway = endpoint::parse("https://gateway.example:8443/eu");
    static const std::vector<origin> backends = {
        endpoint::parse("https://name.cognitiveservices.azure.com").origin()};
    const auto link = detail::resolve_link(gateway, backends, text);
    promise(link.failure.failed() == link.target.empty(), "a link fails or has a target");
    promise(link.failure.failed() != link.why.empty(), "a refusal has a reason");
    promise(link.target.empty() || link.target.front() == '/', "a target is a path");
    promise(detail::find_invisible(link.target) == std::string::npos, "a target fits in a line");
    promise(detail::find_invalid_utf8(link.why) == std::string::npos, "the reason is UTF-8");
}

void write_submission(std::string_view text) {
    export_request request{std::string(text)};
    request.trained_model_label = request.asset_kind = text;
    request.assets_to_export = {std::string(text), "*"};
    const auto valid = result_of([&] {
        validate(request, "2023-04-01");
        return true;
    });
    if (!valid)
        return;
    static const auto service = endpoint::parse("https://name.cognitiveservices.azure.com");
    const std::string target = detail::submission_target(service, "2023-04-01", request);
    detail::split_url parts;
    std::string why;
    promise(detail::parse_url("https://h" + target, parts, why), "a target is part of a URL");
    const auto body = boost::json::parse(detail::submission_body(request));
    promise(std::string_view(body.at("assetsToExport").at(0).as_string()) == text,
            "an asset keeps its name");
    for (const auto surface :
         {project_surface::analyze_conversations, project_surface::query_knowledgebases}) {
        export_request sibling{std::string(text)};
        sibling.surface = surface;
        validate(sibling, "2023-04-01"); // a good name is good anywhere
        promise(detail::parse_url("https://h" + detail::submission_target(service, "1", sibling),
                                  parts, why),
                "a target of another surface is part of a URL");
    }
}

void read_listing(std::string_view text) {
    static const std::string first_target = "/first";
    detail::project_listing listing(first_target);
    std::string next_link, why;
    const bool is_read = listing.read_page(text, 32, next_link, why);
    promise(is_read == why.empty(), "a refusal has a reason");
    promise_words(why, 300);
    std::set<std::string> names;
    for (const project_info& project : listing.projects) {
        promise(!project.name.empty() && names.insert(project.name).second,
                "every project has a name of its own");
        promise(detail::find_invalid_utf8(project.name + project.kind + project.language +
                                          project.description) == std::string_view::npos,
                "what is listed is UTF-8");
    }
    if (!is_read)
        return;
    const std::size_t number = listing.projects.size();
    promise(listing.read_page(text, 32, next_link, why), "a page is read the same again");
    promise(listing.projects.size() == number, "no project is listed twice");
    promise(!listing.may_go_on(first_target, why) && !why.empty(), "no page is read twice");
}

void handle_text(std::string_view text) {
    for (const std::size_t most : {16u, 17u, 50u, 1200u}) {
        promise_words(detail::one_printable_line(text, most), most);
        promise(detail::cut_utf8(text, most).size() <= most, "what was cut is short");
    }
    const auto bytes = detail::base64url_decode(text);
    promise(!bytes || detail::base64url_encode(*bytes) == text, "base64url has one spelling");
    promise(detail::base64url_decode(detail::base64url_encode(text)) == std::string(text),
            "base64url brings every text back");
    const std::string encoded = detail::percent_encode(text);
    promise(detail::find_invisible(encoded) == std::string::npos, "what is encoded is visible");
    promise(detail::percent_decode(encoded) == text, "what is encoded can be decoded");
    promise(detail::percent_decode(text).size() <= text.size(), "what is decoded is no longer");
}

// The first byte is the size of the pieces.
void read_project(std::string_view text) {
    if (text.empty())
        return;
    const std::size_t size = static_cast<unsigned char>(text.front()) % 32 + 1;
    text.remove_prefix(1);
    const auto file = result_of([&] { return parse_project_file(text); });
    const auto same = result_of([&] {
        project_file_parser parser(64);
        for (std::size_t at = 0; at < text.size(); at += size)
            parser.write(text.substr(at, size));
        return parser.finish();
    });
    promise(file.has_value() == same.has_value(), "pieces are taken as the whole is");
    const auto lines = result_of([&] { return normalize(text); });
    promise(lines || !file, "what is a project has a normal form");
    promise(!lines || normalize(*lines) == *lines, "what is normal stays as it is");
    promise(!lines || detail::find_invalid_utf8(*lines) == std::string_view::npos,
            "what is normal is UTF-8");
    if (!file)
        return;
    promise(compare(*file, parse_project_file(*lines)).is_empty(), "a normal form loses nothing");
    const std::string written = to_json(*file);
    promise(written == to_json(*same), "pieces are read as the whole is");
    promise(detail::find_invalid_utf8(written) == std::string_view::npos, "JSON is UTF-8");
    const auto again = parse_project_file(written);
    promise(to_json(again) == written, "a project is written the same again");
    promise(compare(*file, again).is_empty(), "a project that was written is the same project");
    const std::string normal = normalize(*file);
    promise(normalize(normal) == normal, "what is normalized stays as it is");
    promise(compare(*file, parse_project_file(normal)).is_empty(), "normalizing loses nothing");
    const auto counts = count_labels(*file);
    promise(counts.unlabelled <= counts.items, "no more items are unlabelled than there are");
    project_file other = again;
    if (!other.assets.documents.empty())
        other.assets.documents.pop_back();
    other.metadata.description += 'x';
    const auto difference = compare(*file, other);
    promise(!difference.is_empty(), "a change is found");
    promise(detail::find_invalid_utf8(to_text(difference)) == std::string_view::npos,
            "a difference is UTF-8");
}

// The first byte is the size of the pieces. What Boost.JSON reads must be seen as it reads it.
void read_result(std::string_view text) {
    if (text.empty())
        return;
    const std::size_t size = static_cast<unsigned char>(text.front()) % 100 + 1;
    text.remove_prefix(1);
    detail::result_structure whole, pieces;
    whole.take(text);
    for (std::size_t at = 0; at < text.size(); at += size)
        pieces.take(text.substr(at, size));
    const auto same = [&](auto member) { return (whole.*member)() == (pieces.*member)(); };
    using structure = detail::result_structure;
    promise(same(&structure::is_whole) && same(&structure::has_assets) &&
                same(&structure::has_odd_assets) && same(&structure::has_error) &&
                same(&structure::has_luis_version) && same(&structure::project_name),
            "pieces are seen as the whole is");
    const auto replaced = detail::without_lone_surrogates(text);
    boost::system::error_code failed;
    const auto value = boost::json::parse(replaced ? std::string_view(*replaced) : text, failed);
    if (failed)
        return;
    promise(whole.is_whole() == (value.is_object() || value.is_array()), "what is whole is seen");
    bool has_assets = false, has_error = false;
    for (const auto& [name, member] :
         value.is_object() ? value.get_object() : boost::json::object()) {
        has_assets |= detail::equal_ignoring_case(name, "assets") && member.is_object();
        has_error |= detail::equal_ignoring_case(name, "error") && !member.is_null();
    }
    // A repeated member counts each time; the parser keeps the last.
    promise(whole.has_assets() || !has_assets, "assets are seen");
    promise(whole.has_error() || !has_error, "an error is seen");
}

// The first byte is an offset.
void convert_offsets_of(std::string_view text) {
    if (text.empty())
        return;
    const std::uint64_t offset = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    constexpr text_unit units[] = {text_unit::utf8_bytes, text_unit::utf16_code_units,
                                   text_unit::code_points};
    const bool is_valid = detail::find_invalid_utf8(text) == std::string_view::npos;
    const std::vector<std::uint64_t> offsets = {offset, 0, offset / 2, offset + 1};
    for (const text_unit from : units) {
        promise(try_text_length(text, from).has_value() == is_valid, "only UTF-8 has a length");
        const auto part = try_text_at(text, text_span(offset / 2, offset - offset / 2), from);
        promise(!part || detail::find_invalid_utf8(*part) == std::string_view::npos,
                "what is cut out is UTF-8");
        for (const text_unit to : units) {
            const auto many = try_convert_offsets(text, offsets, from, to);
            for (std::size_t i = 0; i < offsets.size(); ++i) {
                const auto one = try_convert_offset(text, offsets[i], from, to);
                promise(one == many[i], "one offset is converted as many are");
                promise(!one || try_convert_offset(text, *one, to, from) == offsets[i],
                        "an offset is converted back");
                const auto thrown =
                    result_of([&] { return convert_offset(text, offsets[i], from, to); });
                promise(thrown == one, "both variants agree");
            }
        }
    }
}

void read_config(std::string_view text) {
    try {
        const backup_config config = backup_config::parse(text, "/folder/backup.json");
        promise(!config.resources.empty(), "a file names a resource");
        for (const backup_resource& resource : config.resources)
            promise(resource.key_file.empty() != resource.key_env.empty(), "there is one key");
    } catch (const export_error& error) {
        promise(error.code() == errc::invalid_configuration, "a file is refused as such");
        promise(error.diagnostics().detail.starts_with("backup.json:"), "the place is told");
        promise_words(error.diagnostics().detail, 600);
    }
}

void read_report(std::string_view text) {
    const auto report = result_of([&] { return export_report::parse(text); });
    if (!report)
        return;
    promise(report->whole_size() + (report->is_torn() ? 1 : 0) <= text.size(),
            "what is torn lies behind the whole lines");
    const auto whole = export_report::parse(text.substr(0, report->whole_size()));
    promise(!whole.is_torn() && whole.lines().size() == report->lines().size(),
            "what was cut off is whole");
    promise(whole.submissions() == report->submissions(), "no submission is torn");
    std::string written;
    for (const report_line& line : report->lines())
        written.append(line.to_json()).append("\n");
    std::string again;
    const auto read = export_report::parse(written);
    for (const report_line& line : read.lines())
        again.append(line.to_json()).append("\n");
    promise(written == again, "a line is written the same again");
    const auto plan = result_of([&] { return report->plan({"one more"}); });
    std::map<std::string, std::string> projects;
    for (const planned_export& one : plan.value_or(std::vector<planned_export>()))
        promise(projects.emplace(detail::to_lower(one.file_name), one.project).first->second ==
                    one.project,
                "each file has one project");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr void (*readers[])(std::string_view) = {
        read_url,           read_endpoint, read_token,       read_status, read_error,
        read_link,          read_times,    write_submission, handle_text, read_project,
        convert_offsets_of, read_config,   read_listing,     read_report, read_exchange,
        read_result,        hide_secrets};
    if (size == 0)
        return 0;
    // '0' is the first reader, whatever the bytes around it are; ':', ';', '<', '=', '>' and '?' come after
    // '9'.
    const auto chosen = static_cast<std::uint8_t>(data[0] - '0') % std::size(readers);
    readers[chosen](std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
    return 0;
}
