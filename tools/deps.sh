#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs the Debian packages that detour is built and tested with.
# deps.sh build|run|test|fuzz: installs what is missing, silently if nothing is.
set -eu

build='gcc make pkg-config libc6-dev libsqlite3-dev libidn2-dev zlib1g-dev
libjansson-dev libbpf-dev clang bpftool'
test="$build libcmocka-dev clang-format cppcheck shellcheck python3
gzip util-linux mount time netbase iproute2 ethtool nftables nginx-light curl wrk"

case "${1:-build}" in
build) want=$build ;;
run) want="$build curl" ;;
test) want=$test ;;
fuzz) want="$test libclang-rt-14-dev" ;;
*)
	echo "usage: deps.sh build|run|test|fuzz" >&2
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

# The tests start nginx themselves; the package shall not.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	trap 'exit 1' INT TERM
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi
apt-get update -qq
# shellcheck disable=SC2086 # a list of words
apt-get install -y -qq --no-install-recommends $missing >/dev/null
