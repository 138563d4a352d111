#!/bin/sh
# Prints which share of the lines in include/ the tests run, and the files below 95 % with the reason that
# coverage-gaps.txt has for each. The exit status is 1 if all files together are below, if a reason is missing, or
# if a test failed. Clang counts: GCC 12 attributes lines of coroutines to others.
#
#   sh tests/coverage.sh                  all files below 95 %
#   sh tests/coverage.sh FILE...          the lines of these files that no test runs
#
# LANGEXPORT_COVERAGE_RUN  0: report on the last run, build and run nothing (default: 1)
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
build=$top/build/coverage
least=95
failed=0

# Debian names the tools after the compiler's version.
version=$(clang++ --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -n 1)
tool() { if command -v "$1-$version" >/dev/null; then echo "$1-$version"; else echo "$1"; fi; }

if [ "${LANGEXPORT_COVERAGE_RUN:-1}" = 1 ]; then
    sh .ci/install-packages ci
    # Without a Boost that has Boost.Redis, the headers of fleet/ would be left out.
    sh tests/fleet/boost.sh build/boost-redis ||
        echo "coverage: without the tests of fleets: the headers of a newer Boost cannot be unpacked" >&2
    version=$(clang++ --version | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -n 1)
    rm -rf "$build/profiles"
    cmake --preset coverage --log-level=WARNING >/dev/null
    cmake --build --preset coverage
    # %4m: the processes of one program share four files. The tests mostly wait.
    LLVM_PROFILE_FILE="$build/profiles/%4m.profraw" ctest --preset coverage \
        --parallel $((2 * $(getconf _NPROCESSORS_ONLN))) -LE 'headers|install' || failed=1
    find "$build/profiles" -name '*.profraw' -print0 |
        xargs -0 "$(tool llvm-profdata)" merge -sparse -o "$build/all.profdata"
fi

# Every program that was built. The first one has no option before it.
programs=$(find "$build/tests/" "$build/examples/" -name node_modules -prune -o \
    -type f -perm -u+x ! -name '*.so*' ! -name '*.sh' -print | sed 's/^/-object /' | tr '\n' ' ')
# $1  the command of llvm-cov; further options and source files follow
report() {
    command=$1
    shift
    # shellcheck disable=SC2086 # the programs are words
    "$(tool llvm-cov)" "$command" ${programs#-object } -instr-profile="$build/all.profdata" "$@"
}

if [ $# -gt 0 ]; then
    report show -show-line-counts-or-regions=false -format=text "$@" |
        awk -F'|' '/^\// { print } $2 ~ /^ *0$/ { print $1 ":" $3 }'
    exit
fi
status=0
report report -summary-only -ignore-filename-regex='^/usr/|/(tests|examples)/' |
    awk -v least=$least -v gaps=tests/coverage-gaps.txt '
    BEGIN {
        while ((getline line < gaps) > 0)
            if (line !~ /^#/ && split(line, words) > 1) {
                name = words[1]
                sub(/^[^ ]+ +/, "", line)
                reasons[name] = line
            }
    }
    # The reason of the file, by the last part of its path.
    function reason_of(path,   name) {
        for (name in reasons)
            if (substr("/" path, length(path) - length(name) + 1) == "/" name)
                return reasons[name]
        ++unexplained
        return "NO REASON in " gaps
    }
    # File, then four groups of three columns: regions, functions, lines, branches.
    /^Filename/ || /^-/ { next }
    NF >= 10 {
        share = $10; sub(/%/, "", share)
        if ($1 == "TOTAL") total = share
        else if ($8 > 0 && share + 0 < least)
            printf "%6.2f %%  %5d of %5d lines not run  %s: %s\n", share, $9, $8, $1, reason_of($1)
    }
    END {
        printf "%6.2f %% of the lines in include/\n", total
        if (unexplained) printf "files without a reason: %d\n", unexplained
        exit total + 0 < least || unexplained > 0
    }' || status=1
if [ "$failed" = 1 ]; then
    echo "coverage: some tests failed; what they ran counts" >&2
    status=1
fi
exit "$status"
