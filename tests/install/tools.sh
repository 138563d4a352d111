#!/bin/sh
# Installs the operator's programs, and runs the command of the systemd service as systemd does.
#
#   tools.sh CMAKE BUILD EMULATOR
set -eu

cmake=$1
build=$2
# shellcheck disable=SC2034 # the file below uses it
emulator=$3
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

"$cmake" --install "$build" --component langexport_tools --prefix "$folder/usr" >"$folder/log" || fail "no installation"
bin=$folder/usr/bin
for name in copy_project diff_projects export_projects inspect_project restore_projects; do
    test -x "$bin/$name" || fail "$name is not installed"
done
for program in "$bin"/*; do
    name=$(basename "$program")
    page=$folder/usr/share/man/man1/$name.1
    test -s "$page" || fail "$name has no manual page"
    "$program" --help >"$folder/help"
    grep -q "^\.SH SYNOPSIS" "$page" || fail "$page has no synopsis"
    sed 's/\\-/-/g; s/\\e/\\/g' "$page" >"$folder/page"
    # Each option that has a line in the help is an entry of the page.
    sed -n 's/^  \(-[^ ]*\).*/\1/p' "$folder/help" | while read -r option; do
        grep -q -e "^\.B $option" "$folder/page" || fail "the manual page of $name has no $option"
    done
    # Every word of the help is on the page.
    for word in $(tr -cs 'a-zA-Z' ' ' <"$folder/help"); do
        grep -q -e "$word" "$folder/page" || fail "the manual page of $name lacks '$word'"
    done
    if command -v man >/dev/null; then
        warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
        test -z "$warnings" || fail "the manual page of $name: $warnings"
    fi
done

units=$folder/usr/lib/systemd/system
test -s "$units/langexport-backup.timer" || fail "no timer"
command=$(sed -n 's/^ExecStart=//p' "$units/langexport-backup.service")
script=$folder/usr/libexec/langexport/backup
case $command in
*/libexec/langexport/backup) test -x "$script" || fail "the command of the service is not installed" ;;
*) fail "unexpected command of the service: '$command'" ;;
esac
if command -v systemd-analyze >/dev/null; then
    sed "s#^ExecStart=.*#ExecStart=$script#" "$units/langexport-backup.service" >"$folder/langexport-backup.service"
    cp "$units/langexport-backup.timer" "$folder"
    systemd-analyze verify --man=no "$folder/langexport-backup.service" "$folder/langexport-backup.timer" \
        >"$folder/verified" 2>&1 || fail "systemd rejects the units"
    test ! -s "$folder/verified" || fail "systemd warns about the units"
fi

# This build has another prefix than the folder.
grep -q '^PATH=/.*/bin:/usr/bin:/bin$' "$script" || fail "the script has no path"
sed -i "s#^PATH=.*#PATH=$bin:/usr/bin:/bin#" "$script"
start_emulator --key key-of-the-test --job-duration 0s --run-for 2m --project Contracts --project Invoices
mkdir "$folder/credentials" "$folder/state" "$folder/work"
: >"$folder/work/Contracts.txt" # a pattern for projects must not become its name
echo key-of-the-test >"$folder/credentials/key"
chmod 440 "$folder/credentials/key" # as systemd does
run_service() {
    status=0
    (
        cd "$folder/work"
        env -i "AZURE_LANGUAGE_ENDPOINT=$AZURE_LANGUAGE_ENDPOINT" "STATE_DIRECTORY=$folder/state" \
            "CREDENTIALS_DIRECTORY=$folder/credentials" "$@" "$script"
    ) >"$folder/out" 2>&1 || status=$?
}
run_service
test "$status" = 0 || fail "the service ended with $status"
test -s "$folder/state/projects/Contracts.json" && test -s "$folder/state/projects/Invoices.json" || fail "no results"
run_service "LANGEXPORT_OPTIONS=--include Contr* --log-time"
test "$status" = 0 || fail "the service with options ended with $status"
grep -q '^20.*Z unchanged   Contracts' "$folder/out" || fail "the options have no effect"
if grep -q Invoices "$folder/out"; then fail "--include has no effect"; fi
stop_emulator

# What follows a failure: the program is a script here that ends with the status in `next`, then with 0.
cat >"$bin/export_projects" <<'END'
#!/bin/sh
echo "$*" >>"$STATE_DIRECTORY/calls"
status=$(cat "$STATE_DIRECTORY/next")
echo 0 >"$STATE_DIRECTORY/next"
exit "$status"
END
for pair in 0:1:0 1:2:0 2:1:2 3:1:3 4:1:4; do
    : >"$folder/state/calls"
    echo "${pair%%:*}" >"$folder/state/next"
    run_service
    calls=$(wc -l <"$folder/state/calls")
    test "${pair#*:}" = "$calls:$status" || fail "after the status ${pair%%:*}: $calls calls, status $status"
done
echo 1 >"$folder/state/next"
: >"$folder/state/calls"
run_service
sed -n 2p "$folder/state/calls" | grep -q -e ' --resume$' || fail "the second call does not resume the run"
echo "good"
