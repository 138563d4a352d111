#ifndef LANGEXPORT_EXAMPLES_FLEET_JOB_SCRIPTS_HPP
#define LANGEXPORT_EXAMPLES_FLEET_JOB_SCRIPTS_HPP

#include <string>
#include <string_view>

namespace fleet {

// The scripts of the queue. Each is one atomic step of the server, with the server's own time.
//
// All keys begin with one prefix. Each surface of a resource has a queue with the name `RESOURCE SURFACE` and the keys
// `stream:QUEUE`, `claims:QUEUE` and `later:QUEUE`. So jobs of one do not wait for those of another, and workers claim
// only jobs that they can export:
//   stream     the jobs that have not ended, with the consumer group `workers`; the entry of a job is ID-1
//   claims     a sorted set: running jobs by the time at which others may take them over
//   later      a sorted set: released jobs, and those that are tried again, by the time at which anybody may claim them
// All queues share:
//   job:ID     a hash: project, resource, surface, state (queued, running, waiting, done, dead), token, fence, worker,
//              claimed, attempts, error
//   marks      a hash: resource, surface and project to the id of the job that has not ended
//   dead       a stream: jobs that have failed permanently
//   state      a hash: the last fencing number and id of a job, the run id of the server, the time of the last claim or
//              refresh by any worker (`last`), the time until which no job may be taken over (`hold`)
//   queues      a set: those of all jobs
//
// KEYS[1] is the prefix. All keys have the same hash tag, so that a cluster stores them together.
inline constexpr std::string_view script_begin = R"lua(
local clock = redis.call('TIME')
local micros = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local now = math.floor(micros / 1000)
local function key(name) return KEYS[1] .. name end
local function int(number) return string.format('%.0f', number) end
local function of(name, queue) return key(name .. ':' .. queue) end
local function queue_of(resource, surface) return resource .. ' ' .. surface end
local function mark(resource, surface, project)
  return resource .. '\n' .. surface .. '\n' .. project
end
local function is_mine(id, fence)
  local job = redis.call('HMGET', key('job:' .. id), 'fence', 'state', 'resource', 'surface')
  return job[1] == fence and job[2] == 'running', queue_of(job[3] or '', job[4] or '')
end
-- The time until which no job may be taken over. If the server was interrupted, workers need time to refresh their
-- claims, whatever their queues. All calls notice an interruption, so that none hides it from the next one.
local function hold_for(lease)
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
  local known = redis.call('HMGET', key('state'), 'run', 'last', 'hold')
  local hold = tonumber(known[3] or '0')
  if known[1] ~= run or now - tonumber(known[2] or '0') > lease / 3 then
    for _, queue in ipairs(redis.call('SMEMBERS', key('queues'))) do
      if redis.call('EXISTS', of('claims', queue)) == 1 then
        hold = math.max(hold, now + math.max(lease, 5000))
        break
      end
    end
  end
  redis.call('HSET', key('state'), 'run', run, 'last', int(now), 'hold', int(hold))
  return hold
end
)lua";

// ARGV: resource, surface, project. Returns the id, and 1 if the job is new.
inline constexpr std::string_view submit_script = R"lua(
local name = mark(ARGV[1], ARGV[2], ARGV[3])
local known = redis.call('HGET', key('marks'), name)
if known then return {known, '0'} end
local queue = queue_of(ARGV[1], ARGV[2])
local stream = of('stream', queue)
redis.pcall('XGROUP', 'CREATE', stream, 'workers', '0', 'MKSTREAM')
local id = int(math.max(tonumber(redis.call('HGET', key('state'), 'id') or '0') + 1, micros))
redis.call('HSET', key('state'), 'id', id)
redis.call('XADD', stream, id .. '-1', 'project', ARGV[3])
redis.call('HSET', key('job:' .. id), 'resource', ARGV[1], 'surface', ARGV[2], 'project', ARGV[3],
  'state', 'queued', 'attempts', '0', 'submitted', int(now))
redis.call('HSET', key('marks'), name, id)
redis.call('SADD', key('queues'), queue)
return {id, '1'}
)lua";

// ARGV: worker, duration of a claim; queue and largest number of its jobs, for each queue. Returns the number of
// jobs that wait for another attempt, and for each claimed job: id, fence, resource, surface, project, token, attempts,
// previous worker.
inline constexpr std::string_view claim_script = R"lua(
local worker, lease = ARGV[1], tonumber(ARGV[2])
local hold = hold_for(lease)
local fence = tonumber(redis.call('HGET', key('state'), 'fence') or '0')
local found, stream, claims, later, most = {}
local function give(id)
  local job = redis.call('HMGET', key('job:' .. id),
    'resource', 'surface', 'project', 'token', 'attempts', 'worker', 'state')
  redis.call('ZREM', later, id)
  if not job[3] then
    redis.call('XACK', stream, 'workers', id .. '-1')
    redis.call('XDEL', stream, id .. '-1')
    redis.call('ZREM', claims, id)
    return
  end
  local before = job[7] == 'running' and job[6] or ''
  -- Also after a loss of data, a number is greater than all before.
  fence = math.max(fence + 1, micros)
  redis.call('HSET', key('job:' .. id), 'state', 'running', 'worker', worker,
    'fence', int(fence), 'claimed', int(now))
  redis.call('ZADD', claims, now + lease, id)
  for _, each in ipairs({id, int(fence), job[1], job[2], job[3], job[4] or '', job[5], before}) do
    found[#found + 1] = each
  end
  most = most - 1
  if before ~= '' and before ~= worker and
      #redis.call('XPENDING', stream, 'workers', '-', '+', 1, before) == 0 then
    redis.call('XGROUP', 'DELCONSUMER', stream, 'workers', before)
  end
end
local function take_from(set)
  if most < 1 then return end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', set, '-inf', now, 'LIMIT', 0, most)) do
    redis.call('XCLAIM', stream, 'workers', worker, 0, id .. '-1', 'FORCE', 'JUSTID')
    give(id)
  end
end
local left = 0
for i = 3, #ARGV, 2 do
  stream, claims, later = of('stream', ARGV[i]), of('claims', ARGV[i]), of('later', ARGV[i])
  most = tonumber(ARGV[i + 1])
  if redis.call('EXISTS', stream) == 1 then
    take_from(later)
    if now >= hold then take_from(claims) end
    if most > 0 then
      local read = redis.call('XREADGROUP', 'GROUP', 'workers', worker, 'COUNT', most,
        'STREAMS', stream, '>')
      if read then
        for _, entry in ipairs(read[1][2]) do give(string.match(entry[1], '^%d+')) end
      end
    end
  end
  left = left + redis.call('ZCARD', later)
end
redis.call('HSET', key('state'), 'fence', int(fence))
table.insert(found, 1, tostring(left))
return found
)lua";

// ARGV: duration of a claim; id and fence of each job. Returns the ids of jobs that are no longer claimed.
inline constexpr std::string_view refresh_script = R"lua(
hold_for(tonumber(ARGV[1]))
local lost = {}
for i = 2, #ARGV, 2 do
  local is_claimed, queue = is_mine(ARGV[i], ARGV[i + 1])
  if is_claimed then
    redis.call('ZADD', of('claims', queue), now + tonumber(ARGV[1]), ARGV[i])
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
)lua";

// ARGV: id, fence, token. Returns 1 if the job is still claimed.
inline constexpr std::string_view token_script = R"lua(
if not is_mine(ARGV[1], ARGV[2]) then return {'0'} end
redis.call('HSET', key('job:' .. ARGV[1]), 'token', ARGV[3])
return {'1'}
)lua";

// ARGV: id, fence, verdict (done, dead, retry or release), error, token (empty: none), delay of a retry, attempts.
// Returns the new state, or `lost`. It may be repeated.
inline constexpr std::string_view end_script = R"lua(
local id, verdict = ARGV[1], ARGV[3]
local path = key('job:' .. id)
local job = redis.call('HMGET', path, 'fence', 'state', 'attempts', 'resource', 'surface', 'project')
if job[1] ~= ARGV[2] then return {'lost'} end
if job[2] ~= 'running' then return {job[2]} end
local attempts, queue = tonumber(job[3]), queue_of(job[4], job[5])
local stream = of('stream', queue)
if verdict == 'retry' then
  attempts = attempts + 1
  if attempts >= tonumber(ARGV[7]) then verdict = 'dead' end
end
redis.call('ZREM', of('claims', queue), id)
redis.call('HSET', path, 'attempts', int(attempts), 'error', ARGV[4])
if ARGV[5] == '' then redis.call('HDEL', path, 'token')
else redis.call('HSET', path, 'token', ARGV[5]) end
if verdict == 'retry' or verdict == 'release' then
  redis.call('HSET', path, 'state', 'waiting')
  redis.call('ZADD', of('later', queue), now + tonumber(ARGV[6]), id)
  return {'waiting'}
end
if verdict == 'dead' then
  redis.call('XADD', key('dead'), 'MAXLEN', '~', '100000', '*', 'id', id, 'resource', job[4],
    'surface', job[5], 'project', job[6], 'attempts', int(attempts), 'error', ARGV[4])
end
redis.call('XACK', stream, 'workers', id .. '-1')
redis.call('XDEL', stream, id .. '-1')
redis.call('HDEL', key('marks'), mark(job[4], job[5], job[6]))
redis.call('HDEL', path, 'token')
redis.call('HSET', path, 'state', verdict)
redis.call('PEXPIRE', path, 86400000)
return {verdict}
)lua";

// ARGV: worker, queues. Removes the worker from the groups in which it has no job.
inline constexpr std::string_view leave_script = R"lua(
for i = 2, #ARGV do
  local stream = of('stream', ARGV[i])
  if redis.call('EXISTS', stream) == 1 and
      #redis.call('XPENDING', stream, 'workers', '-', '+', 1, ARGV[1]) == 0 then
    redis.call('XGROUP', 'DELCONSUMER', stream, 'workers', ARGV[1])
  end
end
return {}
)lua";

// Returns JSON. About 1,000 running jobs and 10 dead letters, the newest first, are in it.
inline constexpr std::string_view status_script = R"lua(
local running, dead = {}, {}
local claims, later, all = 0, 0, 0
local queues, resources, last = redis.call('SMEMBERS', key('queues')), {}
table.sort(queues)
local function show(id)
  local job = redis.call('HMGET', key('job:' .. id),
    'worker', 'project', 'resource', 'surface', 'claimed', 'attempts', 'token')
  if job[1] then
    running[#running + 1] = {id = id, worker = job[1], project = job[2], resource = job[3],
      surface = job[4], claimed_ms = now - tonumber(job[5]), failed_attempts = tonumber(job[6]),
      is_submitted = job[7] ~= false}
  end
end
for _, queue in ipairs(queues) do
  local resource = string.match(queue, '^%S+')
  if resource ~= last then resources[#resources + 1] = resource end
  last = resource
  claims = claims + redis.call('ZCARD', of('claims', queue))
  later = later + redis.call('ZCARD', of('later', queue))
  all = all + redis.call('XLEN', of('stream', queue))
  if #running < 1000 then
    for _, id in ipairs(redis.call('ZRANGE', of('claims', queue), 0, 999)) do show(id) end
  end
end
for _, entry in ipairs(redis.call('XREVRANGE', key('dead'), '+', '-', 'COUNT', 10)) do
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  dead[#dead + 1] = fields
end
return cjson.encode({queued = all - claims - later, waiting = later,
  running = claims, dead = redis.call('XLEN', key('dead')), jobs = running, dead_letters = dead,
  resources = resources})
)lua";

} // namespace fleet

#endif
