#!/bin/sh
# Tests compilers and versions of C++ that no preset has. For each of them, it compiles the library and the unit
# tests, and runs the unit tests. With Clang and C++23, it also checks every other file and each header alone, without
# generating code: GCC takes several times as long, and C++20 finds little else.
#
#   sh tests/toolchains.sh                            those of the list below that this system offers
#   sh tests/toolchains.sh g++:20 clang++-16:23       these: a compiler and a version of C++
#   sh tests/toolchains.sh --debian                   the list, in a fresh Debian 12 and a fresh Debian 13, there
#                                                     with each Boost that it has; needs root, see tests/debian.sh
#
# The last lines are the results, which build/toolchains/results.txt keeps.
#
# LANGEXPORT_OTHER_FILES  0: does not check the other files (default: 1)
# LANGEXPORT_JOBS         how many compilers run at once (default: a processor each)
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
jobs=${LANGEXPORT_JOBS:-$(getconf _NPROCESSORS_ONLN)}
folder=build/toolchains
results=$folder/results.txt
mkdir -p "$folder"

say() { printf '\n== toolchains: %s\n' "$*"; }

in_fresh_systems() {
    : >"$results"
    status=0
    # The release, and a version of Boost, or nothing for the newest that the release has.
    for system in 12: 13: 13:1.83; do
        release=${system%%:*}
        boost=${system#*:}
        say "Debian $release${boost:+, Boost $boost}"
        LANGEXPORT_BOOST=$boost LANGEXPORT_SCRIPT=tests/toolchains.sh sh tests/debian.sh "$release" || status=1
        root=build/debian-$release${boost:+-boost-$boost}
        sed "s/^/Debian $release, /" "$root/root/langexport/$results" >>"$results" || status=1
    done
    say "results"
    cat "$results"
    exit "$status"
}

if [ "${1:-}" = --debian ]; then in_fresh_systems; fi

sh .ci/install-packages toolchains
if [ $# = 0 ]; then
    # tests/run.sh tests the default compiler as C++20.
    for toolchain in g++:23 clang++-16:20 clang++-16:23 clang++-19:23; do
        if command -v "${toolchain%:*}" >/dev/null; then set -- "$@" "$toolchain"; fi
    done
fi

version_of() { # COMPILER
    case $1 in
    clang*) echo "Clang $("$1" -dumpversion)" ;;
    *) echo "GCC $("$1" -dumpfullversion)" ;;
    esac
}

boost_version() { # COMPILER
    printf '#include <boost/version.hpp>\nBOOST_LIB_VERSION\n' | "$1" -E -P -x c++ - | tr -d '"' | tr _ . | tail -n 1
}

checks_other_files() { # COMPILER STANDARD
    [ "${LANGEXPORT_OTHER_FILES:-1}" = 1 ] || return 1
    case $1:$2 in
    clang*:23) ;;
    *) return 1 ;;
    esac
}

# Runs each of the build's compile commands whose object does not exist with -fsyntax-only.
check_other_files() { # FOLDER
    ninja -C "$1" -t commands all headers_alone_inline headers_alone_separate | grep ' -c ' | sort -u |
        while read -r command; do
            object=$(echo "$command" | sed 's/.* -o \([^ ]*\) .*/\1/')
            # Precompiled headers are there already.
            case $object in *.gch | *.pch) continue ;; esac
            if [ ! -e "$1/$object" ]; then echo "$command -fsyntax-only"; fi
        done >"$1/other_files.txt"
    (cd "$1" && tr '\n' '\0' <other_files.txt | xargs -0 -n 1 -P "$jobs" sh -c)
}

test_toolchain() { # COMPILER STANDARD
    build=$folder/$1-c++$2
    rm -f "$build/other_files.txt"
    cmake --preset dev -B "$build" --log-level=WARNING -DCMAKE_CXX_COMPILER="$1" -DCMAKE_CXX_STANDARD="$2" \
        -DCMAKE_CXX_STANDARD_REQUIRED=ON -DCMAKE_CXX_FLAGS_DEBUG=-O0 >/dev/null &&
        cmake --build "$build" --parallel "$jobs" \
            --target langexport_compiled langexport_compiled_testing langexport_tests_unit &&
        ctest --test-dir "$build" --output-on-failure --no-tests=error -R '^tests\.unit' &&
        if checks_other_files "$1" "$2"; then check_other_files "$build"; fi
}

: >"$results"
status=0
for toolchain; do
    compiler=${toolchain%:*}
    standard=${toolchain##*:}
    name="$(version_of "$compiler"), C++$standard, Boost $(boost_version "$compiler")"
    say "$name"
    if test_toolchain "$compiler" "$standard"; then
        other=$folder/$compiler-c++$standard/other_files.txt
        if [ -e "$other" ]; then name="$name, $(wc -l <"$other") other files"; fi
        echo "$name: passed" >>"$results"
    else
        echo "$name: failed" >>"$results"
        status=1
    fi
done
say "results"
cat "$results"
exit "$status"
