#!/bin/sh
# Installs the packages that are missing, builds the benchmarks and runs them all: about 30 minutes on two
# processors that have nothing else to do. The report goes to benchmarks/results.
#
#   sh benchmarks/run.sh                      everything
#   sh benchmarks/run.sh --quick              a first look in 5 minutes
#   sh benchmarks/run.sh --to FOLDER quota    one part (see harness/main.mjs), reported elsewhere
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
sh "$top/.ci/install-packages" bench

cd "$top"
echo "benchmarks: building in $top/build/release"
cmake --preset release --log-level=WARNING >/dev/null
cmake --build --preset release --target benchmarks/all --parallel "$(getconf _NPROCESSORS_ONLN)"
(cd benchmarks/peers/node && npm ci --no-audit --no-fund --loglevel=error)
exec node benchmarks/harness/main.mjs "$@"
