// Readers of service responses: each accepts any text, or rejects it with a reason.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <boost/json/parse.hpp>
#include <langexport/client_params.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/detail/policy/shared_permits.hpp>
#include <langexport/detail/protocol/link.hpp>
#include <langexport/detail/protocol/project_listing.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/read_status.hpp>
#include <langexport/detail/protocol/retry_after.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/detail/transport/record_meter.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/error.hpp>
#include <langexport/export_job.hpp>
#include <langexport/export_request.hpp>
#include <langexport/fleet/impl/quota_message.hpp>
#include <langexport/import/import_job.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace langexport_tests::fuzz {

using namespace langexport;
using namespace std::chrono_literals;

void read_url(std::string_view text) {
    detail::split_url parts;
    std::string why;
    if (!detail::parse_url(text, parts, why))
        return promise(!why.empty(), "a rejection has a reason");
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

    const auto imported = result_of([&] { return import_job::from_token(text); });
    promise(!imported || !job, "a token is of one kind");
    if (imported)
        promise(import_job::from_token(imported->to_token()) == *imported,
                "a token is read the same");

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

namespace {

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

} // namespace

void read_status(std::string_view text) {
    export_status status;
    std::string why;
    const bool is_read = detail::read_status(text, 32, status, why);
    promise(is_read == why.empty(), "a rejection has a reason");
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
    detail::response_message from;
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

// The numbers of a response of Redis, and what a client does with them.
void read_quota(std::string_view text) {
    std::vector<long long> reply;
    for (const char* at = text.data(); at != text.data() + text.size();) {
        long long number = 0;
        const auto [next, ec] = std::from_chars(at, text.data() + text.size(), number);
        if (ec == std::errc())
            reply.push_back(number);
        at = next == at ? at + 1 : next;
    }
    const detail::quota_message_terms terms{"p", std::chrono::seconds(30),
                                            std::chrono::seconds(60)};
    auto grant = detail::read_quota_reply(reply, terms, 1);
    if (!grant)
        return;
    promise(grant->submissions.later.size() + grant->reads.later.size() + 13 == reply.size(),
            "all numbers are read");
    // The permits of an input must not take most of its time.
    for (class_grant* const part : {&grant->submissions, &grant->reads})
        part->permits = std::min<std::size_t>(part->permits, 1000);
    detail::shared_permits permits{quota_params()};
    const detail::steady_time now{std::chrono::hours(1000)};
    permits.demand({}, now);
    permits.apply(*grant);
    for (const auto kind : {request_kind::submission, request_kind::result, request_kind::status}) {
        const std::size_t free = permits.free(kind, now);
        promise(permits.acquire(kind, now).has_value() == (free > 0), "a free permit is acquired");
        promise(permits.usage(kind, now).throttled_for.count() >= 0, "no time is negative");
    }
    const detail::poll_supply supply = permits.supply(now);
    promise(supply.left <= supply.gets, "no more GETs are left than a window allows");
    promise(detail::wait_before_poll(poll_params(), 1s, supply, 0s, 0) >= 500ms,
            "no poll comes before the minimum interval");
    permits.give_up(now);
    promise(permits.free(request_kind::submission, now + std::chrono::hours(24)) == 0,
            "nothing is free after all was given up");
}

void read_link(std::string_view text) {
    static const auto gateway = endpoint::parse("https://gateway.example:8443/eu");
    static const std::vector<origin> backends = {
        endpoint::parse("https://name.cognitiveservices.azure.com").origin()};
    const auto link = detail::resolve_link(gateway, backends, text);
    promise(link.failure.failed() == link.target.empty(), "a link fails or has a target");
    promise(link.failure.failed() != link.why.empty(), "a rejection has a reason");
    promise(link.target.empty() || link.target.front() == '/', "a target is a path");
    // No request goes elsewhere: the link is a path, or names the endpoint or a backend.
    detail::split_url parts;
    std::string why;
    if (!link.target.empty() && !text.starts_with('/')) {
        promise(detail::parse_url(text, parts, why), "an accepted link is a URL", why);
        const bool is_own = parts.origin == gateway.origin();
        promise(is_own || parts.origin == backends.front(), "a link leads to a known origin",
                parts.origin.to_string());
        promise(link.target == (is_own ? parts.target : gateway.path_prefix() + parts.target),
                "a link is followed literally", link.target);
    }
    promise(link.target.empty() || !text.starts_with("//"), "a path names no host");
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

// The first byte is the size of the pieces, what follows are TLS records.
void count_records(std::string_view text) {
    if (text.empty())
        return;
    const std::size_t size = static_cast<unsigned char>(text.front()) % 16 + 1;
    text.remove_prefix(1);
    detail::record_meter meter;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view piece = text.substr(at, size);
        const std::size_t passed = meter.pass(piece.data(), piece.size());
        promise(passed > 0 && passed <= piece.size(), "bytes belong to a record");
        at += passed;
    }
    const auto byte = [&](std::size_t at) {
        return std::size_t{static_cast<unsigned char>(text[at])};
    };
    std::size_t records = 0;
    for (std::size_t at = 0; at + 5 <= text.size(); ++records)
        at += 5 + (byte(at + 3) << 8 | byte(at + 4));
    promise(meter.records() == records, "each record is counted");
}

void read_listing(std::string_view text) {
    static const std::string first_target = "/first";
    detail::project_listing listing(first_target);
    std::string next_link, why;
    const bool is_read = listing.read_page(text, 32, next_link, why);
    promise(is_read == why.empty(), "a rejection has a reason");
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
    promise(!listing.may_follow(first_target, why) && !why.empty(), "no page is read twice");
}

} // namespace langexport_tests::fuzz
