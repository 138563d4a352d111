#!/bin/sh
# The quick start: installs the packages that are missing, builds examples/quickstart.cpp and runs
# it with the arguments given. Without settings it exports a small project from an emulator. All that
# it writes is in build/quickstart.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build/quickstart

say() { echo "quick start: $*"; }

sh "$top/.ci/install-packages" quickstart
say "configuring in $build"
cmake -S "$top" -B "$build" -G Ninja --log-level=WARNING \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O1 \
    -DLANGEXPORT_BUILD_EXAMPLES=ON
say "building, which takes about half a minute the first time"
cmake --build "$build" --target quickstart
say "running $build/examples/quickstart $*"
exec "$build/examples/quickstart" --output-dir "$build" "$@"
