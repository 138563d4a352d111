#!/bin/sh
# Runs the quick start as its page describes, and with wrong usage.
#
#   sh quickstart.sh path/to/quickstart
set -eu

program=$1
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset AZURE_LANGUAGE_ENDPOINT AZURE_LANGUAGE_KEY || :

fail() { echo "failed: $*" >&2; cat "$folder"/* >&2; exit 1; }

cd "$folder"
echo "without settings"
"$program" >out 2>&1 || fail "exit status $?"
grep -q '^  202 ' out || fail "no submission is reported"
grep -q "the job is 'succeeded'" out || fail "no poll is reported"
grep -q 'written to SupportTickets.json' out || fail "no file is reported"
grep -q '"projectName":"SupportTickets"' SupportTickets.json || fail "the file is not the project"

echo "another folder"
mkdir build
"$program" --output-dir build >out 2>&1 || fail "exit status $?"
grep -q 'written to build/SupportTickets.json' out || fail "no folder is reported"
cmp -s SupportTickets.json build/SupportTickets.json || fail "the files differ"
rm -r build
grep -q 'quickstart" --output-dir "$build"' "$here/../../examples/quickstart.sh" ||
    fail "the quick start does not write below build/"

echo "another file"
"$program" --output other.json >out 2>&1 || fail "exit status $?"
cmp -s SupportTickets.json other.json || fail "the files differ"

echo "a file that cannot be written as a whole"
code=0
(ulimit -f 1 && "$program" --output other.json) >out 2>&1 || code=$?
test "$code" = 1 || fail "exit status $code"
grep -q 'cannot write' out || fail "no reason is reported"
cmp -s SupportTickets.json other.json || fail "the older file was damaged"

echo "a service that is not there"
code=0
AZURE_LANGUAGE_ENDPOINT=http://127.0.0.1:1 AZURE_LANGUAGE_KEY=very-secret "$program" --output no.json \
    Project --nonsense >out 2>&1 || code=$?
test "$code" = 2 || fail "nonsense: exit status $code"
grep -q "^quickstart: '--nonsense' is not an option, or its value is missing; see" out || fail "the option is not named"
code=0
"$program" Project very-secret >out 2>&1 || code=$?
test "$code" = 2 || fail "two projects: exit status $code"
grep -q '^quickstart: more than one project is named' out || fail "two projects"
! grep -q very-secret out || fail "an argument that may be a key was printed"
code=0
"$program" Project >out 2>&1 || code=$?
test "$code" = 2 || fail "no endpoint: exit status $code"
grep -q 'AZURE_LANGUAGE_ENDPOINT is not set' out || fail "the missing variable is not reported"
code=0
AZURE_LANGUAGE_ENDPOINT=http://example.com AZURE_LANGUAGE_KEY=very-secret "$program" Project \
    >out 2>&1 || code=$?
test "$code" = 1 || fail "http: exit status $code"
grep -q 'clear text' out || fail "the reason against http is not reported"
! grep -q 'very-secret' out || fail "the key was printed"

echo "help"
"$program" --help >out 2>&1 || fail "exit status $?"
grep -q '^usage: quickstart' out || fail "no usage"
echo "good"
