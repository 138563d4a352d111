#ifndef LANGEXPORT_FLEET_IMPL_QUOTA_MESSAGE_HPP
#define LANGEXPORT_FLEET_IMPL_QUOTA_MESSAGE_HPP

#include <langexport/fleet/impl/local_share.hpp>
#include <langexport/fleet/impl/quota_script.hpp>
#include <langexport/quota_source.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// What does not change between the messages of one source.
struct quota_message_terms {
    std::string process; // identifies the source among those of the resource
    std::chrono::milliseconds valid_for;
    std::chrono::milliseconds longest_request;
};

inline std::string milliseconds_of(std::chrono::steady_clock::duration duration) {
    return std::to_string(std::chrono::floor<std::chrono::milliseconds>(duration).count());
}

// The keys of the script. The braces let a cluster store them together.
inline std::vector<std::string> quota_keys(const std::string& prefix, const std::string& resource) {
    const std::string begin =
        prefix + ":" + std::string(quota_data_version) + ":{" + resource + "}:";
    std::vector<std::string> keys;
    for (const char* const name : {"state", "open-submissions", "open-reads", "ended-submissions",
                                   "ended-reads", "processes", "later-submissions", "later-reads"})
        keys.push_back(begin + name);
    return keys;
}

// The arguments of EVAL, behind the command: the script, its keys and its arguments.
inline std::vector<std::string> quota_message(const std::vector<std::string>& keys,
                                              const quota_message_terms& terms,
                                              const quota_demand& demand, std::uint64_t grant,
                                              bool leaves,
                                              const std::vector<local_share::use>& local = {}) {
    std::vector<std::string> message{std::string(quota_script), std::to_string(keys.size())};
    message.insert(message.end(), keys.begin(), keys.end());
    const auto add = [&](std::size_t number) { message.push_back(std::to_string(number)); };
    message.push_back(terms.process);
    message.push_back(milliseconds_of(demand.quota.window));
    message.push_back(milliseconds_of(terms.valid_for));
    message.push_back(milliseconds_of(terms.longest_request));
    add(demand.quota.submissions);
    add(demand.quota.reads);
    message.push_back(std::to_string(grant));
    add(leaves ? 1 : 0);
    for (const quota_demand::by_priority& kind : demand.due)
        for (const std::size_t number : kind)
            add(number);
    for (const std::size_t number : demand.held)
        add(number);
    add(demand.waiting_jobs);
    for (const quota_demand::duration duration : demand.throttled_for)
        message.push_back(
            std::to_string(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
    add(demand.returned.size());
    for (const returned_permit& each : demand.returned) {
        add(each.request == quota_class::submissions ? 0 : 1);
        message.push_back(std::to_string(each.id.grant) + ":" + std::to_string(each.id.number));
        message.push_back(each.ended ? milliseconds_of(*each.ended) : "-1");
    }
    for (const local_share::use& each : local) {
        add(each.request == quota_class::submissions ? 0 : 1);
        message.push_back(std::to_string(each.id.grant) + ":" + std::to_string(each.id.number));
        add(each.has_ended ? 1 : 0);
        message.push_back(
            std::to_string(std::chrono::ceil<std::chrono::milliseconds>(each.free_after).count()));
    }
    return message;
}

// At most a day, which the clock of a client can add to any time.
inline std::chrono::milliseconds time_in_reply(long long number) noexcept {
    constexpr std::chrono::milliseconds most = std::chrono::hours(24);
    return number < most.count() ? std::chrono::milliseconds(number) : most;
}

// The response of the script as a grant; null if it is no response of the script.
inline std::optional<quota_grant> read_quota_reply(const std::vector<long long>& reply,
                                                   const quota_message_terms& terms,
                                                   std::uint64_t grant) {
    if (reply.size() < quota_reply_size)
        return std::nullopt;
    for (const long long each : reply)
        if (each < 0)
            return std::nullopt;
    const auto number = [&](quota_reply field) {
        return static_cast<std::size_t>(reply[static_cast<std::size_t>(field)]);
    };
    const auto duration = [&](quota_reply field) {
        return time_in_reply(reply[static_cast<std::size_t>(field)]);
    };
    quota_grant result;
    result.id = grant;
    result.valid_for = terms.valid_for;
    result.waiting_jobs = number(quota_reply::waiting_jobs);
    result.submissions.permits = number(quota_reply::submissions);
    result.submissions.left = number(quota_reply::submissions_left);
    result.submissions.throttled_for = duration(quota_reply::submissions_throttled);
    result.submissions.more_after = duration(quota_reply::submissions_more_after);
    result.reads.permits = number(quota_reply::reads);
    result.reads.left = number(quota_reply::reads_left);
    result.reads.throttled_for = duration(quota_reply::reads_throttled);
    result.reads.more_after = duration(quota_reply::reads_more_after);
    std::size_t position = quota_reply_size;
    const auto read_later = [&](class_grant& part) {
        if (position >= reply.size())
            return false;
        const auto size = static_cast<std::size_t>(reply[position++]);
        if (size > reply.size() - position)
            return false;
        for (const std::size_t end = position + size; position < end; ++position)
            part.later.push_back(time_in_reply(reply[position]));
        return true;
    };
    if (!read_later(result.submissions) || !read_later(result.reads) || position != reply.size())
        return std::nullopt;
    return result;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
