#!/bin/sh
# Exports a project into a file, unchanged and normalized.
#
#   sh export_to_file.sh path/to/export_to_file path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"
cd "$folder"

start_emulator --key key-of-the-test --project Reviews --documents 2000 --job-duration 100ms

# expect STATUS TEXT ARGUMENT...: checks the exit status, and the text on standard error.
expect() {
    wanted=$1 text=$2 code=0
    shift 2
    "$program" "$@" >out 2>err || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
    grep -q -- "$text" err || fail "$*: not reported: $text"
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

stop_emulator
echo "good"
