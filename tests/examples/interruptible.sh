#!/bin/sh
# Interrupts an export in all its ways and resumes it: the emulator must see one submission only.
#
#   sh interruptible.sh path/to/interruptible path/to/emulator
set -eu

program=$1
emulator=$2
folder=$(mktemp -d)
running=
child=
trap 'for p in $running $child; do kill "$p" 2>/dev/null || :; done; rm -rf "$folder"' EXIT

fail() { echo "failed: $*" >&2; cat "$folder"/* >&2; exit 1; }

: >"$folder/log"
"$emulator" --key key-of-the-test --project Reviews --job-duration 2s >"$folder/log" 2>&1 &
running=$!
tries=0
until grep -q '^listening on http' "$folder/log"; do
    tries=$((tries + 1))
    test $tries -lt 600 || fail "the emulator does not listen"
    sleep 0.05
done
AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$folder/log")
AZURE_LANGUAGE_KEY=key-of-the-test
export AZURE_LANGUAGE_ENDPOINT AZURE_LANGUAGE_KEY

# Sets `token` to what was printed to resume with.
expect_interrupted() {
    test "$1" = 3 || fail "exit status $1"
    token=$(sed -n 's/^resume with: interruptible --resume //p' "$folder/err")
    test -n "$token" || fail "no token"
    test ! -s "$folder/out" || fail "something was written"
}

# Whether a process is ready to be told to end.
catches_sigterm() {
    caught=$(sed -n 's/^SigCgt:[[:space:]]*0*//p' "/proc/$1/status")
    test $((0x${caught:-0} & 0x4000)) != 0
}

echo "a deadline"
code=0
"$program" --patience 1 Reviews >"$folder/out" 2>"$folder/err" || code=$?
expect_interrupted $code
grep -q 'the deadline of the operation passed' "$folder/err" || fail "the reason is not told"

echo "SIGTERM, twice, while it is resumed"
for round in 1 2; do
    "$program" --resume "$token" >"$folder/out" 2>"$folder/err" &
    child=$!
    until catches_sigterm $child; do
        sleep 0.05
    done
    kill -TERM $child
    code=0
    wait $child || code=$?
    child=
    expect_interrupted $code
    grep -q 'the operation was cancelled' "$folder/err" || fail "$round: the reason is not told"
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

kill -TERM $running
wait $running || fail "the emulator ended with $?"
running=
grep -q ': 1 jobs' "$folder/log" || fail "there was more than one submission"
echo "good"
