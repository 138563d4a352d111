#!/bin/sh
# Runs the emulator program with options that change what it serves, each with the curl lines that
# it prints, and then with options that are wrong.
#
#   sh emulator_program.sh path/to/emulator
set -eu

program=$1
command -v curl >/dev/null || { echo "curl is missing"; exit 77; }
folder=$(mktemp -d)
running=
trap 'test -z "$running" || kill "$running" 2>/dev/null || :; rm -rf "$folder"' EXIT
# curl finds no proxy here, whatever the machine is set up for.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || :

fail() { echo "failed: $*" >&2; cat "$folder"/* >&2; exit 1; }

# What it wrote to `out` once it listens; its curl lines become the script `lines`.
start() {
    : >"$folder/out"
    "$program" "$@" >"$folder/out" 2>&1 &
    running=$!
    tries=0
    until grep -q '^curl.*"\$result"$' "$folder/out"; do
        tries=$((tries + 1))
        test $tries -lt 600 || fail "it does not listen"
        sleep 0.05
    done
    sed -n '/^# submit/,/"\$result"$/p' "$folder/out" >"$folder/lines"
    grep -q '^listening on http' "$folder/out" || fail "no address"
}

stop() {
    kill -TERM "$running"
    wait "$running" || fail "it ended with $?"
    running=
    grep -q '^stopped after 4 requests: 1 jobs, 2 polls, 1 results$' "$folder/out" ||
        fail "the counts are wrong"
}

echo "a project with a space in its name"
start --project "My Project" --documents 3 --job-duration 0s
sh -eu "$folder/lines" >"$folder/answers" 2>"$folder/curl"
grep -q '"status":"succeeded"' "$folder/answers" || fail "no status"
grep -q '"projectName":"My Project"' "$folder/answers" || fail "no result"
stop

echo "TLS, a file, one key, a gateway"
echo '{"my":"own"}' >"$folder/file"
start --tls --certificate-out "$folder/ca" --project "Files=$folder/file" --job-duration 100ms \
    --time-scale 1000 --key one --path-prefix /gateway/of/mine
grep -q '^key: one$' "$folder/out" || fail "no key"
sh -eu "$folder/lines" >"$folder/answers" 2>"$folder/curl"
grep -q '^{"my":"own"}$' "$folder/answers" || fail "the result is not the file"
stop

echo "a knowledge base"
start --kind QuestionAnswering --documents 3 --job-duration 0s
sh -eu "$folder/lines" >"$folder/answers" 2>"$folder/curl"
grep -q '"status": "succeeded"' "$folder/answers" || fail "no status"
grep -q '"id": 3,' "$folder/answers" || fail "no result"
stop

echo "usage"
for wrong in --nonsense "--kind conversation" --port "--port x" "--project =x" "--job-duration 3" "--time-scale 0" \
    "--certificate-out $folder/x"; do
    code=0
    # shellcheck disable=SC2086
    "$program" $wrong >"$folder/out" 2>&1 || code=$?
    test "$code" = 2 || fail "$wrong: exit status $code"
done
"$program" --help >/dev/null
"$program" --version >/dev/null
"$program" --run-for 50ms >/dev/null
echo "good"
