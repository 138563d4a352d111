#!/bin/sh
# Compares the library's assumptions about the service with your resource. It prints how many requests it
# sends, starts a few export jobs, and changes nothing else. Nothing is sent without the first setting:
#
#   LANGEXPORT_LIVE=yes AZURE_LANGUAGE_ENDPOINT=… AZURE_LANGUAGE_KEY=… sh tests/live.sh [RECORDING]
#
# The recording (default: recording.json) has no key, no names and no texts: only the structure of the messages.
set -eu

# Before anything is installed or built.
if [ "${LANGEXPORT_LIVE:-}" != yes ]; then
    echo "Nothing was sent. To ask a real resource, set LANGEXPORT_LIVE=yes, AZURE_LANGUAGE_ENDPOINT and" >&2
    echo "AZURE_LANGUAGE_KEY. At most 9 POST and 59 GET requests are sent; at most 9 export jobs are started." >&2
    exit 2
fi
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
