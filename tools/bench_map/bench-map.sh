#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bench-map.sh BUILD [COUNT ...]: the redirect map's figures, one row per size,
# then a bulk import. Each size runs in a process of its own.
set -eu
build=$1
shift
[ $# -gt 0 ] || set -- 1000 100000 1000000 10000000
dir=$build/bench
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT INT TERM

"$build"/bin/bench_map --header
for count; do
	"$build"/bin/bench_map "$count" "$dir/map"
done

echo
echo "import of 1,000,000 rules from CSV, shuffled, to live:"
"$build"/bin/gen_rules 1000000 csv shuffled >"$dir/rules.csv"
for _ in 1 2 3; do
	rm -rf "$dir/state"
	/usr/bin/time -f '  %e s (%U user, %S system), peak memory %M KB' \
		"$build"/detour --state "$dir/state" import "$dir/rules.csv" \
		>/dev/null
done
