#!/bin/sh
# Exports projects of two resources concurrently. One resource has failures.
#
#   sh many_resources.sh path/to/many_resources path/to/emulator
set -eu

program=$(realpath "$1") # the test changes its folder
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

start_emulator --key key-of-the-first --project Reviews --project "Two words" --job-duration 100ms
first=$AZURE_LANGUAGE_ENDPOINT first_process=$emulator_process
start_emulator --key key-of-the-second --project Tickets --job-duration 100ms
second=$AZURE_LANGUAGE_ENDPOINT
child=$first_process # ends with this script
mkdir "$folder/files"
cd "$folder/files"

# run STATUS: checks the exit status. The list is read from standard input.
run() {
    code=0
    "$program" >"$folder/out" 2>"$folder/err" || code=$?
    test "$code" = "$1" || fail "exit status $code"
    ! grep -q 'key-of' "$folder/out" "$folder/err" || fail "a key was printed"
}

run 0 <<LIST
$first key-of-the-first Reviews
$second key-of-the-second Tickets
$first key-of-the-first Two words
LIST
test "$(grep -c ': exported$' "$folder/out")" = 3 || fail "not all are exported"
test "$(grep -l '"projectName":"Two words"' ./*)" = "./127.Two%20words.json" || fail "no file of Two words"

run 1 <<LIST
$first key-of-the-second Reviews
$second key-of-the-second Tickets
LIST
grep -q 'Reviews: .*did not accept the credential' "$folder/out" || fail "no reason is reported"
grep -q 'Tickets: exported$' "$folder/out" || fail "the other resource was affected"

echo "usage"
"$program" --help | grep -q '^usage: many_resources' || fail "no help"
printf '%s key-of-the-first\n' "$first" | run 2
grep -q 'line 1 has no ENDPOINT KEY PROJECT' "$folder/err" || fail "the line is not named"
run 2 </dev/null
stop_emulator
echo "good"
