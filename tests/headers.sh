#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# headers.sh [BUILD]: every header of the tree compiles alone, and twice, with
# what its folder may include from: by cc, and those of bpf/ by clang for BPF.
# Silent when they do. Skeletons are taken from BUILD, if a header wants one.
set -u
build=${1:-build}
storeys=$(sed -n 's/^STOREYS := //p' Makefile)
failed=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT

# alone HEADER COMPILER FLAG ...
alone() {
	header=$1
	shift
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		"$@" -Werror=implicit -fsyntax-only -x c - 2>"$report" ||
		{
			failed=1
			cat "$report" >&2
		}
}

# user HEADER FLAG ...
user() {
	header=$1
	shift
	alone "$header" cc -std=gnu11 -D_GNU_SOURCE "$@" -iquote bpf \
		-iquote "$build/bpf"
}

bpf() {
	alone "$1" clang -O2 -target bpf -mcpu=v3 -iquote bpf \
		"-I/usr/include/$(uname -m)-linux-gnu"
}

for header in $(git ls-files 'bpf/*.h' 'tests/*.h' 'tools/*.h'); do
	below=
	for storey in $storeys; do
		below="$below -iquote user/$storey"
	done
	for folder in user/*/*/; do
		below="$below -iquote $folder"
	done
	case $header in
	*.bpf.h) bpf "$header" ;;
	bpf/*)
		bpf "$header"
		user "$header"
		;;
	*)
		# shellcheck disable=SC2086 # lists of words
		user "$header" $below -iquote "${header%/*}" \
			-iquote tests/lib -iquote tools
		;;
	esac
done

below=
for storey in $storeys; do
	below="$below -iquote user/$storey"
	[ "$storey" != format ] || below="$below -iquote user/format/regex"
	for header in $(git ls-files "user/$storey/*.h"); do
		# shellcheck disable=SC2086 # lists of words
		user "$header" $below
	done
done
exit $failed
