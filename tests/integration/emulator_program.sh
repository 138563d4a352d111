#!/bin/sh
# Runs the emulator program with options that change its behavior, each with the curl lines that
# it prints, and then with options that are wrong.
#
#   sh emulator_program.sh path/to/emulator
set -eu

emulator=$1
command -v curl >/dev/null || { echo "curl is missing"; exit 77; }
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

# Its curl lines become the script `lines`.
start() {
    start_emulator "$@"
    sed -n '/^# submit/,/"\$result"$/p' "$emulator_log" >"$folder/lines"
}

stop() {
    stop_emulator
    grep -q '^stopped after 4 requests: 1 jobs, 2 polls, 1 results$' "$emulator_log" ||
        fail "the counts are wrong"
}

echo "a project with a space in its name"
start --project "My Project" --documents 3 --job-duration 0s
sh -eu "$folder/lines" >"$folder/responses" 2>"$folder/curl"
grep -q '"status":"succeeded"' "$folder/responses" || fail "no status"
grep -q '"projectName":"My Project"' "$folder/responses" || fail "no result"
stop

echo "TLS, a file, one key, a gateway"
echo '{"my":"own"}' >"$folder/file"
start --tls --certificate-out "$folder/ca" --project "Files=$folder/file" --job-duration 100ms \
    --time-scale 1000 --key one --path-prefix /gateway/of/mine
grep -q '^key: one$' "$emulator_log" || fail "no key"
sh -eu "$folder/lines" >"$folder/responses" 2>"$folder/curl"
grep -q '^{"my":"own"}$' "$folder/responses" || fail "the result is not the file"
stop

echo "a knowledge base"
start --kind QuestionAnswering --documents 3 --job-duration 0s
sh -eu "$folder/lines" >"$folder/responses" 2>"$folder/curl"
grep -q '"status": "succeeded"' "$folder/responses" || fail "no status"
grep -q '"id": 3,' "$folder/responses" || fail "no result"
stop

echo "usage"
for wrong in --nonsense "--kind conversation" --port "--port x" "--project =x" "--job-duration 3" "--time-scale 0" \
    "--certificate-out $folder/x"; do
    code=0
    # shellcheck disable=SC2086
    "$emulator" $wrong >"$folder/out" 2>&1 || code=$?
    test "$code" = 2 || fail "$wrong: exit status $code"
done
"$emulator" --help >/dev/null
"$emulator" --version >/dev/null
"$emulator" --run-for 50ms >/dev/null
echo "good"
