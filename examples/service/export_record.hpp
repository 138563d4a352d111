#ifndef LANGEXPORT_EXAMPLES_SERVICE_EXPORT_RECORD_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_EXPORT_RECORD_HPP

#include <langexport/detail/base/name_table.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/project_surface.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace service {

namespace json = boost::json;

/// The state of an export.
enum class export_state : unsigned char {
    queued,      ///< It waits for the quota, or its submission is being sent.
    submitted,   ///< There is a job.
    running,     ///< The service has reported a status of the job.
    downloading, ///< The result is being received.
    exported,    ///< The result is on the disk.
    failed,      ///< It ended with an error.
    cancelled    ///< It was deleted before it ended.
};

inline constexpr langexport::detail::named_value<export_state> state_names[] = {
    {export_state::queued, "queued"},       {export_state::submitted, "submitted"},
    {export_state::running, "running"},     {export_state::downloading, "downloading"},
    {export_state::exported, "exported"},   {export_state::failed, "failed"},
    {export_state::cancelled, "cancelled"},
};

inline std::string_view to_string(export_state state) noexcept {
    return langexport::detail::name_in(state_names, state);
}

inline export_state state_of(std::string_view word) {
    const auto state = langexport::detail::value_in(state_names, word);
    if (!state)
        throw std::runtime_error("'" + std::string(word) + "' is not a state");
    return *state;
}

inline bool has_ended(export_state state) noexcept {
    return state >= export_state::exported;
}

/// One export: its request and its state. A plain value; each file of the state folder contains one.
struct export_record {
    std::string id;
    std::string project;
    langexport::project_surface surface = langexport::project_surface::analyze_text;
    std::string tag;
    std::uint64_t created = 0; ///< Milliseconds since 1970: the order of the list.
    export_state state = export_state::queued;
    bool may_be_submitted = false; ///< A submission was sent, and its response is not known.
    std::string token;             ///< Of the job; empty until there is one.
    std::string submitted_at;
    std::uint32_t polls = 0;
    std::optional<std::uint64_t> bytes;
    std::optional<std::uint64_t> total;
    std::string content_type;
    std::string error;
};

/// A time in the year 2255: `std::chrono::system_clock` counts nanoseconds, and reaches seven years more.
inline constexpr std::uint64_t latest_creation = 9'000'000'000'000;

/// @param created  Milliseconds since 1970, at most `latest_creation`.
inline std::chrono::system_clock::time_point time_of(std::uint64_t created) {
    return std::chrono::system_clock::time_point(
        std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(created)));
}

/// The state document of an export, which clients receive.
inline json::object document_of(const export_record& record) {
    json::object document{{"id", record.id},
                          {"project", record.project},
                          {"surface", langexport::to_string(record.surface)},
                          {"tag", record.tag},
                          {"created_at", langexport::detail::format_utc(time_of(record.created))},
                          {"state", to_string(record.state)}};
    if (!record.submitted_at.empty())
        document["submitted_at"] = record.submitted_at;
    document["polls"] = record.polls;
    if (record.bytes)
        document["bytes"] = *record.bytes;
    if (record.total)
        document["total"] = *record.total;
    if (!record.error.empty())
        document["error"] = record.error;
    return document;
}

/// The content of the record's file: the state document, and data for the service alone.
inline std::string file_text_of(const export_record& record) {
    json::object object = document_of(record);
    object["created"] = record.created;
    object["may_be_submitted"] = record.may_be_submitted;
    object["token"] = record.token;
    object["content_type"] = record.content_type;
    return json::serialize(object) + "\n";
}

/// Reads the content of a record's file.
///
/// @throws std::exception  It is not such a file.
inline export_record read_record(std::string_view text) {
    const json::value value = json::parse(text);
    const json::object& object = value.as_object();
    const auto text_of = [&](std::string_view key) {
        const json::value* const found = object.if_contains(key);
        return found ? std::string(found->as_string()) : std::string();
    };
    const auto number_of = [&](std::string_view key) -> std::optional<std::uint64_t> {
        const json::value* const found = object.if_contains(key);
        return found ? std::optional(found->to_number<std::uint64_t>()) : std::nullopt;
    };
    export_record record;
    record.id = text_of("id");
    record.project = text_of("project");
    const auto surface = langexport::project_surface_of(text_of("surface"));
    if (!surface)
        throw std::runtime_error("the surface is not known");
    record.surface = *surface;
    record.tag = text_of("tag");
    record.created = number_of("created").value_or(0);
    if (record.created > latest_creation)
        throw std::runtime_error("'created' is no time");
    record.state = state_of(text_of("state"));
    record.may_be_submitted = object.at("may_be_submitted").as_bool();
    record.token = text_of("token");
    record.submitted_at = text_of("submitted_at");
    const std::uint64_t polls = number_of("polls").value_or(0);
    if (polls > std::numeric_limits<std::uint32_t>::max())
        throw std::runtime_error("'polls' is too large");
    record.polls = static_cast<std::uint32_t>(polls);
    record.bytes = number_of("bytes");
    record.total = number_of("total");
    record.content_type = text_of("content_type");
    record.error = text_of("error");
    return record;
}

} // namespace service

#endif
