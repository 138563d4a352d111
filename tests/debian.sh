#!/bin/sh
# Runs the tests in a fresh Debian of another release, below build/debian-RELEASE. Needs root; installs
# debootstrap. One run at a time uses such a folder.
#
#   sh tests/debian.sh 13                 on a minimal Debian 13: GCC 14, the newest Boost, Catch2 3
#   sh tests/debian.sh 13 -L unit         arguments go to tests/run.sh, or to LANGEXPORT_SCRIPT
#
# The sources are a clone of the last commit. The system and the build stay for the next run; delete the folder to
# start from scratch. Environment variables:
#
# LANGEXPORT_BOOST    a version of Boost that the release has, for example 1.83 (default: the newest it has)
# LANGEXPORT_SCRIPT   the script to run there (default: tests/run.sh)
# LANGEXPORT_PRESET, LANGEXPORT_TARGET, LANGEXPORT_JOBS, LANGEXPORT_OTHER_FILES   see the script
# LANGEXPORT_MIRROR   the package mirror (default: http://deb.debian.org/debian)
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)

fail() {
    echo "debian: $*" >&2
    exit 2
}

case ${1:-} in
12) name=bookworm ;;
13) name=trixie ;;
*) fail "usage: sh tests/debian.sh 12|13 [ARGUMENTS of tests/run.sh]" ;;
esac
[ "$(id -u)" = 0 ] || fail "needs root: a new system is made with debootstrap and entered with chroot"
command -v debootstrap >/dev/null || sh "$top/.ci/install-packages" debian || :
command -v debootstrap >/dev/null || fail "debootstrap is missing: install the package of that name"
root=$top/build/debian-$1
boost=${LANGEXPORT_BOOST:-}
[ -z "$boost" ] || root=$root-boost-$boost
shift

mkdir -p "$root"
exec 9>"$root.lock"
flock -n 9 || fail "another run uses $root"

if [ ! -e "$root/etc/debian_version" ]; then
    debootstrap --variant=minbase --include=ca-certificates,git "$name" "$root" \
        "${LANGEXPORT_MIRROR:-http://deb.debian.org/debian}"
fi

# A chroot has no file systems of the kernel.
unmount() {
    for folder in dev/shm dev/pts dev sys proc; do
        if mountpoint -q "$root/$folder"; then umount "$root/$folder"; fi
    done
}
trap unmount EXIT
trap 'exit 1' INT TERM HUP
unmount
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
mkdir -p "$root/dev/shm"
mount -t tmpfs tmpfs "$root/dev/shm"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"

# A network may have a certificate authority of its own.
if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
    cp -L /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >/dev/null
fi

commit=$(git -C "$top" rev-parse HEAD)
if [ ! -e "$root/root/langexport/.git" ]; then git init -q "$root/root/langexport"; fi
git -C "$root/root/langexport" fetch -q "$top" "$commit"
git -C "$root/root/langexport" checkout -q -f "$commit"

run() {
    chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 CI=true \
        NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
        ${LANGEXPORT_PRESET:+"LANGEXPORT_PRESET=$LANGEXPORT_PRESET"} \
        ${LANGEXPORT_TARGET:+"LANGEXPORT_TARGET=$LANGEXPORT_TARGET"} \
        ${LANGEXPORT_JOBS:+"LANGEXPORT_JOBS=$LANGEXPORT_JOBS"} \
        ${LANGEXPORT_OTHER_FILES:+"LANGEXPORT_OTHER_FILES=$LANGEXPORT_OTHER_FILES"} "$@"
}
if [ -n "$boost" ]; then
    run sh -c "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        libboost$boost-dev libboost-json$boost-dev" </dev/null
fi
if [ $# = 0 ]; then set -- -L .; fi
status=0
run sh -c 'cd /root/langexport && exec sh "$0" "$@"' "${LANGEXPORT_SCRIPT:-tests/run.sh}" "$@" </dev/null || status=$?
exit "$status"
