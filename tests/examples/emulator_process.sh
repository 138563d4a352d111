#!/bin/sh
# The emulator in a process of its own, over TLS, serves the README's program, curl, and 20 concurrent
# exports of one other process.
#
#   sh emulator_process.sh path/to/emulator path/to/export_one path/to/export_projects
set -eu

emulator=$1
export_one=$2
export_projects=$3
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
running=
trap 'test -z "$running" || kill "$running" 2>/dev/null || :; rm -rf "$folder"' EXIT
# Nobody finds a proxy here, whatever the machine is set up for.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || :
cd "$folder"

fail() { echo "failed: $*" >&2; cat "$folder"/*.log >&2; exit 1; }

names=$(seq -f 'Project%02g' 20)
options=
for name in $names; do
    options="$options --project $name"
done
# So long a job that all of them are under way together.
# shellcheck disable=SC2086 # the options are words
"$emulator" --tls --certificate-out "$folder/ca.pem" --job-duration 1s $options >emulator.log 2>&1 &
running=$!
tries=0
until grep -q '^key: ' emulator.log; do
    tries=$((tries + 1))
    test $tries -lt 600 || fail "the emulator does not listen"
    sleep 0.05
done
AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on \(https[^ ]*\).*/\1/p' emulator.log)
AZURE_LANGUAGE_KEY=$(sed -n 's/^key: //p' emulator.log | head -n 1)
test -n "$AZURE_LANGUAGE_ENDPOINT" || fail "no TLS"
export AZURE_LANGUAGE_ENDPOINT AZURE_LANGUAGE_KEY
SSL_CERT_FILE="$folder/ca.pem"
export SSL_CERT_FILE

echo "export_one"
"$export_one" Project01 >one.json 2>one.log || fail "export_one: exit status $?"
grep -q '"projectName":"Project01"' one.json || fail "export_one: no result"

if command -v curl >/dev/null; then
    echo "curl"
    EMULATOR_OUTPUT="$folder/emulator.log" sh "$here/curl_lines.sh" Project01 >curl.log 2>&1 ||
        fail "curl: exit status $?"
fi

echo "20 exports of one process"
# shellcheck disable=SC2086 # the names are words
"$export_projects" --quota-posts 0 --quota-gets 0 --output-dir list $names >list.log 2>&1 ||
    fail "export_projects: exit status $?"
for name in $names; do
    grep -q "\"projectName\":\"$name\"" "list/$name.json" || fail "$name.json"
done

kill -TERM "$running"
wait "$running" || fail "the emulator ended with $?"
running=
echo "good"
