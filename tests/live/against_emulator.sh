#!/bin/sh
# Runs the live test against the emulator's program: one project of each surface, over TLS.
#
#   sh against_emulator.sh path/to/langexport_live path/to/emulator
set -eu

live=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

echo "without being asked to, it sends nothing"
code=0
LANGEXPORT_LIVE='' "$live" >"$folder/out" 2>&1 || code=$?
test "$code" = 2 || fail "exit status $code"
grep -q '^Nothing was sent' "$folder/out" || fail "no reason"

# start OPTIONS: of the emulator
start() {
    start_emulator --tls --certificate-out "$folder/ca" --job-duration 500ms \
        --key 0123456789abcdef0123456789abcdef "$@"
}

# run STATUS: that of the live test
run() {
    code=0
    LANGEXPORT_LIVE=yes LANGEXPORT_LIVE_CA_FILE="$folder/ca" "$live" "$folder/recording" >"$folder/out" 2>&1 || code=$?
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
    stop_emulator
done

echo "what does not hold is a part of the outcome"
start --kind QuestionAnswering --project "Secret Name"
run 1
grep -q '^DOES NOT HOLD .*excel without assetKind' "$folder/out" || fail "the archive was not compared"
stop_emulator
start --kind CustomEntityRecognition --project "Secret Name" --lenient
run 1
grep -q '^DOES NOT HOLD .*unknown trainedModelLabel' "$folder/out" || fail "the label was not compared"
stop_emulator

echo "without a project, a list or an end, nothing was tried"
start --kind Conversation --project "Secret Name" --fault listing:all:403
run 2
grep -q '^No surface lists its projects' "$folder/out" || fail "no reason"
stop_emulator
start --kind Conversation --project "Secret Name" --job-duration 1h
LANGEXPORT_LIVE_POLLS=1 run 2
grep -q 'jobs had not ended' "$folder/out" || fail "no reason"
stop_emulator

echo "a service that sends nothing is not waited for without end"
start --kind Conversation --project "Secret Name" --fault status:1:stall=0
LANGEXPORT_LIVE_TIMEOUT=1 run 2
grep -q '^langexport_live: ' "$folder/out" || fail "no reason"
stop_emulator

echo "a service that breaks off is recorded up to there"
start --kind Conversation --project "Secret Name" --connection-fault 4-:close
run 2
grep -q '"StatusCode":202' "$folder/recording" || fail "the recording lacks the submission"
stop_emulator
echo "good"
