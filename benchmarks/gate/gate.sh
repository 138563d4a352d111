#!/bin/sh
# Counts the instructions of fixed pieces of work, and compares them with those in baseline.txt.
#
#   gate.sh PROGRAMS FOLDER [--update]     PROGRAMS: where the benchmarks were built, optimized
#
# Counts depend on the compiler and the libraries: the file has a block for each such machine, and on others
# there is nothing to compare with (exit status 77). `--update` replaces the block of this machine. A
# count that is above the tolerance is a failure; so is one below it, because the file is then out of date.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
programs=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
mode=${3:-compare}
baseline=$here/baseline.txt
tolerance=4 # percent

# instructions FILE PROGRAM ARGUMENT...: in the process's own code, without the kernel's.
instructions() {
    file=$folder/callgrind.$1
    shift
    program=$1
    shift
    valgrind --tool=callgrind --callgrind-out-file="$file" "$programs/$program" "$@" \
        >"$folder/out" 2>&1 || {
        cat "$folder/out" >&2
        return 1
    }
    sed -n 's/^summary: //p; s/^totals: //p' "$file" | head -n 1
}

# each FEW MANY PROGRAM ARGUMENT... --TIMES: the cost of one more time. Start and end are in both runs.
each() {
    few=$1
    many=$2
    shift 2
    less=$(instructions few "$@" "$few")
    more=$(instructions many "$@" "$many")
    echo $(((more - less) / (many - few)))
}

count_all() {
    "$programs/bench_workloads" --list 1 | while read -r name; do
        case $name in
        parse*) few=1 many=3 ;;
        *) few=100 many=1100 ;;
        esac
        echo "$(each $few $many bench_workloads --name "$name" --times) $name"
    done
    echo "$(each 1 2 bench_virtual_time --times) 1,000 exports in virtual time"
    # The server is nginx: its responses never change.
    sh "$here/../support/nginx.sh" "$folder/nginx"
    # shellcheck source=/dev/null
    . "$folder/nginx/ports"
    echo "$(each 400 2400 bench_exports --endpoint "http://127.0.0.1:$PORT/done" --exports) a whole export"
}

stop_nginx() { if [ -f "$folder/nginx/nginx.pid" ]; then kill "$(cat "$folder/nginx/nginx.pid")" || :; fi; }
trap stop_nginx EXIT

command -v valgrind >/dev/null || {
    echo "skipped: valgrind is not installed"
    exit 77
}
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || {
    echo "skipped: nginx is not installed"
    exit 77
}

machine=$("$programs/bench_workloads" --machine 1)
expected=$folder/expected
sed -n "/^\[$machine\]$/,/^\[/ { /^[0-9]/p }" "$baseline" >"$expected"
if [ "$mode" = compare ] && [ ! -s "$expected" ]; then
    echo "skipped: baseline.txt has no counts for $machine; gate.sh … --update would add them"
    exit 77
fi

count_all >"$folder/counts"

if [ "$mode" = --update ]; then
    sed "/^\[$machine\]$/,/^$/d" "$baseline" >"$folder/rest"
    { cat "$folder/rest" && printf '[%s]\n' "$machine" && cat "$folder/counts" && echo; } >"$baseline"
    cat "$folder/counts"
    exit 0
fi

awk -v tolerance=$tolerance '
    { count = $1; $1 = ""; name = substr($0, 2) }
    NR == FNR { expected[name] = count; next }
    {
        was = expected[name]
        if (!was) { printf "%-28s %10d  is not in the baseline\n", name, count; bad = 1; next }
        change = 100 * (count - was) / was
        verdict = ""
        if (change > tolerance) { verdict = "  MORE than before"; bad = 1 }
        if (change < -tolerance) { verdict = "  less than before: update the baseline"; bad = 1 }
        printf "%-28s %10d  was %10d  %+6.1f %%%s\n", name, count, was, change, verdict
    }
    END {
        if (bad) print "\nWhere they go: callgrind_annotate on callgrind.many in the folder of the run."
        exit bad
    }' "$expected" "$folder/counts"
