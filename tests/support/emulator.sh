# A folder for a test, and the emulator's program beside it. A script sets `emulator` to the program, then reads this
# file. It gets:
#
#   folder                    an empty folder, which is removed at the end
#   fail MESSAGE              ends the test, and shows what is in the folder
#   start_emulator OPTION...  starts it and waits until it listens; AZURE_LANGUAGE_ENDPOINT and AZURE_LANGUAGE_KEY say
#                             where, and `emulator_log` is the file with its output
#   stop_emulator             ends it as a user does; it must end well
#   wait_until COMMAND...     waits until the command succeeds
#
# A process whose id is in `child` ends with the script, too.

folder=$(mktemp -d)
emulator_log=$folder/emulator.log
emulator_process=
child=
clean_up() {
    for process in $emulator_process $child; do
        kill -9 "$process" 2>/dev/null || :
    done
    rm -rf "$folder"
}
trap clean_up EXIT
# Programs use no proxy here, regardless of the settings of the machine.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || :

fail() {
    echo "failed: $*" >&2
    for file in "$folder"/*; do
        test -f "$file" || continue
        echo "--- $file" >&2
        tail -n 100 "$file" >&2
    done
    exit 1
}

wait_until() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        test $tries -lt 600 || fail "in vain: $*"
        sleep 0.05
    done
}

start_emulator() {
    : >"$emulator_log" # now: the emulator's own process empties it later
    "$emulator" "$@" >"$emulator_log" 2>&1 &
    emulator_process=$!
    # The last line that it prints before it serves.
    wait_until grep -q '^curl.*"\$result"$' "$emulator_log"
    AZURE_LANGUAGE_ENDPOINT=$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$emulator_log")
    AZURE_LANGUAGE_KEY=$(sed -n 's/^key: //p' "$emulator_log" | head -n 1)
    test -n "$AZURE_LANGUAGE_ENDPOINT" || fail "no address"
    export AZURE_LANGUAGE_ENDPOINT AZURE_LANGUAGE_KEY
}

stop_emulator() {
    kill -TERM "$emulator_process"
    wait "$emulator_process" || fail "the emulator ended with $?"
    emulator_process=
}
