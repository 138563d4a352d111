#ifndef LANGEXPORT_EXAMPLES_FLEET_STATUS_TEXT_HPP
#define LANGEXPORT_EXAMPLES_FLEET_STATUS_TEXT_HPP

#include "../tool/terminal_text.hpp"

#include <langexport/log/printable.hpp>

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace fleet {

namespace json = boost::json;

// A field as text for a terminal.
inline std::string shown(const json::object& object, std::string_view field) {
    const json::value* const value = object.if_contains(field);
    if (!value)
        return "?";
    return langexport::printable(value->is_string() ? std::string(value->as_string())
                                                    : json::serialize(*value));
}

inline std::string seconds_of(const json::object& object, std::string_view field) {
    const json::value* const value = object.if_contains(field);
    boost::system::error_code not_a_number;
    const auto milliseconds = value ? value->to_number<std::int64_t>(not_a_number) : 0;
    return std::to_string(milliseconds / 1000) + '.' + std::to_string(milliseconds / 100 % 10) +
           " s";
}

/// The state for people.
inline std::string status_text(const json::object& status) {
    std::string text = "queue: " + shown(status, "queued") + " queued, " +
                       shown(status, "running") + " running, " + shown(status, "waiting") +
                       " waiting for another attempt, " + shown(status, "dead") +
                       " failed permanently\n";
    std::map<std::string, std::string> workers;
    for (const json::value& each : status.at("jobs").as_array()) {
        const json::object& job = each.as_object();
        workers[shown(job, "worker")] +=
            "  " + tool::pad_columns(shown(job, "project"), 24) + "  claimed " +
            seconds_of(job, "claimed_ms") + " ago" +
            (shown(job, "is_submitted") == "true" ? ", submitted" : "") + "  " +
            shown(job, "resource") + "\n";
    }
    for (const auto& [name, jobs] : workers)
        text += "worker " + name + ": " +
                std::to_string(std::count(jobs.begin(), jobs.end(), '\n')) + " running\n" + jobs;
    for (const json::value& each : status.at("quotas").as_array()) {
        const json::object& quota = each.as_object();
        text += "quota of " + shown(quota, "resource") + ": used " +
                shown(quota, "ended_submissions") + " submissions and " +
                shown(quota, "ended_reads") + " reads of the window, granted " +
                shown(quota, "open_submissions") + " and " + shown(quota, "open_reads") +
                "; processes: " + shown(quota, "processes") + "\n";
        if (shown(quota, "blocked_ms") != "0")
            text += "  nothing is granted for " + seconds_of(quota, "blocked_ms") +
                    ", because Redis has started\n";
        for (const std::string kind : {"submissions", "reads"})
            if (shown(quota, kind + "_throttled_ms") != "0")
                text += "  the service throttles " + kind + " for " +
                        seconds_of(quota, kind + "_throttled_ms") + "\n";
    }
    if (!status.at("dead_letters").as_array().empty())
        text += "newest permanent failures:\n";
    for (const json::value& each : status.at("dead_letters").as_array()) {
        const json::object& letter = each.as_object();
        text += "  " + shown(letter, "project") + "  " + shown(letter, "resource") + ": " +
                shown(letter, "error") + "\n";
    }
    return text;
}

} // namespace fleet

#endif
