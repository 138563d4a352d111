#!/bin/sh
# Runs the README's program against the emulator in another process, plain and TLS.
#
#   sh export_one.sh path/to/export_one path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

start() {
    start_emulator --key key-of-the-test --project Reviews --documents 3 --job-duration 100ms "$@"
}

# expect STATUS TEXT ARGUMENT...: checks the exit status, and the text on standard error.
expect() {
    wanted=$1 text=$2 code=0
    shift 2
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
    grep -q "$text" "$folder/err" || fail "$*: not reported: $text"
    ! grep -q 'key-of-the-test' "$folder/err" || fail "the key was printed"
}

for kind in plain TLS; do
    echo "$kind"
    if [ $kind = TLS ]; then
        start --tls --certificate-out "$folder/ca.pem"
        expect 1 'certificate' Reviews
        export SSL_CERT_FILE="$folder/ca.pem"
    else
        start
    fi
    "$program" Reviews >"$folder/out" 2>"$folder/err" || fail "exit status $?"
    grep -q '"projectName":"Reviews"' "$folder/out" || fail "no result"
    expect 1 'ProjectNotFound' reviews
    AZURE_LANGUAGE_KEY=another
    expect 1 'did not accept the credential' Reviews
    AZURE_LANGUAGE_KEY=key-of-the-test
    stop_emulator
done

echo "usage"
"$program" --help >"$folder/out" 2>"$folder/err" || fail "help: exit status $?"
grep -q '^usage: export_one' "$folder/out" || fail "no help"
expect 2 '^usage: export_one'
unset AZURE_LANGUAGE_KEY
expect 2 'AZURE_LANGUAGE_KEY' Reviews
AZURE_CLIENT_ID='a b' IDENTITY_ENDPOINT=http://127.0.0.1:9
export AZURE_CLIENT_ID IDENTITY_ENDPOINT
expect 1 'AZURE_CLIENT_ID has a character' Reviews
unset AZURE_CLIENT_ID
expect 1 'IDENTITY_HEADER is not' Reviews
echo "good"
