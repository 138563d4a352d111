#!/bin/sh
# Runs the commands of the programs on the pages, and checks that the programs have all options that the pages name.
#
#   pages.sh CHECKOUT PROGRAMS      PROGRAMS: the folder with the programs
set -eu

checkout=$1
programs=$2
emulator=$programs/emulator
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

# Prints the `sh` blocks of a page, and the commands of its `console` blocks.
commands_of() {
    awk '/^```sh/ { inside = 1; next } /^```console/ { session = 1; next } /^```/ { inside = session = 0 }
        inside { print } session && sub(/^\$ /, "") { print }' "$1"
}

# options_of FILE: prints each option of the file once, without -D options such as those of CMake.
options_of() { grep -oE '(^|[^-A-Za-z0-9])--[a-z][a-z-]+' "$1" | grep -oE -e '--[a-z-]+' | sort -u; }

for program in export_projects restore_projects copy_project emulator inspect_project diff_projects export_to_file interruptible quickstart export_service \
    callbacks time_limits many_resources logs_and_metrics; do
    "$programs/$program" --help >"$folder/help.$program" || fail "$program --help"
done

page=$checkout/examples/README.md
operation=$checkout/examples/operation.md
operators=$checkout/examples/operators.md
service=$checkout/examples/service/README.md
echo "options that the pages of the programs name"
# Commands that build or install are left out.
sed '/^```/,/^```/d; /`\(cmake\|conan\|vcpkg\|cpack\|g++\|git\) /d' "$page" "$checkout/examples/guides.md" "$operation" "$operators" "$service" \
    >"$folder/prose"
for option in $(options_of "$folder/prose"); do
    grep -qE -e "$option([^a-z-]|\$)" "$folder"/help.* || fail "no program has $option"
done

echo "options in the commands of all pages"
for each in "$checkout/README.md" "$page" "$checkout/examples/guides.md" "$operation" "$operators" "$service" \
    "$checkout/tests/README.md" "$checkout/benchmarks/README.md"; do
    commands_of "$each" >"$folder/commands"
    for program in export_projects restore_projects copy_project emulator inspect_project diff_projects export_service; do
        grep -E "(^|[ /])$program " "$folder/commands" >"$folder/lines" || continue
        for option in $(options_of "$folder/lines"); do
            grep -qE -e "$option([^a-z-]|\$)" "$folder/help.$program" ||
                fail "$each: $program has no $option"
        done
    done
done

echo "the role that is enough"
for each in "$page" "$operation"; do
    grep -q 'The role "Cognitive Services Language Reader"' "$each" || fail "$each names no role"
done

echo "the commands of the emulator"
cat "$page" "$service" >"$folder/pages"
commands_of "$folder/pages" | sed -n 's/^build.*\/emulator //p' >"$folder/emulators"
test -s "$folder/emulators" || fail "the page has no command of the emulator"
while read -r line; do
    # The port on the page may be in use on this machine.
    line=$(echo "$line" | sed 's/--port [0-9]*//')
    eval "'$emulator' --run-for 50ms $line" >"$folder/out" 2>&1 ||
        fail "emulator $line: $(cat "$folder/out")"
done <"$folder/emulators"

# The script runs with the environment of cron, in folders of this test.
echo "the script for cron"
start_emulator --key key-of-the-test --job-duration 0s --run-for 2m --project Contracts --project Invoices \
    --project Reviews --project Support-Mails
endpoint=$AZURE_LANGUAGE_ENDPOINT
mkdir "$folder/bin" "$folder/backups"
echo key-of-the-test >"$folder/key"
chmod 600 "$folder/key"
ln -s "$programs/export_projects" "$folder/bin/export_projects"
awk '/^#!\/bin\/sh/ { inside = 1 } /^```/ { inside = 0 } inside' "$operators" |
    sed "s#/usr/local/bin:#$folder/bin:#; s#/var/backups/language#$folder/backups#
         s#/etc/language.key#$folder/key#; s#https://NAME.cognitiveservices.azure.com#$endpoint#" \
        >"$folder/backup-language"
grep -q "$folder/backups" "$folder/backup-language" || fail "the page has no script"
for time in first second; do
    env -i PATH=/usr/bin:/bin /bin/sh "$folder/backup-language" >"$folder/out" 2>&1 ||
        fail "the $time night: $(cat "$folder/out")"
    test ! -s "$folder/out" || fail "the $time night says: $(cat "$folder/out")"
    for project in Contracts Invoices Reviews Support-Mails; do
        test -s "$folder/backups/projects/$project.json" || fail "no $project.json"
    done
done
stop_emulator

# The commands that make git show changes of projects in words.
echo "git diff"
repository=$folder/repository
mkdir "$repository"
(
    cd "$repository"
    export HOME="$folder" PATH="$programs:$PATH" GIT_CONFIG_NOSYSTEM=1
    git init -q .
    git config user.name test
    git config user.email test@example.com
    commands_of "$operators" | sed -n '/gitattributes/p; /^git config/p' >"$folder/setup"
    test "$(wc -l <"$folder/setup")" = 2 || fail "the page has no commands for git"
    . "$folder/setup"
    cp "$folder/backups/projects/Contracts.json" Contracts.json
    echo '{"version": 1}' >manifest.json
    git add .
    git commit -q -m first
    sed 's/"language": *"[a-z-]*"/"language": "zu"/' Contracts.json >changed
    mv changed Contracts.json
    echo '{"version": 2}' >manifest.json
    echo '{}' >new.json
    git add -N new.json
    git diff >"$folder/diff" 2>"$folder/err" || fail "git diff: $(cat "$folder/err")"
    grep -q '^== Contracts.json$' "$folder/diff" || fail "git diff names no file"
    test ! -s "$folder/err" || fail "git diff says: $(cat "$folder/err")"
    grep -q '^~ .*"zu"' "$folder/diff" || fail "git diff shows no change of the project: $(cat "$folder/diff")"
    grep -q '^+{"version": 2}' "$folder/diff" || fail "git diff shows no change of the manifest"
    grep -q '^+{}' "$folder/diff" || fail "git diff shows no new file: $(cat "$folder/diff")"
)
echo "good"
