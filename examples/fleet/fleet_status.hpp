#ifndef LANGEXPORT_EXAMPLES_FLEET_FLEET_STATUS_HPP
#define LANGEXPORT_EXAMPLES_FLEET_FLEET_STATUS_HPP

#include "fleet_resources.hpp"
#include "job_queue.hpp"
#include "redis_link.hpp"
#include "replies.hpp"
#include "status_text.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace fleet {

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
    co_return read_quota_status(resource, reply);
}

/// Reads the state of the queue and the quotas.
inline asio::awaitable<json::object> fleet_status(redis_link& link, job_queue& queue) {
    queue_status result = co_await queue.status();
    json::array quotas;
    for (const std::string& each : result.resources) {
        json::object quota = co_await quota_status(link, each);
        quotas.push_back(std::move(quota));
    }
    result.state["quotas"] = std::move(quotas);
    co_return std::move(result.state);
}

} // namespace fleet

#endif
