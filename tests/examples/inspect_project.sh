#!/bin/sh
# Tests inspect_project, which describes a project, with a file and with a pipe.
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
   {"location":"4.txt"},{"location":"5.txt","classes":[{"category":"Noir"}]}]}}
END
cat >expected <<'END'
project   Films
kind      CustomMultiLabelClassification
language  fr
items     5, 1 of them without a label

dataset   items   labels
------------------------
(none)        2        1
Test          1        2
Train         2        3

class     (none)    Test   Train   total
----------------------------------------
Comédie        -       -       1       1
Drama          -   1 (2)       2   3 (4)
Action         -       -       -       0
* Noir         1       -       -       1

* used, but not in the project's list

not in this file:
  the texts of 5 documents (--documents lists them)
  trained models
  deployments and role assignments
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
    cat out err | grep -q -- "$text" || fail "$*: not reported: $text"
}

echo "what is wrong"
printf '{"metadata":{"projectKind":"Conversation"},"assets":{"intents":[{"category":7}]}}' >wrong.json
expect 1 '^inspect_project: byte 76: assets.intents\[0\].category: a number where a string is expected' wrong.json
head -c 100 films.json >cut.json
expect 1 'it ends at byte 100' cut.json
expect 1 'it ends at byte 0, but its JSON is incomplete (standard input is empty)'
expect 2 'cannot be read' no-such-file.json
expect 2 'cannot be read' "$folder"
code=0
"$program" - >out 2>err <"$folder" || code=$?
test "$code" = 2 || fail "a folder as standard input: exit status $code"
grep -q 'standard input cannot be read' err || fail "a folder as standard input: not reported"
expect 2 '^usage: inspect_project' films.json films.json
expect 2 '^usage: inspect_project' --nonsense
expect 0 '^usage: inspect_project' --help
printf '{"metadata":{"projectName":"a\\u001b[2J\\u009bb"}}' >steering.json
expect 0 '^project   a \[2J  b$' steering.json

echo "the documents that an export does not contain"
sed 's/"language":"fr"/"storageInputContainerName":"films"/; s/4.txt/bä 4.txt/' films.json >stored.json
printf '1.txt\n2.txt\n3.txt\nbä 4.txt\n5.txt\n' >names
"$program" --documents list stored.json >out || fail "--documents: exit status $?"
cmp -s list names || fail "--documents: not the names"
test "$(cat out)" = "container films, 5 documents" || fail "--documents: not the container"
"$program" --documents - <stored.json >list 2>err || fail "--documents -: exit status $?"
cmp -s list names || fail "--documents -: not the names"
test "$(cat err)" = "container films, 5 documents" || fail "--documents -: not the container"
expect 0 'container (none), 5 documents' --documents films.json
expect 2 '^usage: inspect_project' --documents
expect 2 '^usage: inspect_project' --documents a b c
cp stored.json copy
expect 1 '^inspect_project: byte' --documents other-list names
cp films.json other.json
ln -s stored.json link
printf 'Question\tAnswer\tSource\nHow?\tSo.\tfaq\n' >table.tsv
for pair in other.json=JSON stored.json="is the project" link="is the project" table.tsv=TSV; do
    expect 2 "would replace '${pair%%=*}', which .*${pair#*=}" --documents "${pair%%=*}" stored.json
done
"$program" --documents other.json - <stored.json >out 2>err && fail "--documents: the project of a pipe was replaced"
cmp -s stored.json copy && cmp -s films.json other.json && test -L link || fail "--documents: a project was replaced"
grep -q Question table.tsv || fail "--documents: a table was replaced"
printf '{"metadata":{},"assets":{"documents":[{"location":"a\\nb"}]}}' >break.json
expect 1 'has a line break in its name' --documents list break.json
cmp -s list names || fail "--documents: the list was replaced"

echo "files of other formats"
printf '\377\376{\000"\000' >utf16.json
expect 1 '^inspect_project: the file is UTF-16 (little-endian), not JSON in UTF-8 (utf16.json)$' utf16.json
printf '\n<!DOCTYPE html>' >page.json
expect 1 'HTML.*(page.json)$' page.json
printf 'Question\tAnswer\nHow?\tSo.\n' >faq.json
expect 1 'TSV.*(faq.json)$' faq.json
: >empty.json
expect 2 'empty.json is empty' empty.json

# deep LEVELS FILE: writes a project with an unknown member of that depth.
deep() {
    awk -v levels="$1" 'BEGIN {
        printf "{\"metadata\":{\"projectName\":\"Deep\"},\"assets\":{\"new\":"
        for (i = 1; i < levels; i++) printf "{\"a\":["
        for (i = 1; i < levels; i++) printf "]}"
        print "}}"
    }' >"$2"
}
deep 4900 deep.json
expect 0 '^project   Deep$' deep.json
deep 6000 deeper.json
expect 1 'it is nested deeper than 10000 levels, which is the limit' deeper.json
(
    ulimit -s 8192 # so that the stack cannot grow
    expect 1 'it is nested deeper than 1000 levels, which is the limit' deep.json
)

echo "labels"
printf '{"metadata":{"projectKind":"customAbstractiveSummarization"},"assets":{"documents":[
 {"location":"1","summaryLocation":"s/1"},{"location":"2","summaryLocation":"s/2"}]}}' >summaries.json
expect 0 '^items     2, 0 of them without a label$' summaries.json
expect 0 '^kind      CustomAbstractiveSummarization$' summaries.json
printf '{"metadata":{"projectKind":"CustomHaiku"},"assets":{"documents":[{"location":"1"}]}}' >haiku.json
expect 0 '^items     1$' haiku.json
expect 0 '^kind      unknown (CustomHaiku)$' haiku.json
printf '{"metadata":{"projectKind":"Conversation"},"assets":{"projectKind":"Orchestration"}}' >kinds.json
expect 0 '^kind      Conversation, but its assets say Orchestration$' kinds.json
printf '{"metadata":{"projectKind":"Conversation"},"assets":{"projectKind":"conversation"}}' >kinds.json
expect 0 '^kind      Conversation$' kinds.json
printf '{"metadata":{"projectKind":"CustomHaiku"},"assets":{"projectKind":"customhaiku"}}' >kinds.json
expect 0 '^kind      unknown (CustomHaiku)$' kinds.json
printf '{"stringIndexType":"utf16codeunit","metadata":{"projectKind":"Conversation"},"assets":{
 "entities":[{"category":"E"}],"utterances":[{"text":"abc","entities":[
 {"category":"E","offset":50,"length":9}]}]}}' >outside.json
expect 0 '^    entity E at 50+9 lies beyond the end of the text, which is 3 long$' outside.json
expect 0 '^  abc$' outside.json
printf '{"metadata":{"projectName":"P","x":1e999},"metadata":{"projectName":"Q"},"assets":{}}' >twice.json
expect 0 '^project   Q$' twice.json
printf '{"documents":[{"location":"1"}]}' >old.json
expect 0 '^kind      unknown$' old.json

echo "names that are long and wide"
cat >wide.json <<'END'
{"metadata":{"projectKind":"CustomEntityRecognition","projectName":"契約書と請求書の分類プロジェクト、二〇二六年度版、全社共通のもので、とても長い名前を持つ"},
 "assets":{"entities":[{"category":"당사자"},{"category":"締結日"},{"category":"A name that is so long that it does not fit in a line of eighty columns"}],
  "documents":[{"location":"1","dataset":"Train","entities":[{"labels":[{"category":"締結日"},{"category":"締結日"}]}]}]}}
END
cat >expected <<'END'
project   契約書と請求書の分類プロジェクト、二〇二六年度版、全社共通のもので...
kind      CustomEntityRecognition
language  (none)
items     1, 0 of them without a label

dataset   items   labels
------------------------
Train         1        2

entity                                                             Train   total
--------------------------------------------------------------------------------
당사자                                                                 -       0
締結日                                                             1 (2)   1 (2)
A name that is so long that it does not fit in a line of eigh...       -       0

not in this file:
  the texts of 1 document (--documents lists them)
  trained models
  deployments and role assignments
END
"$program" wide.json | tee out | cmp - expected || fail "not what was expected of wide names"
"$program" --wide wide.json | grep -q 'in a line of eighty columns  *-  *0$' || fail "not whole"
echo "good"
