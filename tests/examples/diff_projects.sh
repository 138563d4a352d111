#!/bin/sh
# Tests diff_projects, which compares two exports.
#
#   sh diff_projects.sh path/to/diff_projects
set -eu

program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() { echo "failed: $*" >&2; cat "$folder"/* >&2; exit 1; }

cd "$folder"
cat >before.json <<'END'
{"metadata":{"projectKind":"CustomSingleLabelClassification","projectName":"Tickets","language":"en"},
 "assets":{"classes":[{"category":"Billing"},{"category":"Outage"}],"documents":[
  {"location":"1.txt","dataset":"Train","class":{"category":"Billing"}},
  {"location":"2.txt","class":{"category":"Outage"}},{"location":"3.txt"}]}}
END
# The same content in another order.
cat >same.json <<'END'
{"assets":{"documents":[{"location":"3.txt"},{"class":{"category":"Outage"},"location":"2.txt"},
  {"class":{"category":"Billing"},"dataset":"Train","location":"1.txt"}],
  "classes":[{"category":"Outage"},{"category":"Billing"}]},
 "metadata":{"language":"en","projectName":"Tickets","projectKind":"CustomSingleLabelClassification"}}
END
cat >after.json <<'END'
{"metadata":{"projectKind":"CustomSingleLabelClassification","projectName":"Tickets","language":"de"},
 "assets":{"classes":[{"category":"Billing"},{"category":"Delay"}],"documents":[
  {"location":"1.txt","dataset":"Test","class":{"category":"Delay"}},
  {"location":"2.txt","class":{"category":"Outage"}},{"location":"4.txt"}]}}
END
cat >expected <<'END'
~ metadata.language: "en" -> "de"
- class Outage
+ class Delay
- document 3.txt
+ document 4.txt
~ document 1.txt
    - class Billing
    + class Delay
    ~ dataset: "Train" -> "Test"
items: 1 added, 1 removed, 1 relabeled, 0 changed otherwise
categories: 1 added, 1 removed, 0 changed; metadata: 1 changed
END

# expect STATUS ARGUMENT...
expect() {
    wanted=$1 code=0
    shift
    "$program" "$@" >out 2>err || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
}

echo "same, different"
expect 0 before.json same.json
test ! -s out || fail "there is output"
expect 1 before.json after.json
cmp -s out expected || fail "not what was expected"
expect 1 --quiet before.json after.json
test ! -s out || fail "there is output"
expect 0 before.json - <same.json
expect 1 - after.json <same.json
cmp -s out expected || fail "not what was expected of standard input"

echo "normalized"
expect 0 --normalize same.json
mv out normalized.json
test "$(grep -c '^      {"location":' normalized.json)" = 3 || fail "no document a line"
expect 0 before.json normalized.json
expect 0 --normalize normalized.json
cmp -s out normalized.json || fail "normalizing twice is not the same"

# Only the order of the documents differs: sorted, the files are equal.
"$program" --normalize before.json >first.json
if cmp -s first.json normalized.json; then fail "documents were sorted"; fi
expect 0 --normalize=sorted before.json
mv out first.json
expect 0 --normalize=sorted same.json
cmp -s out first.json || fail "not the same when sorted"
expect 0 before.json first.json

echo "what is cut"
long=$(printf 'aaa %.0s' $(seq 100))
printf '{"metadata":{"projectKind":"Conversation","description":"%sXxxx%s"}}' "$long" "$long" >x.json
printf '{"metadata":{"projectKind":"Conversation","description":"%sZzzz%s"}}' "$long" "$long" >z.json
expect 1 x.json z.json
grep -q 'Xxxx.* -> .*Zzzz' out || fail "the difference is not reported"
printf '{"metadata":{"x":12345678901234567890123},"assets":{}}' >x.json
printf '{"metadata":{"x":12345678901234567890124,"y":1,"y":2},"assets":{}}' >z.json
expect 1 x.json z.json
grep -q '^~ metadata.x: 12345678901234567890123 -> 12345678901234567890124$' out || fail "rounded"

echo "what is wrong"
printf '\377\376{\000' >utf16.json
expect 2 before.json utf16.json
grep -q '^diff_projects: utf16.json: the file is UTF-16 (little-endian)' err || fail "not recognized"
printf '<html></html>' >page.html
expect 2 --normalize page.html
grep -q '^diff_projects: page.html: the file is HTML' err || fail "not recognized"
: >empty.json
expect 2 before.json empty.json
grep -q '^diff_projects: empty.json: it is empty' err || fail "not recognized"
printf '{"metadata":' >cut.json
expect 2 before.json cut.json
grep -q 'cut.json: .*it ends at byte 12' err || fail "the mistake is not reported"
expect 2 before.json no-such-file.json
grep -q 'no-such-file.json: it cannot be read' err || fail "the mistake is not reported"
code=0
"$program" before.json - >out 2>err <. || code=$?
test "$code" = 2 || fail "a folder as standard input: exit status $code"
grep -q 'standard input: it cannot be read' err || fail "a folder as standard input: not reported"
if test -w /dev/full; then
    code=0
    "$program" before.json after.json >/dev/full 2>err || code=$?
    test "$code" = 2 || fail "a difference that cannot be printed: exit status $code"
fi
awk 'BEGIN {
    printf "{\"metadata\":{},\"assets\":{\"new\":"
    for (i = 0; i < 9000; i++) printf "["
    for (i = 0; i < 9000; i++) printf "]"
    print "}}"
}' >deep.json
sed 's/"new"/"old"/' deep.json >other.json
expect 0 deep.json deep.json
expect 1 deep.json other.json
expect 0 --normalize deep.json
expect 0 --normalize=sorted deep.json
expect 2 before.json
expect 2 --nonsense before.json after.json
expect 2 - - </dev/null
grep -q '^usage: diff_projects' err || fail "no usage"
expect 0 --help
grep -q '^usage: diff_projects' out || fail "no help"
echo "good"
