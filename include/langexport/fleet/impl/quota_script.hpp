#ifndef LANGEXPORT_FLEET_IMPL_QUOTA_SCRIPT_HPP
#define LANGEXPORT_FLEET_IMPL_QUOTA_SCRIPT_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The version of the data in Redis. It is part of every key, so that versions do not read each other's data.
inline constexpr std::string_view quota_data_version = "1";

// The first fields of a response of `quota_script`, in their order. Times are in milliseconds. Behind them, there are
// the number of permits for later and the times until each may be used, for submissions and for reads.
enum class quota_reply : unsigned char {
    blocked_for, // nothing is granted for so long
    submissions, // permits
    reads,
    submissions_left, // of the window after this grant
    reads_left,
    submissions_throttled,
    reads_throttled,
    submissions_more_after,
    reads_more_after,
    waiting_jobs,
    processes // that have demand, this one included
};
inline constexpr std::size_t quota_reply_size = 11;

// Grants permits. All of it is one atomic step, and its time is that of the server.
//
// A permit that was not returned is in an `open` set, with the time at which it is free again at the latest; a
// permit whose request has ended is in an `ended` set, with the time at which it is free. A process may get a permit for
// that time in advance, which is in a `later` set until then.
//
// KEYS: state, open submissions, open reads, ended submissions, ended reads, processes, later submissions, later reads.
// ARGV: process, window, valid_for, longest_request, limits of submissions and reads, grant, leaving (0 or 1),
// 12 due requests (by kind and priority), held submissions and reads, waiting jobs, throttled submissions and reads,
// number of returned permits, and three for each: class (0: submissions, 1: reads), permit, age (-1: not used).
// Behind them, four for each request that the process has made on its local share: class, permit, whether it has ended
// (0 or 1), time until it is free.
inline constexpr std::string_view quota_script = R"lua(
local clock = redis.call('TIME')
local exact = tonumber(clock[1]) * 1000 + tonumber(clock[2]) / 1000
local function number(i) return tonumber(ARGV[i]) end
local process, window, valid, longest = ARGV[1], number(2), number(3), number(4)
local limits = {number(5), number(6)}
local grant, leaving = ARGV[7], ARGV[8] == '1'
local held = {number(21), number(22)}
local waiting = number(23)

-- A clock that was set back must not repeat a time.
local state = redis.call('HMGET', KEYS[1], 'run', 'blocked', 'last', 'throttled1', 'throttled2')
local last = tonumber(state[3] or '0')
-- If it was set back by much, the times of all data are of no use. The data are those of a server that has lost them.
if last - exact > window then
  for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
  last, state = 0, {}
end
local now, later = math.max(math.floor(exact), last), math.max(math.ceil(exact), last)

-- Another server, or one that was restarted, may have lost the newest data; so may one without keys.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
local blocked = tonumber(state[2] or '0')
if state[1] ~= run then blocked = later + window + valid end

local throttled = {tonumber(state[4] or '0'), tonumber(state[5] or '0')}
for class = 1, 2 do
  local wanted = number(23 + class)
  if wanted > 0 then throttled[class] = math.max(throttled[class], later + wanted) end
end
redis.call('HSET', KEYS[1], 'run', run, 'blocked', blocked, 'last', later,
  'throttled1', throttled[1], 'throttled2', throttled[2])

local function open(class) return KEYS[1 + class] end
local function ended(class) return KEYS[3 + class] end
local function later_of(class) return KEYS[6 + class] end

local position = 27
for i = 1, number(26) do
  local class, member = number(position) + 1, process .. '|' .. ARGV[position + 1]
  local age = number(position + 2)
  redis.call('ZREM', open(class), member)
  redis.call('ZREM', later_of(class), member)
  if age >= 0 and later - age + window > now then
    redis.call('ZADD', ended(class), later - age + window, member)
  end
  position = position + 3
end

while ARGV[position] do
  local class, member = number(position) + 1, process .. '|' .. ARGV[position + 1]
  local set, other = open(class), ended(class)
  if number(position + 2) == 1 then set, other = other, set end
  redis.call('ZREM', other, member)
  redis.call('ZADD', set, later + number(position + 3), member)
  position = position + 4
end

-- Due requests, without regard to their priority: results, submissions, lists and polls.
local due = {}
for kind = 1, 4 do
  local sum = 0
  for priority = 0, 2 do sum = sum + number(8 + 3 * (kind - 1) + priority + 1) end
  due[kind] = sum
end
local wanted = {due[2], due[1] + due[3] + due[4]}

-- Other processes: last call, requests without a permit, waiting jobs, last demand of each class.
local live = valid + window
local others, all_waiting, with_demand = {}, waiting, {1, 1}
local entries = redis.call('HGETALL', KEYS[6])
local mine = {0, 0}
for i = 1, #entries, 2 do
  local v = {}
  for each in string.gmatch(entries[i + 1], '%d+') do v[#v + 1] = tonumber(each) end
  if entries[i] == process then
    mine = {v[5], v[6]}
  elseif v[1] + live < now then
    redis.call('HDEL', KEYS[6], entries[i])
  else
    all_waiting = all_waiting + v[4]
    others[entries[i]] = {v[2], v[3]}
    for class = 1, 2 do
      if v[4 + class] + live >= now then with_demand[class] = with_demand[class] + 1 end
    end
  end
end

local granted, left, more, unmet, later_for = {0, 0}, {0, 0}, {0, 0}, {0, 0}, {{}, {}}
local function decide(class)
  local limit = limits[class]
  if limit == 0 then return end
  redis.call('ZREMRANGEBYSCORE', open(class), '-inf', now)
  redis.call('ZREMRANGEBYSCORE', ended(class), '-inf', now)
  redis.call('ZREMRANGEBYSCORE', later_of(class), '-inf', now)
  -- Permits for later, and how many of this process begin at each time: they follow a permit that is free then.
  local is_reserved, own_reserved = {}, {}
  local members = redis.call('ZRANGE', later_of(class), 0, -1, 'WITHSCORES')
  for i = 1, #members, 2 do
    local at = tonumber(members[i + 1])
    is_reserved[members[i]] = true
    if string.match(members[i], '^([^|]*)') == process then
      own_reserved[at] = (own_reserved[at] or 0) + 1
    end
  end
  local used, by_process, free_at, own_free_at, own_ended = 0, {}, {}, {}, {}
  local function count(key, shift)
    local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    for i = 1, #members, 2 do
      if not is_reserved[members[i]] then
        local owner = string.match(members[i], '^([^|]*)')
        by_process[owner] = (by_process[owner] or 0) + 1
        used = used + 1
        local at = tonumber(members[i + 1]) - shift
        free_at[used] = at
        if owner == process then own_free_at[#own_free_at + 1] = at end
      end
    end
  end
  count(ended(class), 0)
  for _, at in ipairs(own_free_at) do
    if (own_reserved[at] or 0) > 0 then
      own_reserved[at] = own_reserved[at] - 1
    elseif at <= now + 0.8 * valid then
      own_ended[#own_ended + 1] = at
    end
  end
  -- An open permit is usually returned a window after it was granted.
  count(open(class), valid + longest - window / 20)

  local share = math.floor(limit / with_demand[class])
  local reserved = 0
  for id, lacks in pairs(others) do
    reserved = reserved + math.max(0, math.min(share - (by_process[id] or 0), lacks[class]))
  end
  local free = math.max(0, limit - used)
  local own = by_process[process] or 0
  local allowed = math.max(math.min(free, share - own), free - reserved, 0)
  local lacks = math.max(0, wanted[class] - held[class])
  local give, soon = 0, 0
  if class == 1 then
    give = math.min(lacks, allowed)
  else
    -- Results and lists first. Polls leave the permits that results will need. The rest is for requests that will be
    -- due soon: a poll and a result for each submission, polls for each job. At least a quarter of the share saves
    -- messages; what is not used goes back.
    local urgent = math.max(0, due[1] + due[3] - held[2])
    give = math.min(urgent, allowed)
    local posts = limits[1] > 0 and limits[1] or limit / 2
    -- Processes have permits for the results of half a window.
    local kept = math.ceil(math.min(all_waiting, posts, math.floor(limit / 2)) / 2)
    local room = math.max(0, allowed - give - kept)
    local polls = math.min(lacks - math.min(lacks, urgent), room)
    give = give + polls
    soon = waiting + 2 * (granted[1] + #later_for[1] + held[1])
    if soon > 0 then soon = math.max(soon, math.floor(share / 4)) end
    soon = math.max(0, soon - math.max(0, held[2] - wanted[2]))
    local early = math.max(0, math.min(soon, room - polls, share - own - give))
    give, soon = give + early, soon - early
  end
  -- What this process used, it can use again when it is free. Above its share, others may have it.
  local spared = math.max(0, own + give - share)
  local also = math.min(math.max(0, lacks - give) + soon, math.max(0, #own_ended - spared))
  local closed_until = math.max(blocked, throttled[class])
  if now < closed_until or leaving then give, also = 0, 0 end
  for i = 0, give - 1 do
    redis.call('ZADD', open(class), later + valid + longest + window,
      process .. '|' .. grant .. ':' .. i)
    local at = later + window + window / 20
    free_at[used + i + 1] = at
    own_free_at[#own_free_at + 1] = at
  end
  for i = 1, also do
    local member, at = process .. '|' .. grant .. ':' .. (give + i - 1), own_ended[spared + i]
    redis.call('ZADD', open(class), later + valid + longest + window, member)
    redis.call('ZADD', later_of(class), at, member)
    later_for[class][i] = math.max(0, at - now)
  end
  granted[class] = give
  left[class] = now < closed_until and 0 or math.max(0, allowed - give)
  unmet[class] = math.max(0, lacks - give - also)
  if now < closed_until then
    more[class] = closed_until - now
  elseif unmet[class] > 0 then
    -- When as many permits are free as are worth a message. A process that has its share waits for its own permits.
    local together = math.max(1, math.floor(limit / (2 * with_demand[class])))
    if own + give >= share and #own_free_at > 0 then
      free_at, together = own_free_at, math.floor((#own_free_at + 1) / 2)
    end
    table.sort(free_at)
    local at = free_at[math.min(unmet[class], together, #free_at)] or now
    if also > 0 and own + give >= share then at = now + later_for[class][also] end
    more[class] = math.min(window, math.max(at - now + 1, window / 20))
  end
end
decide(1)
decide(2)

if leaving then
  redis.call('HDEL', KEYS[6], process)
else
  for class = 1, 2 do if wanted[class] > 0 then mine[class] = later end end
  redis.call('HSET', KEYS[6], process, table.concat(
    {later, unmet[1], unmet[2], waiting, mine[1], mine[2]}, ' '))
end
-- A resource that is no longer used leaves nothing behind.
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], math.max(86400000, 10 * (window + valid + longest))) end

local response = {math.max(0, blocked - now), granted[1], granted[2], left[1], left[2],
  math.max(0, throttled[1] - now), math.max(0, throttled[2] - now),
  math.ceil(more[1]), math.ceil(more[2]), all_waiting, math.max(with_demand[1], with_demand[2])}
for class = 1, 2 do
  response[#response + 1] = #later_for[class]
  for _, each in ipairs(later_for[class]) do response[#response + 1] = each end
end
return response
)lua";

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
