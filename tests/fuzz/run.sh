#!/bin/sh
# Searches for inputs that break a promise, with libFuzzer. It builds with Clang, and runs each target for a time,
# two at once, over a copy of its corpus.
#
#   sh tests/fuzz/run.sh [SECONDS [TARGET...]]     default: 10 seconds, all targets
#
# Every target prints a line: executions, seconds, new inputs. The exit status is 1 if one found something. Its
# input is then in build/PRESET/found/TARGET; `build/PRESET/tests/fuzz/langexport_tests_fuzz TARGET FILE` runs it
# again. New inputs that reach more code stay in build/PRESET/corpus/TARGET, for the next run.
#
# LANGEXPORT_PRESET     asan-clang: address and undefined behavior sanitizers (default);
#                       fuzz-fast: assertions alone, many times as fast
# LANGEXPORT_FUZZ_RUNS  so many executions of each target instead of a time
# LANGEXPORT_FUZZ_BUILD only: build the targets, run none; 0: they are built
# LANGEXPORT_JOBS       how many targets run at once (default: 2)
# CMAKE_CXX_COMPILER_LAUNCHER  default: ccache, where it is installed
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
preset=${LANGEXPORT_PRESET:-asan-clang}
build=$top/build/$preset
program=$build/tests/fuzz/langexport_fuzz

fail() {
    echo "fuzz: $*" >&2
    exit 2
}

# What libFuzzer's last lines say of a name, for example stat::number_of_executed_units.
value_of() { sed -n "s/^$1: *//p" "$2" | tail -n 1; }

run_target() {
    target=$1
    shift
    corpus=$build/corpus/$target
    found=$build/found/$target
    log=$build/found/$target.log
    mkdir -p "$corpus" "$found"
    cp "$top/tests/fuzz/corpus/$target"/* "$corpus"
    before=$(ls "$corpus" | wc -l)
    begin=$(date +%s)
    status=0
    "$program" "--target=$target" "$limit" "$@" -entropic=0 -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$found/" "$corpus" >"$log" 2>&1 || status=$?
    seconds=$(($(date +%s) - begin))
    new=$(($(ls "$corpus" | wc -l) - before))
    if [ "$status" != 0 ]; then
        echo "$target: FAILED after $seconds s: see $log and $found"
        exit 1
    fi
    echo "$target: $(value_of stat::number_of_executed_units "$log") executions, $seconds s, $new new inputs"
}

if [ "${1:-}" = --one ]; then # see below
    limit=$2
    shift 2
    run_target "$@"
    exit 0
fi

seconds=${1:-10}
[ $# = 0 ] || shift
case $seconds in '' | *[!0-9]*) fail "usage: sh tests/fuzz/run.sh [SECONDS [TARGET...]]" ;; esac
limit=-max_total_time=$seconds
if [ -n "${LANGEXPORT_FUZZ_RUNS:-}" ]; then limit=-runs=$LANGEXPORT_FUZZ_RUNS; fi

if [ -z "${CMAKE_CXX_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
cd "$top"
if [ "${LANGEXPORT_FUZZ_BUILD:-1}" != 0 ]; then
    sh .ci/install-packages ci
    cmake --preset "$preset" --log-level=WARNING >/dev/null
    cmake --build --preset "$preset" --target langexport_fuzz --target langexport_tests_fuzz >"$build/build.log" ||
        { cat "$build/build.log" >&2; fail "the build failed"; }
fi
if [ "${LANGEXPORT_FUZZ_BUILD:-1}" = only ]; then exit 0; fi

mkdir -p "$build/found"
"$program" --list >"$build/targets"
for name; do
    grep -q "^$name " "$build/targets" || fail "there is no target '$name'; these are: $(cut -d ' ' -f 1 "$build/targets" | tr '\n' ' ')"
done
while read -r name options; do
    case " $* " in '  ' | *" $name "*) echo "$limit $name $options" ;; esac
done <"$build/targets" |
    xargs -P "${LANGEXPORT_JOBS:-2}" -L 1 env LANGEXPORT_PRESET="$preset" sh "$top/tests/fuzz/run.sh" --one ||
    { echo "fuzz: a promise was broken" >&2; exit 1; }
