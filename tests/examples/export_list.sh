#!/bin/sh
# Exports a list of projects, then the same list with one more project.
#
#   sh with_emulator.sh EMULATOR "--project A --project B" sh export_list.sh path/to/export_list
set -eu

program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "failed: $*" >&2; cat out >&2; exit 1; }

echo A | "$program" >out || fail "exit status $?"
grep -q '^1 exported, 0 before, 0 failed$' out || fail "the first time"
# run STATUS: checks the exit status. The list is read from standard input.
run() {
    code=0
    "$program" >out || code=$?
    test "$code" = "$1" || fail "exit status $code"
}

printf 'A\nB\nNobody\n' | run 1
grep -q '^1 exported, 1 before, 1 failed$' out || fail "the second time"
grep -q '^Nobody: .*there is no such project' out || fail "no reason is reported"
grep -q '"projectName":"A"' A.json || fail "A.json"
grep -q '"projectName":"B"' B.json || fail "B.json"
# An empty line is neither a project nor the end of the report.
printf 'A\n\n' | run 1
grep -q '^0 exported, 1 before, 1 failed$' out || fail "the third time"
# Lines that end with CR LF.
rm report.jsonl A.json B.json
printf '\357\273\277A\r\nB\r\n' | run 0
grep -q '^2 exported, 0 before, 0 failed$' out || fail "a list with CRLF"
test -e A.json && test -e B.json || fail "the files of a list with CRLF"
code=0
"$program" <&- >out 2>err || code=$?
test "$code" = 1 || fail "no list: exit status $code"
grep -q 'standard input cannot be read' err || fail "no list: no reason is reported"
echo B | "$program" >out || fail "exit status $?"
grep -q '^0 exported, 1 before, 0 failed$' out || fail "the fourth time"
