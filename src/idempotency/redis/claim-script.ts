import { RedisScript } from '../../connections/redis/index.js';

/**
 * Answers all requests of one tick in one step; each is a key and one text, because every argument costs the client as
 * much as its bytes. A message is one key: `r`, holder, ticket, origin and fingerprint while it
 * runs, with the lease as the key's time to live; `d`, holder and fingerprint once it has run, with the window.
 *
 * The first key counts the batches that the server has stored. A count below what a process was told before, or none at
 * all, means that the server has lost writes: then a new era begins, which every process notices with its next answer.
 */
export const CLAIM_SCRIPT = new RedisScript(`
local state = KEYS[1]
local holder, lease = ARGV[1], ARGV[2]
local known, proposed, seen = ARGV[3], ARGV[4], tonumber(ARGV[5])

local stored = redis.call('HMGET', state, 'era', 'batches')
local era, batches = stored[1], tonumber(stored[2] or '0')
local found = batches
if not era then
  era = proposed
elseif era == known and batches < seen then
  era = proposed
  batches = seen
end
batches = batches + 1
redis.call('HSET', state, 'era', era, 'batches', batches)

local function entry(key)
  local value = redis.call('GET', key)
  if not value then return nil end
  if string.sub(value, 1, 1) == 'd' then
    local by, fingerprint = string.match(value, '^d\\n([^\\n]*)\\n(.*)$')
    return { done = true, by = by, fingerprint = fingerprint }
  end
  local by, ticket, origin = string.match(value, '^r\\n([^\\n]*)\\n([^\\n]*)\\n([^\\n]*)\\n')
  return { done = false, by = by, ticket = tonumber(ticket), origin = origin }
end

local function lend(key, fingerprint, origin, ticket)
  local value = table.concat({ 'r', holder, ticket, origin, fingerprint }, '\\n')
  redis.call('SET', key, value, 'PX', lease)
end

local function claim(key, fingerprint, origin, ticket)
  local held = entry(key)
  if held and held.done then
    if held.fingerprint == fingerprint then return 'duplicate' end
    return 'conflict'
  end
  local isNewer = held and held.origin == origin and tonumber(ticket) > held.ticket
  if held and held.by ~= holder and not isNewer then return 'busy' end
  lend(key, fingerprint, origin, ticket)
  return 'taken'
end

local function renew(key, fingerprint, origin, ticket)
  local held = entry(key)
  if held and (held.done or held.by ~= holder) then return 'lost' end
  lend(key, fingerprint, origin, ticket)
  return 'held'
end

local function complete(key, fingerprint, window)
  local held = entry(key)
  if held and held.by ~= holder then return 'lost' end
  redis.call('SET', key, table.concat({ 'd', holder, fingerprint }, '\\n'), 'PX', window)
  return 'held'
end

local function release(key)
  local held = entry(key)
  if held and (held.done or held.by ~= holder) then return 'lost' end
  redis.call('DEL', key)
  return 'held'
end

local replies = { era, batches, found }
for index = 2, #KEYS do
  local key = KEYS[index]
  local kind, fingerprint, detail, ticket =
    string.match(ARGV[index + 4], '^(%l)([^\\n]*)\\n([^\\n]*)\\n(.*)$')
  -- Of an assignment that claims for the first time, or that got its number before the server lost its memory.
  if ticket == '' then ticket = tostring(batches) elseif era ~= known then ticket = '0' end
  if kind == 'c' then
    replies[index + 2] = claim(key, fingerprint, detail, ticket)
  elseif kind == 'n' then
    replies[index + 2] = renew(key, fingerprint, detail, ticket)
  elseif kind == 'd' then
    replies[index + 2] = complete(key, fingerprint, detail)
  else
    replies[index + 2] = release(key)
  end
end
return replies
`);
