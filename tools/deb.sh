#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# deb.sh TARBALL NAME PLACE: Debian's package of what a tarball has, in a tree of
# its own below PLACE. DEB_BUILD_OPTIONS is for dpkg-buildpackage.
set -eu
tarball=$1 name=$2 place=$3
rm -rf "$place"
mkdir -p "$place"
tar -xzf "$tarball" -C "$place"
cp -r "$place/$name/tools/debian" "$place/$name/debian"
cd "$place/$name"
: "${DEB_BUILD_OPTIONS=parallel=$(nproc)}"
export DEB_BUILD_OPTIONS
# Nothing of the make that called.
unset MAKEFLAGS MAKELEVEL MFLAGS BUILD
dpkg-buildpackage --no-sign --build=binary >../build.log 2>&1 || {
	tail -n 40 ../build.log >&2
	exit 1
}
ls ../*.deb
