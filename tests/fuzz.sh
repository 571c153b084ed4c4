#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh BUILD SECONDS LIBRARY ...: each fuzz target under libFuzzer, ASan and
# UBSan. New inputs and findings stay in BUILD.
set -eu
build=$1
seconds=$2
shift 2
folders=$(printf -- '-iquote %s ' user/*/ user/*/*/)
checks='-fsanitize=address,undefined -fno-sanitize-recover=all'
make --no-print-directory -j"$(nproc)" BUILD="$build" CC=clang SANITIZE= \
	CFLAGS="-g -O1 -fsanitize=fuzzer-no-link $checks" \
	"$build/libdetour.a"
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	corpus=tests/fuzz/corpus/${name#fuzz_}
	# shellcheck disable=SC2086 # lists of words
	clang -g -O1 -std=gnu11 -D_GNU_SOURCE -DDETOUR_VERSION='"fuzz"' \
		$folders -iquote bpf \
		-fno-strict-aliasing -fsanitize=fuzzer $checks \
		-o "$build/$name" "$source" "$build/libdetour.a" "$@"
	mkdir -p "$build/${name#fuzz_}"
	"$build/$name" -max_total_time="$seconds" -print_final_stats=1 \
		-artifact_prefix="$build/$name-" "$build/${name#fuzz_}" \
		"$corpus"
done
