#!/bin/sh
# Exports 200,000 projects through one client, while one request in ten meets a fault. It takes about four
# minutes. Arguments go to the program: see tests/soak/soak.cpp.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
sh "$top/.ci/install-packages" tests
cd "$top"
cmake --preset release --log-level=WARNING >/dev/null
cmake --build --preset release --target langexport_soak
exec build/release/tests/soak/langexport_soak "$@"
