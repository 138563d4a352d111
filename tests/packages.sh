#!/bin/sh
# Builds the Debian packages and installs them on a fresh minimal Debian of a release, where it runs the programs and the
# command of the systemd timer. Needs root; installs debootstrap.
#
#   sh tests/packages.sh 12 EMULATOR      EMULATOR: the program, on this system
#
# The system with the compiler is build/debian-RELEASE-packages, the fresh one build/debian-RELEASE-fresh. Both stay
# for the next run; the packages are removed from the fresh one first. Environment variables:
#
# LANGEXPORT_FOLDER   where the systems are (default: build)
# LANGEXPORT_PACKAGES a folder with the packages, which are built otherwise
# LANGEXPORT_JOBS     how many compilers run at a time (default: 2)
# LANGEXPORT_MIRROR   the package mirror (default: http://deb.debian.org/debian)
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)

stop() {
    echo "packages: $*" >&2
    exit 2
}

case ${1:-} in
12) name=bookworm ;;
13) name=trixie ;;
*) stop "usage: sh tests/packages.sh 12|13 EMULATOR" ;;
esac
[ "$(id -u)" = 0 ] || stop "needs root: new systems are made with debootstrap and entered with chroot"
release=$1
emulator=${2:-}
[ -x "$emulator" ] || stop "the second argument is the program of the emulator"
command -v debootstrap >/dev/null || sh "$top/.ci/install-packages" debian || :
command -v debootstrap >/dev/null || stop "debootstrap is missing: install the package of that name"
folder_of_systems=${LANGEXPORT_FOLDER:-$top/build}
builder=$folder_of_systems/debian-$release-packages
fresh=$folder_of_systems/debian-$release-fresh

# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/support/emulator.sh"

unmount() {
    for root in "$builder" "$fresh"; do
        for mounted in dev proc; do
            if mountpoint -q "$root/$mounted"; then umount "$root/$mounted"; fi
        done
    done
}
trap 'unmount; clean_up' EXIT
trap 'exit 1' INT TERM HUP

# enter ROOT COMMAND...: runs the command there, with a few variables.
enter() {
    root=$1
    shift
    chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

packages=${LANGEXPORT_PACKAGES:-}
systems=$fresh
[ -n "$packages" ] || systems="$builder $fresh"
for root in $systems; do
    if [ ! -e "$root/etc/debian_version" ]; then
        mkdir -p "$root"
        debootstrap --variant=minbase "$name" "$root" "${LANGEXPORT_MIRROR:-http://deb.debian.org/debian}"
    fi
    mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
    mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    # Packages start no services here.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
done

# Builds the packages of the last commit.
build_packages() {
    boost=
    if [ "$release" = 12 ]; then boost=1.81; fi
    enter "$builder" sh -c "apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates cmake \
        dpkg-dev file g++ ninja-build libboost$boost-dev libboost-json$boost-dev libssl-dev mawk" >"$folder/log" 2>&1 ||
        fail "no compiler"
    rm -rf "$builder/root/langexport"
    mkdir -p "$builder/root/langexport"
    git -C "$top" archive HEAD | tar x -C "$builder/root/langexport"
    enter "$builder" sh -c 'cd /root/langexport &&
        cmake -G Ninja -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DLANGEXPORT_INSTALL_TOOLS=ON &&
        cmake --build build -j "$1" && cd build && cpack -G DEB' sh "${LANGEXPORT_JOBS:-2}" >"$folder/log" 2>&1 ||
        fail "the build failed"
    packages=$builder/root/langexport/build
}

echo "== the packages"
[ -n "$packages" ] || build_packages
ls -l "$packages"/*.deb

echo "== a fresh system"
rm -f "$fresh"/root/*.deb
cp "$packages"/*.deb "$fresh/root"
enter "$fresh" sh -c 'apt-get update -q && apt-get purge -y -q langexport-tools liblangexport-dev' >"$folder/log" 2>&1 || :
enter "$fresh" sh -c 'apt-get install -y -q --no-install-recommends /root/*.deb' >"$folder/log" 2>&1 ||
    fail "no installation"
programs=$(enter "$fresh" dpkg -L langexport-tools | sed -n 's#^/usr/bin/##p')
test -n "$programs" || fail "the package has no programs"
for program in $programs; do
    enter "$fresh" "$program" --help >"$folder/help" || fail "$program does not run"
    test -s "$fresh/usr/share/man/man1/$program.1" || fail "$program has no manual page"
done
test -e "$fresh/usr/include/langexport.hpp" || fail "the library is missing"

echo "== the units"
enter "$fresh" sh -c 'apt-get install -y -q --no-install-recommends systemd' >"$folder/log" 2>&1 || fail "no systemd"
enter "$fresh" systemd-analyze verify --man=no langexport-backup.service langexport-backup.timer >"$folder/verified" 2>&1 ||
    fail "systemd rejects the units"
test ! -s "$folder/verified" || fail "systemd warns about the units"
units=$fresh/usr/lib/systemd/system
schedule=$(sed -n 's/^OnCalendar=//p' "$units/langexport-backup.timer")
enter "$fresh" systemd-analyze calendar "$schedule" >"$folder/log" || fail "systemd does not know the time"

echo "== the command of the timer, as another user"
start_emulator --key key-of-the-test --job-duration 0s --run-for 2m --project Contracts --project Invoices
command=$(sed -n 's/^ExecStart=//p' "$units/langexport-backup.service")
rm -rf "$fresh/root/state" "$fresh/tmp/state"
mkdir "$fresh/tmp/state" "$fresh/tmp/state/credentials"
echo key-of-the-test >"$fresh/tmp/state/credentials/key"
chmod 400 "$fresh/tmp/state/credentials/key"
chown -R 61184:61184 "$fresh/tmp/state"
chroot --userspec=61184:61184 "$fresh" env -i "AZURE_LANGUAGE_ENDPOINT=$AZURE_LANGUAGE_ENDPOINT" \
    STATE_DIRECTORY=/tmp/state CREDENTIALS_DIRECTORY=/tmp/state/credentials "$command" >"$folder/out" 2>&1 </dev/null ||
    fail "the command of the service fails"
stop_emulator
for project in Contracts Invoices; do
    test -s "$fresh/tmp/state/projects/$project.json" || fail "no $project.json"
done
rm -rf "$fresh/tmp/state"
echo "good"
