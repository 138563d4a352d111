#!/bin/sh
# The emulator runs as a process and serves three clients over TLS: the README's program, curl, and
# export_projects with 20 concurrent exports.
#
#   sh emulator_process.sh path/to/emulator path/to/export_one path/to/export_projects
set -eu

emulator=$1
export_one=$2
export_projects=$3
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"
cd "$folder"

names=$(seq -f 'Project%02g' 20)
options=
for name in $names; do
    options="$options --project $name"
done
# The jobs last long enough to overlap.
# shellcheck disable=SC2086 # the options are words
start_emulator --tls --certificate-out "$folder/ca.pem" --job-duration 1s $options
case $AZURE_LANGUAGE_ENDPOINT in https:*) ;; *) fail "no TLS" ;; esac
SSL_CERT_FILE="$folder/ca.pem"
export SSL_CERT_FILE

echo "export_one"
"$export_one" Project01 >one.json 2>one.log || fail "export_one: exit status $?"
grep -q '"projectName":"Project01"' one.json || fail "export_one: no result"

if command -v curl >/dev/null; then
    echo "curl"
    EMULATOR_OUTPUT=$emulator_log sh "$here/curl_lines.sh" Project01 >curl.log 2>&1 ||
        fail "curl: exit status $?"
fi

echo "20 exports of one process"
# shellcheck disable=SC2086 # the names are words
"$export_projects" --quota-posts 0 --quota-gets 0 --output-dir list $names >list.log 2>&1 ||
    fail "export_projects: exit status $?"
for name in $names; do
    grep -q "\"projectName\":\"$name\"" "list/$name.json" || fail "$name.json"
done

stop_emulator
echo "good"
