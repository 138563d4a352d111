#!/bin/sh
# Runs the example that shows what is in a project, from a file and from a pipe.
#
#   sh inspect_project.sh path/to/inspect_project
set -eu

program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() { echo "failed: $*" >&2; cat "$folder"/* >&2; exit 1; }

cd "$folder"
cat >films.json <<'END'
{"projectFileVersion":"2022-05-01","stringIndexType":"Utf16CodeUnit",
 "metadata":{"projectKind":"CustomMultiLabelClassification","projectName":"Films","language":"fr"},
 "assets":{"projectKind":"CustomMultiLabelClassification",
  "classes":[{"category":"Comédie"},{"category":"Drama"},{"category":"Action"}],
  "documents":[
   {"location":"1.txt","dataset":"Train","classes":[{"category":"Drama"},{"category":"Comédie"}]},
   {"location":"2.txt","dataset":"Train","classes":[{"category":"Drama"}]},
   {"location":"3.txt","dataset":"Test","classes":[{"category":"Drama"},{"category":"Drama"}]},
   {"location":"4.txt"}]}}
END
cat >expected <<'END'
Films: CustomMultiLabelClassification, fr, 4 items, 1 of them unlabelled

dataset   items   labels
(none)        1        0
Test          1        2
Train         2        3

class     (none)    Test   Train   total
Comédie        -       -       1       1
Drama          -   1 (2)       2   3 (4)
Action         -       -       -       0
END

echo "a file, standard input"
"$program" films.json >out || fail "exit status $?"
cmp -s out expected || fail "not what was expected"
"$program" <films.json >out || fail "exit status $?"
cmp -s out expected || fail "not what was expected of standard input"
"$program" - <films.json | cmp -s - expected || fail "not what was expected of -"

# expect STATUS TEXT ARGUMENT...
expect() {
    wanted=$1 text=$2 code=0
    shift 2
    "$program" "$@" >out 2>err </dev/null || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
    cat out err | grep -q -- "$text" || fail "$*: not told: $text"
}

echo "what is wrong"
printf '{"metadata":{"projectKind":"Conversation"},"assets":{"intents":[{"category":7}]}}' >wrong.json
expect 1 '^inspect_project: byte 76: assets.intents\[0\].category: a number where a text is expected' wrong.json
head -c 100 films.json >cut.json
expect 1 'it ends at byte 100' cut.json
expect 1 'it ends at byte 0'
expect 2 'cannot be read' no-such-file.json
expect 2 'cannot be read' "$folder"
expect 2 '^usage: inspect_project' films.json films.json
expect 2 '^usage: inspect_project' --nonsense
expect 0 '^usage: inspect_project' --help
printf '{"metadata":{"projectName":"a\\u001b[2J\\u009bb"}}' >steering.json
expect 0 '^a \[2J b: unknown' steering.json
echo "good"
