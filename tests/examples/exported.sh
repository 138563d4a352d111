#!/bin/sh
# Runs a program and looks for what it exported: exported.sh PROJECT FILE COMMAND [ARGUMENT...]
# FILE is what the command writes to, or - for its standard output.
set -eu

project=$1
file=$2
shift 2

if [ "$file" = - ]; then
    file=$(mktemp)
    trap 'rm -f "$file"' EXIT
    "$@" >"$file"
else
    rm -f "$file"
    "$@"
fi
grep -q "\"projectName\" *: *\"$project\"" "$file" || {
    echo "not the project $project: $(head -c 200 "$file")" >&2
    exit 1
}
