// The example fleet_worker: responses of Redis, and the file with the number of a result's claim.

#include "examples/fleet/fenced_result.hpp"
#include "examples/fleet/replies.hpp"
#include "examples/fleet/status_text.hpp"

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/detail/base/text.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace langexport;

namespace langexport_tests::fuzz {

namespace {

using fleet::texts;

texts lines_of(std::string_view text) {
    texts lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void check_fence(std::string_view text) {
    if (const auto fence = fleet::read_fence(text))
        promise(fleet::read_fence(std::to_string(*fence) + "\n") == fence,
                "a number is read as it is written", std::string(text));
}

} // namespace

// Each line is a value of a response.
void read_claims(std::string_view text) {
    check_fence(text);
    const texts reply = lines_of(text);
    try {
        const fleet::claimed_jobs claimed = fleet::read_claims(reply);
        promise(reply.size() == 1 + 8 * claimed.jobs.size(), "no value is left out");
        for (std::size_t i = 0; i < claimed.jobs.size(); ++i) {
            const fleet::claimed_job& job = claimed.jobs[i];
            promise(fleet::read_fence(job.fence).has_value(), "each claim has a number", job.fence);
            promise(job.id == reply[1 + 8 * i] && job.taken_from == reply[8 + 8 * i],
                    "values stay in their order");
        }
    } catch (const std::runtime_error& error) {
        promise(error.what() == std::string("Redis sent no response of the queue's script"),
                "a rejection has its reason", error.what());
    }
    try {
        const boost::json::object quota = fleet::read_quota_status("name", reply);
        promise(quota.size() == 9 && reply.size() >= 8, "a quota has all its numbers");
    } catch (const std::runtime_error&) {
        promise(std::any_of(reply.begin(),
                            reply.begin() + std::min<std::ptrdiff_t>(8, std::ssize(reply)),
                            [](const std::string& each) { return !detail::parse_decimal(each); }) ||
                    reply.size() < 8,
                "a complete response is read");
    }
}

void read_queue(std::string_view text) {
    fleet::queue_status status;
    try {
        status = fleet::read_queue_status(text);
    } catch (const std::runtime_error& error) {
        return promise(error.what() == std::string("Redis sent no response of the queue's script"),
                       "a rejection has its reason", error.what());
    }
    boost::json::array quotas;
    quotas.push_back(boost::json::object(status.state)); // any members
    status.state["quotas"] = std::move(quotas);
    const std::string shown = fleet::status_text(status.state);
    promise(shown.ends_with('\n'), "the last line is complete", shown);
    std::string line = shown;
    std::replace(line.begin(), line.end(), '\n', ' ');
    promise(detail::find_control(line) == std::string_view::npos &&
                detail::find_invalid_utf8(line) == std::string_view::npos,
            "what is shown does not control the terminal", shown);
}

} // namespace langexport_tests::fuzz
