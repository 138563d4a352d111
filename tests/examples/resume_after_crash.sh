#!/bin/sh
# Kills an export and resumes its job, and resumes with tokens of unknown jobs.
#
#   sh resume_after_crash.sh path/to/resume_after_crash path/to/emulator
set -eu

program=$1
emulator=$2
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"
cd "$folder"

# start PORT DURATION
start() {
    start_emulator --key key-of-the-test --project Reviews --port "$1" --job-duration "$2"
}

# stop JOBS: stops the emulator, and checks the number of its jobs.
stop() {
    stop_emulator
    grep -q ": $1 jobs" "$emulator_log" || fail "not $1 jobs"
}

# expect STATUS TEXT ARGUMENT...: checks the exit status, and the text on standard error.
expect() {
    wanted=$1 text=$2 code=0
    shift 2
    "$program" "$@" >out 2>err || code=$?
    test "$code" = "$wanted" || fail "$*: exit status $code"
    grep -q "$text" err || fail "$*: not reported: $text"
    ! grep -q 'key-of-the-test' err out || fail "the key was printed"
}

# die_when COMMAND...: starts an export, and kills it when it has a token and COMMAND succeeds.
die_when() {
    "$program" Reviews Reviews.json >out 2>err &
    child=$!
    wait_until test -s Reviews.json.job
    wait_until "$@"
    kill -9 $child
    wait $child && fail "it ended well" || :
    child=
}

start 0 3s
port=${AZURE_LANGUAGE_ENDPOINT##*:}
port=${port%/}

echo "killed, killed while it resumes, then run to its end: one job"
echo old >Reviews.json
die_when true
test "$(cat Reviews.json)" = old || fail "the old file is gone"
die_when grep -q 'resuming the job' err
test "$(cat Reviews.json)" = old || fail "the old file is gone"
expect 0 'resuming the job of an earlier run' Reviews Reviews.json
grep -q '"projectName":"Reviews"' Reviews.json || fail "no result"
test ! -e Reviews.json.job || fail "the token is still there"
stop 1

echo "a job that the service forgot; its progress was reported"
start "$port" 1h
die_when grep -q '^Reviews: status, poll [1-9][0-9]*: notStarted$' err
stop 1
echo old >Reviews.json
start "$port" 100ms
expect 0 'does not know this job: submitting again' Reviews Reviews.json
grep -q '"projectName":"Reviews"' Reviews.json || fail "no result"
stop 1

echo "tokens that are none, or another's"
start "$port" 100ms
echo "no token" >Reviews.json.job
expect 0 'Reviews.json.job cannot be used' Reviews Reviews.json
test ! -e Reviews.json.job || fail "the token is still there"
expect 1 'ProjectNotFound' Nobody Nobody.json
test ! -e Nobody.json || fail "a file of nothing"
stop 1

echo "what may pass keeps the token"
start "$port" 1h
die_when true
cp Reviews.json.job token
AZURE_LANGUAGE_KEY=another
expect 1 'did not accept the credential' Reviews Reviews.json
AZURE_LANGUAGE_KEY=key-of-the-test
cmp -s Reviews.json.job token || fail "the token is gone"
expect 1 'another project: submitting' Nobody Reviews.json
stop 1

echo "a token that cannot be stored is reported"
start "$port" 1h
report=$( (
    ulimit -f 0
    "$program" Reviews Full.json 2>&1 || echo "exit status $?"
) | cat)
echo "$report" | grep -q 'on_submitted: ' || fail "no reason: $report"
echo "$report" | grep -q 'this token could not be stored: .' || fail "no token: $report"
echo "$report" | grep -q 'exit status 1' || fail "$report"
stop 1

echo "usage"
expect 1 'No such file or directory' Reviews no-such-folder/Reviews.json
mkfifo Pipe.json.job
expect 1 'Pipe.json.job is not a regular file' Reviews Pipe.json
expect 2 '^usage: resume_after_crash' Reviews
expect 2 '^usage: resume_after_crash' --nonsense Reviews.json
unset AZURE_LANGUAGE_KEY
expect 2 'AZURE_LANGUAGE_KEY is not set' Reviews Reviews.json
"$program" --help | grep -q '^usage: resume_after_crash' || fail "no help"
echo "good"
