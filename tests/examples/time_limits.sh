#!/bin/sh
# Checks each kind of time limit with a job that finishes in time and with one that does not.
#
#   sh time_limits.sh path/to/time_limits path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

# run STATUS ARGUMENT...: checks the exit status.
run() {
    wanted=$1 code=0
    shift
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
}

start_emulator --project Reviews --job-duration 100ms
ways="deadline timer"
"$program" cancel-after 60 Nobody 2>&1 | grep -q "'cancel-after' is not a way" || ways="$ways cancel-after"
for way in $ways; do
    echo "$way, in time"
    run 0 "$way" 60 Reviews
    grep -q '"projectName":"Reviews"' "$folder/out" || fail "$way: no result"
    run 1 "$way" 60 Nobody
    grep -q 'there is no such project' "$folder/err" || fail "$way: no reason is reported"
done
stop_emulator

start_emulator --project Reviews --project Tickets --job-duration 1h
for way in $ways; do
    echo "$way, too late"
    run 3 "$way" 1 Reviews
    test ! -s "$folder/out" || fail "$way: there is output"
    grep -q '^job .' "$folder/err" || fail "$way: no token"
done
stop_emulator

echo "the first of two"
start_emulator --project Reviews --project Tickets --job-duration 100ms
run 0 first-of Reviews Tickets
grep -qE '"projectName":"(Reviews|Tickets)"' "$folder/out" || fail "no result"
run 0 first-of Nobody Tickets
grep -q '"projectName":"Tickets"' "$folder/out" || fail "the failure ended the other export"

echo "usage"
"$program" --help | grep -q '^usage: time_limits' || fail "no help"
run 2
run 2 tomorrow 1 Reviews
grep -q "^time_limits: 'tomorrow' is not a way to limit the time; see the usage" "$folder/err" || fail "tomorrow"
for seconds in soon 0 -1 1s 99999999999; do
    run 2 deadline "$seconds" Reviews
    grep -q "^time_limits: '$seconds' is not a number of seconds such as 60" "$folder/err" || fail "$seconds"
done
stop_emulator
echo "good"
