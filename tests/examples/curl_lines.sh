#!/bin/sh
# Runs the curl commands that the emulator printed: submit, poll until the job has succeeded, fetch the result.
#
#   with_emulator.sh EMULATOR "--project Tickets ..." curl_lines.sh Tickets
set -eu

project=$1

line() {
    sed -n "/^# $1/{n;p;}" "$EMULATOR_OUTPUT"
}

fail() {
    echo "$*" >&2
    exit 1
}

eval "$(line submit)"
[ -n "$job" ] || fail "no job after: $(line submit)"

polls=0
until status=$(eval "$(line poll)") && echo "$status" | grep -q '"status" *: *"succeeded"'; do
    polls=$((polls + 1))
    [ "$polls" -lt 200 ] || fail "not succeeded: $status"
    sleep 0.05
done

eval "$(line fetch)"
[ -n "$result" ] || fail "no result in: $status"
fetch=$(sed -n '/^# fetch/,$p' "$EMULATOR_OUTPUT" | sed -n 3p)
eval "$fetch" | grep -q "\"projectName\" *: *\"$project\"" || fail "not the project: $fetch"
echo "curl fetched $project after $polls polls that were too early"
