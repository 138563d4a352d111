#!/bin/sh
# The official stack for Node, @azure-rest/core-client with @azure/core-lro, against the emulator, and
# @azure/identity against the issuer of tokens.
#
#   sh run.sh FOLDER path/to/emulator path/to/export_projects path/to/langexport_tests_issuer
#
# npm installs the packages into the folder once; they stay there until package-lock.json changes. Where Node is
# missing or the registry cannot be reached, the test is skipped (77), or fails in CI (CI=true).
set -eu

# missing REASON
missing() {
    if [ "${CI:-}" = true ]; then
        echo "$1" >&2
        exit 1
    fi
    echo "skipped: $1"
    exit 77
}

here=$(cd "$(dirname "$0")" && pwd)
folder=$1
LANGEXPORT_EMULATOR=$2
LANGEXPORT_EXPORT_PROJECTS=$3
LANGEXPORT_ISSUER=$4
export LANGEXPORT_EMULATOR LANGEXPORT_EXPORT_PROJECTS LANGEXPORT_ISSUER npm_config_update_notifier=false

for program in node npm; do
    command -v "$program" >/dev/null || missing "$program is missing; sh .ci/install-packages tests installs it"
done

mkdir -p "$folder"
rm -f "$folder"/*.mjs
cp "$here"/*.mjs "$here/package.json" "$here/package-lock.json" "$folder"
cd "$folder"

if ! cmp -s package-lock.json installed-lock.json; then
    rm -f installed-lock.json
    if ! npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1; then
        cat npm.log
        if npm view tslib version --fetch-retries=0 >/dev/null 2>&1; then
            echo "npm reaches its registry, but cannot install the packages" >&2
            exit 1
        fi
        missing "npm cannot reach its registry, $(npm config get registry)"
    fi
    cp package-lock.json installed-lock.json
fi

# The service is on this machine, without a proxy.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || :
echo "node $(node --version)"
node --test ./*.test.mjs
