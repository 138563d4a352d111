#!/bin/sh
# Tests a program that exports one project to standard output: a successful and a failed export.
#
#   sh one_project.sh path/to/program path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

start_emulator --project Reviews --job-duration 100ms
"$program" Reviews >"$folder/out" 2>"$folder/err" || fail "exit status $?"
grep -q '"projectName":"Reviews"' "$folder/out" || fail "no result"
code=0
"$program" Nobody >"$folder/out" 2>"$folder/err" || code=$?
test "$code" = 1 || fail "Nobody: exit status $code"
grep -q 'there is no such project' "$folder/err" || fail "no reason is reported"
"$program" --help | grep -q "^usage: $(basename "$program")" || fail "no help"
stop_emulator
echo "good"
