#!/bin/sh
# Unpacks the headers of Debian 13's Boost, which has Boost.Redis, into a folder: sh tests/fleet/boost.sh FOLDER
#
# The system stays as it is: the package is downloaded and unpacked, not installed. Where the folder has it, or on a
# system without apt-get, nothing happens.
#
# LANGEXPORT_MIRROR   the package mirror (default: http://deb.debian.org/debian)
set -eu

[ $# = 1 ] || {
    echo "usage: sh tests/fleet/boost.sh FOLDER" >&2
    exit 2
}
folder=$1
package=libboost1.88-dev
if [ -e "$folder/usr/include/boost/redis.hpp" ] || [ -e /usr/include/boost/redis.hpp ]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
    echo "boost: no apt-get, so that the tests of fleets need Boost 1.84 or newer from the system"
    exit 0
fi

# The lists of packages of another release, in a folder of their own.
mkdir -p "$folder"
folder=$(cd "$folder" && pwd) # apt takes other paths as relative to /etc/apt
work=$folder/apt
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/unpacked"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] ${LANGEXPORT_MIRROR:-http://deb.debian.org/debian} trixie main" >"$work/sources.list"
: >"$work/status"
apt() {
    apt-get -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- \
        -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status" \
        -o Dir::Cache::Archives="$work/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o APT::Sandbox::User=root "$@"
}
apt update
(cd "$work/unpacked" && apt download "$package")
dpkg -x "$work"/unpacked/"$package"_*.deb "$work/unpacked/root"
mkdir -p "$folder/usr/include"
mv "$work/unpacked/root/usr/include/boost" "$folder/usr/include/boost"
rm -rf "$work"
