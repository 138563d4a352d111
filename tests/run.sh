#!/bin/sh
# Installs the packages that are missing, builds the tests and runs them. Arguments go to ctest:
#
#   sh tests/run.sh              all tests except the long ones
#   sh tests/run.sh -L long      those: they compile each header alone, every way of using the package, and the
#                                benchmarks, and run the tier `fleet` and the rest of the contract
#   sh tests/run.sh -L .         everything
#   sh tests/run.sh -L unit      one tier
#
# LANGEXPORT_PRESET  the preset of CMakePresets.json to build and run in (default: dev)
# LANGEXPORT_TARGET  build this target only, for example tests-threads (default: everything)
# LANGEXPORT_JOBS    how many compilers run at once, and twice as many tests (default: a processor each,
#                    and 1.6 GB of memory each, or 3 GB in a sanitizer build)
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
preset=${LANGEXPORT_PRESET:-dev}
target=${LANGEXPORT_TARGET:-all}
if [ $# = 0 ]; then set -- -LE '^long$'; fi

say() { echo "tests ($preset): $*"; }

jobs_that_fit() {
    jobs=$(getconf _NPROCESSORS_ONLN)
    memory=1600000
    case $preset in asan* | tsan*) memory=3000000 ;; esac
    free=$(awk -v memory=$memory '/^MemAvailable/ { print int($2 / memory) }' /proc/meminfo 2>/dev/null || :)
    if [ "${free:-$jobs}" -lt "$jobs" ]; then jobs=$free; fi
    if [ "$jobs" -lt 1 ]; then jobs=1; fi
    echo "$jobs"
}

# The output of a tier is long, and its failures are anywhere in it.
# $1  the folder of ctest's logs
show_failures() {
    cat "$1/LastTestsFailed.log" 2>/dev/null || :
    grep -E -A 14 'FAILED|[Ee]rror:|Sanitizer|\*\*\*' "$1/LastTest.log" |
        grep -vE '^[0-9.]+ s: |^--$' | head -n 150 || :
}

case $preset in
libcxx) sh "$top/.ci/install-packages" libcxx ;;
# In a release build the tests count instructions, with valgrind.
*clang | release) sh "$top/.ci/install-packages" ci ;;
*) sh "$top/.ci/install-packages" tests ;;
esac
# Boost has Boost.Redis since 1.84. The tests of fleets need it; without them, the others run.
case $preset in
libcxx) ;;
*)
    if command -v redis-server >/dev/null || command -v valkey-server >/dev/null; then
        sh "$top/tests/fleet/boost.sh" "$top/build/boost-redis" ||
            say "no tests of fleets: the headers of a newer Boost cannot be unpacked"
    fi
    ;;
esac
jobs=${LANGEXPORT_JOBS:-$(jobs_that_fit)}

# ccache needs this to cache files that use a precompiled header.
export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"

cd "$top"
say "configuring in $top/build/$preset"
cmake --preset "$preset" --log-level=WARNING >/dev/null
say "building with $jobs jobs"
cmake --build --preset "$preset" --target "$target" --parallel "$jobs"
say "tiers: $(ctest --preset "$preset" --print-labels "$@" | sed -n 's/^  //p' | tr '\n' ' ')"
# The tests mostly wait.
status=0
ctest --preset "$preset" --parallel $((2 * jobs)) "$@" || status=$?
if [ "$status" != 0 ]; then
    say "what failed, once more"
    show_failures "build/$preset/Testing/Temporary"
fi
exit "$status"
