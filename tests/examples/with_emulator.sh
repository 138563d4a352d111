#!/bin/sh
# Runs a command while the emulator program serves it:
#
#   with_emulator.sh EMULATOR "OPTIONS" COMMAND [ARGUMENT...]
#
# The command finds the endpoint and the key where the examples look for them, and the emulator's
# output in the file EMULATOR_OUTPUT.
set -eu

emulator=$1
options=$2
shift 2

EMULATOR_OUTPUT=$(mktemp)
export EMULATOR_OUTPUT
# shellcheck disable=SC2086 # the options are words
"$emulator" $options >"$EMULATOR_OUTPUT" &
pid=$!
trap 'kill "$pid" 2>/dev/null || :; rm -f "$EMULATOR_OUTPUT"' EXIT

until grep -q '^key: ' "$EMULATOR_OUTPUT"; do
    kill -0 "$pid" 2>/dev/null || exit 1
    sleep 0.05
done
AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on //p' "$EMULATOR_OUTPUT")
AZURE_LANGUAGE_KEY=$(sed -n 's/^key: //p' "$EMULATOR_OUTPUT" | head -n 1)
export AZURE_LANGUAGE_ENDPOINT AZURE_LANGUAGE_KEY

status=0
"$@" || status=$?
# It ends by itself on this signal; another end than its own is a failure too.
kill "$pid"
wait "$pid" || status=$?
tail -n 1 "$EMULATOR_OUTPUT"
exit "$status"
