#!/bin/sh
# Interrupts an export in each documented way and resumes it. The emulator must receive one submission only.
#
#   sh interruptible.sh path/to/interruptible path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

start_emulator --key key-of-the-test --project Reviews --job-duration 2s

# Sets `token` to the resume token that the program printed.
expect_interrupted() {
    test "$1" = 3 || fail "exit status $1"
    token=$(sed -n 's/^resume with: interruptible --resume //p' "$folder/err")
    test -n "$token" || fail "no token"
    test ! -s "$folder/out" || fail "something was written"
}

# Succeeds if a process handles the signal.
catches_sigterm() {
    caught=$(sed -n 's/^SigCgt:[[:space:]]*0*//p' "/proc/$1/status")
    test $((0x${caught:-0} & 0x4000)) != 0
}

echo "a deadline"
code=0
"$program" --timeout 1 Reviews >"$folder/out" 2>"$folder/err" || code=$?
expect_interrupted $code
grep -q 'the deadline of the operation passed' "$folder/err" || fail "the reason is not reported"

echo "SIGTERM, twice, while it is resumed"
for round in 1 2; do
    "$program" --resume "$token" >"$folder/out" 2>"$folder/err" &
    child=$!
    wait_until catches_sigterm $child
    kill -TERM $child
    code=0
    wait $child || code=$?
    child=
    expect_interrupted $code
    grep -q 'the operation was cancelled' "$folder/err" || fail "$round: the reason is not reported"
done

echo "resumed to its end"
"$program" --resume "$token" >"$folder/out" 2>"$folder/err" || fail "exit status $?"
grep -q '"projectName":"Reviews"' "$folder/out" || fail "no result"

echo "errors that are none to resume"
code=0
"$program" Nobody >"$folder/out" 2>"$folder/err" || code=$?
test $code = 1 || fail "no project: exit status $code"
code=0
"$program" --resume "${token%?????}" >"$folder/out" 2>"$folder/err" || code=$?
test $code = 1 || fail "a token cut short: exit status $code"
code=0
"$program" >"$folder/out" 2>"$folder/err" || code=$?
test $code = 2 || fail "usage: exit status $code"
# expect_usage TEXT ARGUMENT...
expect_usage() {
    text=$1 code=0
    shift
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    test $code = 2 || fail "$*: exit status $code"
    grep -q "^interruptible: $text" "$folder/err" || fail "$*: $(head -n 1 "$folder/err")"
}
expect_usage "'--time' is not an option, or its value is missing; see the usage" --time=9 Reviews
expect_usage "'--resume' is not an option, or its value is missing; see the usage" --resume
expect_usage "'soon' is not a number of seconds such as 60" --timeout soon Reviews
expect_usage "more than one project is named" Reviews Reviews

stop_emulator
grep -q ': 1 jobs' "$emulator_log" || fail "there was more than one submission"
echo "good"
