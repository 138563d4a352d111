#!/bin/sh
# Compares what the library assumes of the service with what your resource does. It says how many requests it
# sends, starts a few export jobs, and changes nothing else. Nothing is sent without the first setting:
#
#   LANGEXPORT_LIVE=yes AZURE_LANGUAGE_ENDPOINT=… AZURE_LANGUAGE_KEY=… sh tests/live.sh [RECORDING]
#
# The recording (default: recording.json) has no key, no names and no texts: only the shape of what was said.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
file=${1:-recording.json}
case $file in
/*) ;;
*) file=$PWD/$file ;;
esac
sh "$top/.ci/install-packages" tests
cd "$top"
cmake --preset dev --log-level=WARNING >/dev/null
cmake --build --preset dev --target langexport_live
exec build/dev/tests/live/langexport_live "$file"
