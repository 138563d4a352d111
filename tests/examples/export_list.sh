#!/bin/sh
# Exports a list, and the same again with one more.
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
printf 'A\nB\nNobody\n' | "$program" >out || fail "exit status $?"
grep -q '^1 exported, 1 before, 1 failed$' out || fail "the second time"
grep -q '^Nobody: .*there is no such project' out || fail "no reason is told"
grep -q '"projectName":"A"' A.json || fail "A.json"
grep -q '"projectName":"B"' B.json || fail "B.json"
# An empty line is no project, and no end of the report.
printf 'A\n\n' | "$program" >out || fail "exit status $?"
grep -q '^0 exported, 1 before, 1 failed$' out || fail "the third time"
echo B | "$program" >out || fail "exit status $?"
grep -q '^0 exported, 1 before, 0 failed$' out || fail "the fourth time"
