#!/bin/sh
# Checks the display of the backup tool on terminals of 80 and of 200 columns, with tmux.
#
#   sh export_projects_terminal.sh path/to/export_projects path/to/emulator
set -eu

program=$1
emulator=$2
command -v tmux >/dev/null || { echo "skipped: there is no tmux here"; exit 77; }
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"
columns=any
# One tmux server for each terminal: a server that is about to end accepts no session.
terminal() { tmux -S "$folder/tmux.$columns" -f /dev/null "$@"; }
trap 'terminal kill-server 2>/dev/null || :; clean_up' EXIT

terminal new-session -d true 2>"$folder/why" || {
    echo "skipped: no terminal is to be had here: $(cat "$folder/why")"
    exit 77
}
terminal kill-server 2>/dev/null || :

projects="Contracts Invoices Reviews Tickets Support-Mails"
# shellcheck disable=SC2046 # the options are words
start_emulator --key key-of-the-test $(printf ' --project %s' $projects) --documents 300 \
    --job-duration 2s

# Waits until a line of the screen matches.
see() {
    tries=0
    until terminal capture-pane -p >"$folder/screen" && grep -q "$1" "$folder/screen"; do
        tries=$((tries + 1))
        test $tries -lt 400 || fail "not seen: $1"
        sleep 0.05
    done
}

for columns in 80 200; do
    echo "$columns columns"
    cat >"$folder/run" <<END
"$program" --output-dir "backup-$columns" --report report --max-in-flight 4 \
    --quota-window 0 --poll-first 100ms --poll-max 300ms $projects Nobody
echo "exit status \$?"
sleep 60
END
    terminal new-session -d -x "$columns" -y 50 "cd '$folder' && exec sh run"
    see 'Invoices  *running, polled [1-9]'
    echo "--- at work"
    cat "$folder/screen"
    grep -q '^\[#*\.*\] 0 of 6, 4 running, 2 queued  [0-9.]* s$' "$folder/screen" || fail "no bar"
    test "$(grep -c '^> ' "$folder/screen")" = 4 || fail "not a line for each export in progress"
    test "$(grep -c . "$folder/screen")" = 5 || fail "something else is there"

    see '^exit status 1'
    echo "--- at the end"
    sed '/^exit status/q' "$folder/screen"
    ! grep -q '^> \|^\[' "$folder/screen" || fail "what was drawn is still there"
    for project in $projects; do
        grep -q "^exported    $project  *[0-9.]* KB in [0-9.]* s to" "$folder/screen" ||
            fail "$project is not there"
    done
    test "$(grep -c '^failed      Nobody ' "$folder/screen")" = 2 || fail "the failure is not there twice"
    sed '1,/^6 projects/d' "$folder/screen" | grep -q '^failed      Nobody ' || fail "the failure is not at the end"
    grep -q '^6 projects: 5 exported ([0-9.]* KB), 1 failed in [0-9.]* s' "$folder/screen" ||
        fail "no summary"
    # A long message continues on the next line, and no word is split.
    indent='                           '
    if [ $columns = 80 ]; then
        grep -q "^$indent[^ ]" "$folder/screen" || fail "the message is not wrapped"
    fi
    terminal kill-server
done

stop_emulator
echo "good"
