#!/bin/sh
# Exports with a callback and with a future, and checks how both report a failure.
#
#   sh callbacks.sh path/to/callbacks path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

# expect STATUS TEXT ARGUMENT...: checks the exit status, and the text on standard error.
expect() {
    wanted=$1 text=$2 code=0
    shift 2
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
    grep -q -e "$text" "$folder/err" || fail "$*: not reported: $text"
}

start_emulator --project Reviews --job-duration 100ms
for way in "" --future; do
    # shellcheck disable=SC2086 # an empty variable adds no argument
    "$program" $way Reviews >"$folder/out" 2>"$folder/err" || fail "exit status $?"
    grep -q '"projectName":"Reviews"' "$folder/out" || fail "no result"
    # shellcheck disable=SC2086
    expect 1 'there is no such project' $way Nobody
done

echo "usage"
"$program" --help | grep -q '^usage: callbacks' || fail "no help"
expect 2 '^usage: callbacks'
expect 2 '^usage: callbacks' --past Reviews
if test -e /dev/full; then
    code=0
    "$program" Reviews >/dev/full 2>"$folder/err" || code=$?
    test "$code" = 1 || fail "lost output: exit status $code"
fi
stop_emulator
echo "good"
