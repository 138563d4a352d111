#!/bin/sh
# The page of export_service in the system's Chromium, which playwright-core drives.
#
#   sh run.sh FOLDER path/to/emulator path/to/export_service
#
# npm installs the package into FOLDER/node once; it stays there until package-lock.json changes. FOLDER/screenshots
# has pictures of the page. The test is skipped (77) where npm cannot reach its registry, and, except in CI (CI=true),
# where Chromium is not installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
EMULATOR=$2
EXPORT_SERVICE=$3
NODE_FOLDER=$1/node
SCREENSHOTS=$1/screenshots
CHROMIUM=
export EMULATOR EXPORT_SERVICE NODE_FOLDER SCREENSHOTS CHROMIUM npm_config_update_notifier=false

for program in curl node npm; do
    command -v "$program" >/dev/null || {
        echo "$program is missing; sh .ci/install-packages tests installs it" >&2
        exit 1
    }
done
for program in chromium chromium-browser google-chrome; do
    [ -n "$CHROMIUM" ] || CHROMIUM=$(command -v "$program" || :)
done
if [ -z "$CHROMIUM" ]; then
    missing="Chromium is missing; sh .ci/install-packages tests installs it where the system has the package"
    if [ "${CI:-}" = true ]; then
        echo "$missing" >&2
        exit 1
    fi
    echo "skipped: $missing"
    exit 77
fi

mkdir -p "$NODE_FOLDER"
cp "$here/package.json" "$here/package-lock.json" "$NODE_FOLDER"
cd "$NODE_FOLDER"
if ! cmp -s package-lock.json installed-lock.json; then
    rm -f installed-lock.json
    if ! npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1; then
        cat npm.log
        if npm view tslib version --fetch-retries=0 >/dev/null 2>&1; then
            echo "npm reaches its registry, but cannot install the packages" >&2
            exit 1
        fi
        echo "skipped: npm cannot reach its registry, $(npm config get registry)"
        exit 77
    fi
    cp package-lock.json installed-lock.json
fi

# The service is on this machine, without a proxy.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || :
rm -rf "$SCREENSHOTS"
echo "node $(node --version), $("$CHROMIUM" --version 2>/dev/null)"
node --test "$here/export_service_page.test.mjs"
