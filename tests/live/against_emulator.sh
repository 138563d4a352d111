#!/bin/sh
# Runs the live test against the emulator's program: one project of each surface, over TLS.
#
#   sh against_emulator.sh path/to/langexport_live path/to/emulator
set -eu

live=$1
emulator=$2
folder=$(mktemp -d)
running=
trap 'test -z "$running" || kill "$running" 2>/dev/null || :; rm -rf "$folder"' EXIT

fail() { echo "failed: $*" >&2; cat "$folder"/* >&2; exit 1; }

echo "without being asked to, it sends nothing"
code=0
LANGEXPORT_LIVE='' "$live" >"$folder/out" 2>&1 || code=$?
test "$code" = 2 || fail "exit status $code"
grep -q '^Nothing was sent' "$folder/out" || fail "no reason"

for kind in CustomEntityRecognition Conversation QuestionAnswering; do
    echo "$kind"
    : >"$folder/service"
    "$emulator" --tls --certificate-out "$folder/ca" --kind "$kind" --zip-tables \
        --job-duration 500ms --project Secret.Name --key 0123456789abcdef0123456789abcdef \
        >"$folder/service" 2>&1 &
    running=$!
    tries=0
    until grep -q '^listening on http' "$folder/service"; do
        tries=$((tries + 1))
        test $tries -lt 600 || fail "the emulator does not listen"
        sleep 0.05
    done
    code=0
    LANGEXPORT_LIVE=yes LANGEXPORT_LIVE_CA_FILE="$folder/ca" \
        AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on //p' "$folder/service") \
        AZURE_LANGUAGE_KEY=0123456789abcdef0123456789abcdef \
        "$live" "$folder/recording" >"$folder/out" 2>&1 || code=$?
    test "$code" = 0 || fail "exit status $code"
    grep -q '^holds .*202 without a body' "$folder/out" || fail "nothing was tried"
    grep -q '"StatusCode":202' "$folder/recording" || fail "the recording lacks the submission"
    if grep -q -e 0123456789abcdef -e Secret.Name -e localhost "$folder/recording"; then
        fail "the recording has a secret"
    fi
    kill -TERM "$running"
    wait "$running" || fail "the emulator ended with $?"
    running=
done
echo "good"
