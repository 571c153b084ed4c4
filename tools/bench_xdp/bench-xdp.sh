#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bench-xdp.sh BUILD [RULES[,RULES ...] [ROW ...]]: what a packet costs in the
# fast path. QUICK=1 leaves out the largest set of rules.
set -eu
build=$1
shift
if [ "$(id -u)" != 0 ]; then
	echo "bench-xdp.sh: needs root, to load and run the programs" >&2
	exit 1
fi
sizes=1000,1000000,10000000
[ -z "${QUICK:-}" ] || sizes=1000,1000000
[ $# -gt 0 ] || set -- "$sizes"
dir=$build/bench-xdp
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT INT TERM

"$build"/bin/bench_xdp -d "$dir" "$@"
