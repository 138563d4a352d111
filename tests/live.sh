#!/bin/sh
# Compares the library's assumptions about the service with your resource. It prints how many requests it
# sends, starts a few export jobs, and changes nothing else. Nothing is sent without the first setting:
#
#   LANGEXPORT_LIVE=yes AZURE_LANGUAGE_ENDPOINT=… AZURE_LANGUAGE_KEY=… sh tests/live.sh [RECORDING]
#
# The recording (default: recording.json) has no key, no names and no texts: only the structure of the messages.
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
