#ifndef LANGEXPORT_EXAMPLES_FLEET_FLEET_STATUS_HPP
#define LANGEXPORT_EXAMPLES_FLEET_FLEET_STATUS_HPP

#include "../tool/terminal_text.hpp"
#include "fleet_resources.hpp"
#include "job_queue.hpp"
#include "redis_link.hpp"

#include <langexport/log/printable.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace fleet {

namespace json = boost::json;

// The requests of a resource that count in its current window, from the keys of `redis_quota`.
inline constexpr std::string_view quota_status_script = R"lua(
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local state = redis.call('HMGET', KEYS[1], 'blocked', 'throttled1', 'throttled2')
local function left(at) return tostring(math.max(0, tonumber(at or '0') - now)) end
local function count(i) return tostring(redis.call('ZCOUNT', KEYS[i], now, '+inf')) end
return {count(2), count(3), count(4), count(5), tostring(redis.call('HLEN', KEYS[6])),
  left(state[1]), left(state[2]), left(state[3])}
)lua";

/// Reads the state of the quota of a resource.
inline asio::awaitable<json::object> quota_status(redis_link& link, std::string resource) {
    const texts keys =
        langexport::detail::quota_keys(link.address().prefix, quota_name_of(resource));
    texts message{std::string(quota_status_script), std::to_string(keys.size())};
    message.insert(message.end(), keys.begin(), keys.end());
    const texts reply = co_await link.execute("EVAL", message);
    const char* const names[] = {
        "open_submissions", "open_reads", "ended_submissions",        "ended_reads",
        "processes",        "blocked_ms", "submissions_throttled_ms", "reads_throttled_ms"};
    json::object result;
    result["resource"] = resource;
    std::size_t field = 0;
    for (const std::string& each : reply)
        result[names[field++]] = std::stoll(each);
    co_return result;
}

/// Reads the state of the queue and the quotas.
inline asio::awaitable<json::object> fleet_status(redis_link& link, job_queue& queue) {
    const std::string text = co_await queue.status();
    json::object result = json::parse(text).as_object();
    for (const char* const list : {"jobs", "dead_letters", "resources"})
        if (!result[list]
                 .is_array()) // Lua does not distinguish an empty array from an empty object
            result[list] = json::array();
    json::array quotas;
    for (const json::value& each : result["resources"].as_array()) {
        json::object quota = co_await quota_status(link, std::string(each.as_string()));
        quotas.push_back(std::move(quota));
    }
    result["quotas"] = std::move(quotas);
    result.erase("resources");
    co_return result;
}

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
    const auto milliseconds = value && value->is_number() ? value->to_number<std::int64_t>() : 0;
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
        workers[shown(job, "worker")] += "  " + tool::pad_columns(shown(job, "project"), 24) +
                                         "  claimed " + seconds_of(job, "claimed_ms") + " ago" +
                                         (job.at("is_submitted").as_bool() ? ", submitted" : "") +
                                         "  " + shown(job, "resource") + "\n";
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
