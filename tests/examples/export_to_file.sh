#!/bin/sh
# Exports a project into a file, as it came and in the form for version control.
#
#   sh export_to_file.sh path/to/export_to_file path/to/emulator
set -eu

program=$1
emulator=$2
folder=$(mktemp -d)
running=
trap 'test -z "$running" || kill "$running" 2>/dev/null || :; rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "failed: $*" >&2; cat "$folder/log" "$folder/err" >&2; exit 1; }

: >log
: >err
"$emulator" --key key-of-the-test --project Reviews --documents 2000 --job-duration 100ms \
    >log 2>&1 &
running=$!
tries=0
until grep -q '^listening on http' log; do
    tries=$((tries + 1))
    test $tries -lt 600 || fail "the emulator does not listen"
    sleep 0.05
done
AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' log)
AZURE_LANGUAGE_KEY=key-of-the-test
export AZURE_LANGUAGE_ENDPOINT AZURE_LANGUAGE_KEY

# expect STATUS TEXT ARGUMENT...: the exit status, and what is on standard error.
expect() {
    wanted=$1 text=$2 code=0
    shift 2
    "$program" "$@" >out 2>err || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
    grep -q -- "$text" err || fail "$*: not told: $text"
    ! grep -q 'key-of-the-test' err out || fail "the key was printed"
}

echo "as it came"
expect 0 'Reviews.json: [0-9]* bytes$' Reviews Reviews.json
sha256sum -c out >sums || fail "another checksum"
grep -q '"projectName":"Reviews"' Reviews.json || fail "no result"
test ! -e .Reviews.json.part || fail "something is left over"

echo "for version control, twice"
expect 0 'normal.json: [0-9]* bytes$' --normalize Reviews normal.json
sha256sum -c out >sums || fail "another checksum"
test "$(grep -c '^      {"location":' normal.json)" = 2000 || fail "no document a line"
before=$(stat -c '%i %y' normal.json)
expect 0 'normal.json: [0-9]* bytes, as before$' --normalize Reviews normal.json
sha256sum -c out >sums || fail "another checksum"
test "$(stat -c '%i %y' normal.json)" = "$before" || fail "the file was touched"
expect 0 'sorted.json: [0-9]* bytes$' --normalize=sorted Reviews sorted.json

echo "what fails leaves the file"
cp Reviews.json same.json
expect 1 'ProjectNotFound' Nobody Reviews.json
cmp -s Reviews.json same.json || fail "the file is another"
test ! -s out || fail "a checksum of nothing"
expect 1 'No such file or directory' Reviews no-such-folder/Reviews.json

echo "usage"
expect 2 '^usage: export_to_file' Reviews
expect 2 '^usage: export_to_file' --nonsense Reviews Reviews.json
AZURE_LANGUAGE_KEY=
expect 2 'AZURE_LANGUAGE_KEY is not set' Reviews Reviews.json
"$program" --help | grep -q '^usage: export_to_file' || fail "no help"

kill -TERM $running
wait $running || fail "the emulator ended with $?"
running=
echo "good"
