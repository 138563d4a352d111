#!/bin/sh
# Copies projects from one resource to another. The results are compared with exports.
#
#   sh copy_project.sh path/to/copy_project path/to/emulator path/to/export_projects
set -eu

program=$1
emulator=$2
exporter=$3
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

start_emulator --empty --key key-of-the-target --job-duration 50ms
TARGET_LANGUAGE_ENDPOINT=$AZURE_LANGUAGE_ENDPOINT
TARGET_LANGUAGE_KEY=key-of-the-target
export TARGET_LANGUAGE_ENDPOINT TARGET_LANGUAGE_KEY
child=$emulator_process # ends with this script
start_emulator --key key-of-the-source --project Tickets --documents 5000 --job-duration 50ms \
    --fault result:1:cut=20000
source_endpoint=$AZURE_LANGUAGE_ENDPOINT source_key=$AZURE_LANGUAGE_KEY

another_key=e58b081006f7e3dfc967a64cb14028d5
# run STATUS ARGUMENTS: checks the exit status.
run() {
    expected=$1
    shift
    code=0
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    test "$code" = "$expected" || fail "exit status $code"
    ! grep -q "key-of\|$another_key" "$folder/out" "$folder/err" || fail "a key was printed"
}
# exported FOLDER PROJECT: exports from the resource of the environment.
exported() {
    "$exporter" --quiet --quota-window 0 --poll-first 10ms --output-dir "$folder/$1" "$2" ||
        fail "the export of $2"
}

run 0 analyze-text Tickets
exported source Tickets
AZURE_LANGUAGE_ENDPOINT=$TARGET_LANGUAGE_ENDPOINT AZURE_LANGUAGE_KEY=$TARGET_LANGUAGE_KEY
exported target Tickets
cmp "$folder/source/Tickets.json" "$folder/target/Tickets.json" || fail "the copy differs"

AZURE_LANGUAGE_ENDPOINT=$source_endpoint AZURE_LANGUAGE_KEY=$source_key
run 1 analyze-text Tickets
grep -q "the target has a project 'Tickets': use --replace" "$folder/err" || fail "no reason"
run 0 --replace analyze-text Tickets
run 0 analyze-text Tickets Copy
run 1 analyze-text Nothing
grep -q 'there is no such project' "$folder/err" || fail "no reason for a missing project"
grep -q 'its surface (SURFACE: ' "$folder/err" || fail "a message with other words than the program's"

echo "usage"
run 2
run 2 analyze-music Tickets
run 2 analyze-text
run 2 analyze-text Tickets Copy More
run 2 analyze-text Tickets ''
for option in -x --replce --; do
    run 2 analyze-text Tickets "$option"
    grep -q "'$option' is no option" "$folder/err" || fail "no reason for $option"
done
TARGET_LANGUAGE_KEY=
run 2 analyze-text Tickets
grep -q 'set TARGET_LANGUAGE_ENDPOINT and TARGET_LANGUAGE_KEY' "$folder/err" || fail "no reason"
TARGET_LANGUAGE_KEY=key-of-the-target
echo "a key in the wrong place"
run 1 analyze-text "$another_key"
run 2 analyze-text Tickets "--$another_key"
run 2 "$another_key" Tickets
stop_emulator
run 1 analyze-text Tickets Other
grep -q 'check the endpoint and the network' "$folder/err" || fail "no reason for a service that is gone"
# The words of C++ programs.
grep -q '::\|client_params\|_request' "$folder/err" && fail "a name of C++"
echo "good"
