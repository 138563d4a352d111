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

# start OPTIONS: of the emulator
start() {
    : >"$folder/service"
    "$emulator" --tls --certificate-out "$folder/ca" --job-duration 500ms \
        --key 0123456789abcdef0123456789abcdef "$@" >"$folder/service" 2>&1 &
    running=$!
    tries=0
    until grep -q '^listening on http' "$folder/service"; do
        tries=$((tries + 1))
        test $tries -lt 600 || fail "the emulator does not listen"
        sleep 0.05
    done
}

stop() {
    kill -TERM "$running"
    wait "$running" || fail "the emulator ended with $?"
    running=
}

# run STATUS: that of the live test
run() {
    code=0
    LANGEXPORT_LIVE=yes LANGEXPORT_LIVE_CA_FILE="$folder/ca" \
        AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on //p' "$folder/service") \
        AZURE_LANGUAGE_KEY=0123456789abcdef0123456789abcdef \
        "$live" "$folder/recording" >"$folder/out" 2>&1 || code=$?
    test "$code" = "$1" || fail "exit status $code"
}

for kind in CustomEntityRecognition Conversation QuestionAnswering; do
    echo "$kind"
    start --kind "$kind" --zip-tables --project "Secret Name"
    run 0
    grep -q '^holds .*202 without a body' "$folder/out" || fail "nothing was tried"
    grep -q '"StatusCode":202' "$folder/recording" || fail "the recording lacks the submission"
    if grep -q -e 0123456789abcdef -i -e 'Secret.*Name' -e localhost "$folder/recording"; then
        fail "the recording has a secret"
    fi
    stop
done

echo "a service that breaks off is recorded up to there"
start --kind Conversation --project "Secret Name" --connection-fault 4-:close
run 2
grep -q '"StatusCode":202' "$folder/recording" || fail "the recording lacks the submission"
stop
echo "good"
