#!/bin/sh
# Checks the log lines and the metrics of two exports, one of which fails.
#
#   sh logs_and_metrics.sh path/to/logs_and_metrics path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

# run STATUS ARGUMENT...: checks the exit status.
run() {
    wanted=$1 code=0
    shift
    "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
}

start_emulator --project Reviews --job-duration 100ms
run 1 Reviews Nobody
grep -q '^langexport_exports_total{outcome="exported"} 1$' "$folder/out" || fail "exported"
grep -q '^langexport_exports_total{outcome="project_not_found"} 1$' "$folder/out" || fail "failed"
grep -q '^langexport_requests_total{class="POST"} 2$' "$folder/out" || fail "requests"
grep -q '^info .*Reviews' "$folder/err" || fail "no line of the log"
! grep -q '^debug ' "$folder/err" || fail "lines of another level"
! grep -q "$AZURE_LANGUAGE_KEY" "$folder/err" || fail "the key was printed"

run 0 --log-level error --metrics "$folder/metrics" Reviews
test ! -s "$folder/err" || fail "an error is reported"
grep -q '^langexport_quota_remaining{class="POST"} 9$' "$folder/metrics" || fail "the quota"
run 0 --log-level trace --metrics "$folder/metrics" Reviews
grep -q '^trace ' "$folder/err" || fail "no line of level trace"
! grep -q "$AZURE_LANGUAGE_KEY" "$folder/err" || fail "the key was printed"

echo "usage"
"$program" --help | grep -q '^usage: logs_and_metrics' || fail "no help"
run 2
run 2 --log-level loud Reviews
grep -q "^logs_and_metrics: --log-level: 'loud' is not a level; choose error, warning, info, debug or trace\$" \
    "$folder/err" || fail "the levels are not listed"
for option in --metric --metric=hidden --metrics; do
    run 2 Reviews "$option"
    grep -q "^logs_and_metrics: '${option%=*}' is not an option, or its value is missing; see" "$folder/err" ||
        fail "$option is not named"
    ! grep -q hidden "$folder/err" || fail "a value is shown"
done
run 1 --metrics "$folder/none/metrics" Reviews
stop_emulator
echo "good"
