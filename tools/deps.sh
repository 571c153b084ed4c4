#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs the Debian packages that detour is built and tested with.
# deps.sh build|run|test|fuzz|bench|package: installs what is missing; silent if nothing
# is.
set -eu

build='gcc make pkg-config libc6-dev libsqlite3-dev libidn2-dev
libunistring-dev zlib1g-dev libjansson-dev libcurl4-openssl-dev libbpf-dev
libmicrohttpd-dev libmnl-dev libseccomp-dev clang bpftool python3'
package="$build libcmocka-dev debhelper dpkg-dev fakeroot lintian systemd"
test="$package clang-format cppcheck shellcheck groff-base zsh fish debootstrap
gzip util-linux mount time netbase iproute2 ethtool nftables nginx-light haproxy
apache2 caddy hitch stunnel4 libnginx-mod-stream curl wrk openssl prometheus
chromium chromium-driver"
rivals='h2o lighttpd'

case "${1:-build}" in
build) want=$build ;;
run) want="$build curl" ;;
test) want=$test ;;
fuzz) want="$test libclang-rt-14-dev" ;;
package) want=$package ;;
bench) want="$test nghttp2-client $rivals" ;;
*)
	echo "usage: deps.sh build|run|test|fuzz|bench|package" >&2
	exit 2
	;;
esac

missing=
for package in $want; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) ||
		status=
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "deps.sh: missing packages, install them as root:$missing" >&2
	exit 1
fi
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive

# Tests and benchmarks start web servers themselves; the packages shall not.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	trap 'exit 1' INT TERM
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi
apt-get update -qq
# A benchmark goes without a web server that this release does not have.
for package in $rivals; do
	case " $missing " in
	*" $package "*) apt-cache show "$package" >/dev/null 2>&1 ||
		missing=$(echo "$missing " | sed "s/ $package / /") ;;
	esac
done
# shellcheck disable=SC2086 # a list of words
apt-get install -y -qq --no-install-recommends $missing >/dev/null
