#!/bin/sh
# The official clients for Python, as the system packages them (python3-azure), against the emulator.
#
#   sh run.sh path/to/emulator path/to/export_projects path/to/restore_projects
#
# Where they are missing, the test is skipped (77), or fails in CI (CI=true).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
LANGEXPORT_EMULATOR=$1
LANGEXPORT_EXPORT_PROJECTS=$2
LANGEXPORT_RESTORE_PROJECTS=$3
export LANGEXPORT_EMULATOR LANGEXPORT_EXPORT_PROJECTS LANGEXPORT_RESTORE_PROJECTS

# The system's own Python: another one does not have the system's packages.
python=/usr/bin/python3
modules="azure.ai.language.conversations.authoring, azure.ai.language.questionanswering.authoring"
if ! "$python" -I -c "import $modules"; then
    missing="python3-azure is missing; sh .ci/install-packages tests installs it where the system has the package"
    if [ "${CI:-}" = true ]; then
        echo "$missing" >&2
        exit 1
    fi
    echo "skipped: $missing"
    exit 77
fi

# The packages are those of one Debian package, but have versions of their own.
"$python" -I - <<'END'
import sys
from importlib.metadata import PackageNotFoundError, version

names = (
    "azure-ai-language-conversations",
    "azure-ai-language-questionanswering",
    "azure-core",
    "requests",
    "urllib3",
)
print("python", sys.version.split()[0])
for name in names:
    try:
        print(name, version(name))
    except PackageNotFoundError:
        print(name, "of an unknown version")
END

# The service is on this machine, without a proxy.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || :
# The clients leave connections open as they are discarded, of which Python would warn.
exec "$python" -I -B -W ignore::ResourceWarning -m unittest discover -v -s "$here" -p '*_test.py'
