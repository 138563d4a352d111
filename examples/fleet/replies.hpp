#ifndef LANGEXPORT_EXAMPLES_FLEET_REPLIES_HPP
#define LANGEXPORT_EXAMPLES_FLEET_REPLIES_HPP

#include <langexport/detail/base/text.hpp>

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fleet {

namespace json = boost::json;

/// The values of a response of Redis.
using texts = std::vector<std::string>;

/// A job that this worker has claimed. A plain value.
class claimed_job {
public:
    claimed_job() = default;

    std::string id;
    std::string
        fence; ///< A decimal number that grows with each claim; changes of the job's state name it.
    std::string resource, surface, project;
    std::string token;      ///< The resume token; empty: not submitted.
    std::string attempts;   ///< That have failed.
    std::string taken_from; ///< The worker whose claim had expired; may be empty.
};

/// What a worker has claimed at once. A plain value.
class claimed_jobs {
public:
    std::size_t later = 0; ///< Jobs that wait for another attempt.
    std::vector<claimed_job> jobs;
};

/// The state of the queue. A plain value.
class queue_status {
public:
    json::object
        state; ///< With the arrays of objects `jobs` and `dead_letters`, and the numbers of jobs.
    texts resources; ///< That have queues.
};

[[noreturn]] inline void throw_foreign_reply() {
    throw std::runtime_error("Redis sent no response of the queue's script");
}

/// A value of a response. @throws std::runtime_error if it has fewer.
inline const std::string& value_of(const texts& reply, std::size_t place) {
    if (place >= reply.size())
        throw_foreign_reply();
    return reply[place];
}

inline std::uint64_t number_of(const texts& reply, std::size_t place) {
    const auto number = langexport::detail::parse_decimal(value_of(reply, place));
    if (!number)
        throw_foreign_reply();
    return *number;
}

/// Reads the response of the script that claims jobs. @throws std::runtime_error for any other text.
inline claimed_jobs read_claims(const texts& reply) {
    constexpr std::size_t fields = 8;
    claimed_jobs result;
    result.later = number_of(reply, 0);
    for (std::size_t i = 1; i < reply.size(); i += fields) {
        claimed_job job;
        const std::array<std::string*, fields> members = {
            &job.id,      &job.fence, &job.resource, &job.surface,
            &job.project, &job.token, &job.attempts, &job.taken_from};
        for (std::size_t field = 0; field < fields; ++field)
            *members[field] = value_of(reply, i + field);
        number_of(reply, i + 1);
        result.jobs.push_back(std::move(job));
    }
    return result;
}

// The elements of a member. Lua does not distinguish an empty array from an empty object.
inline json::array take_array(json::object& object, std::string_view name) {
    json::value taken = object[name];
    object.erase(name);
    return taken.is_array() ? std::move(taken.get_array()) : json::array();
}

/// Reads the response of the script for the state of the queue. @throws std::runtime_error for any other text.
inline queue_status read_queue_status(std::string_view text) {
    boost::system::error_code wrong;
    json::value value = json::parse(text, wrong);
    if (wrong || !value.is_object())
        throw_foreign_reply();
    queue_status result;
    result.state = std::move(value.get_object());
    for (const json::value& each : take_array(result.state, "resources")) {
        if (!each.is_string())
            throw_foreign_reply();
        result.resources.emplace_back(each.get_string());
    }
    for (const char* const list : {"jobs", "dead_letters"}) {
        json::array elements = take_array(result.state, list);
        for (const json::value& each : elements)
            if (!each.is_object())
                throw_foreign_reply();
        result.state[list] = std::move(elements);
    }
    return result;
}

/// Reads the response of the script for the state of a quota. @throws std::runtime_error for any other text.
inline json::object read_quota_status(const std::string& resource, const texts& reply) {
    json::object result;
    result["resource"] = resource;
    std::size_t place = 0;
    for (const char* const name :
         {"open_submissions", "open_reads", "ended_submissions", "ended_reads", "processes",
          "blocked_ms", "submissions_throttled_ms", "reads_throttled_ms"})
        result[name] = number_of(reply, place++);
    return result;
}

} // namespace fleet

#endif
