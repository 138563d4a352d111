#!/bin/sh
# Builds the backup tool as one static binary, by the command on the page, without optimization; and runs it.
#
#   static.sh CHECKOUT EMULATOR
set -eu

checkout=$1
# shellcheck disable=SC2034 # the file below uses it
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

skip() {
    echo "skipped: $*"
    exit 77
}

command -v g++ >/dev/null && command -v pkg-config >/dev/null || skip "there is no g++, or no pkg-config"
for library in boost_json ssl crypto; do
    file=$(g++ -print-file-name="lib$library.a")
    test "$file" != "lib$library.a" || skip "there is no lib$library.a"
done

command=$(sed -n 's/^\(g++ .*\) -o export_projects$/\1/p' "$checkout/examples/operators.md")
test -n "$command" || fail "the page has no command"
case $command in *' -O2 '*) ;; *) fail "the command does not optimize" ;; esac
(cd "$checkout" && eval "$(echo "$command" | sed 's/ -O2 / -O0 /') -o '$folder/export_projects'") >"$folder/log" 2>&1 ||
    fail "the command fails"
if ldd "$folder/export_projects" >"$folder/ldd" 2>&1; then fail "the program is not static"; fi
test "$("$folder/export_projects" --version | cut -d ' ' -f 1)" = export_projects || fail "it does not run"

start_emulator --key key-of-the-test --job-duration 0s --run-for 2m --project Contracts
port=${AZURE_LANGUAGE_ENDPOINT##*:}
# A name is resolved, too.
for host in 127.0.0.1 localhost; do
    env -i AZURE_LANGUAGE_KEY=key-of-the-test AZURE_LANGUAGE_ENDPOINT="http://$host:$port" \
        "$folder/export_projects" --output-dir "$folder/$host" Contracts >"$folder/out" 2>&1 || fail "$host: no export"
    test -s "$folder/$host/Contracts.json" || fail "$host: no result"
done
stop_emulator
echo "good"
