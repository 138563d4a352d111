#!/bin/sh
# Runs the README's program against the emulator in another process, plain and TLS.
#
#   sh export_one.sh path/to/export_one path/to/emulator
set -eu

program=$1
emulator=$2
folder=$(mktemp -d)
running=
trap 'test -z "$running" || kill "$running" 2>/dev/null || :; rm -rf "$folder"' EXIT

fail() { echo "failed: $*" >&2; cat "$folder"/* >&2; exit 1; }

# Sets the endpoint to where it listens.
start() {
    : >"$folder/log"
    "$emulator" --key key-of-the-test --project Reviews --documents 3 --job-duration 100ms "$@" \
        >"$folder/log" 2>&1 &
    running=$!
    tries=0
    until grep -q '^listening on http' "$folder/log"; do
        tries=$((tries + 1))
        test $tries -lt 600 || fail "the emulator does not listen"
        sleep 0.05
    done
    AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$folder/log")
    export AZURE_LANGUAGE_ENDPOINT
}

stop() {
    kill -TERM "$running"
    wait "$running" || fail "the emulator ended with $?"
    running=
}

# expect STATUS TEXT ARGUMENT...: the exit status, and what is on standard error.
expect() {
    wanted=$1 text=$2 code=0
    shift 2
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
    grep -q "$text" "$folder/err" || fail "$*: not told: $text"
    ! grep -q 'key-of-the-test' "$folder/err" || fail "the key was printed"
}

export AZURE_LANGUAGE_KEY=key-of-the-test
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
    stop
done

echo "usage"
"$program" --help >"$folder/out" 2>"$folder/err" || fail "help: exit status $?"
grep -q '^usage: export_one' "$folder/out" || fail "no help"
expect 2 '^usage: export_one'
unset AZURE_LANGUAGE_KEY
expect 2 'AZURE_LANGUAGE_KEY' Reviews
echo "good"
