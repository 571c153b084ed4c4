#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD [PATTERN ...]: every test of a build, some at a time: the scenarios
# against the binary, but for those whose name a pattern of the shell's fits, unit
# tests, and replayed fuzz corpora. Exits non-zero if one fails.
set -u
build=$1
shift
without=$*

# Other users run it, too, who may not look into this folder.
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/bin" "$place/tools/bench" "$place/results"
chmod -R 755 "$place"
cp "$build/detour" "$place/"
cp "$build"/bin/* "$place/bin/"
cp "$build/tools/bench/bench_edge.bpf.o" "$place/tools/bench/"
DETOUR=$place/detour
export DETOUR
export PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=tests/lib
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1

left_out() {
	found=1
	set -f
	for pattern in $without; do
		# shellcheck disable=SC2254 # it is a pattern
		case $1 in $pattern) found=0 ;; esac
	done
	set +f
	return $found
}

# A line for each test: its name, and what runs it.
list() {
	for test in tests/net/*_test.py; do
		name=${test##*/}
		left_out "${name%_test.py}" && continue
		echo "$name python3 -B $test -v"
	done
	for test in "$build"/tests/unit/test_* "$build"/tests/xdp/test_*; do
		case $test in *.o | *.d) continue ;; esac
		echo "${test##*/} $test"
	done
	for fuzzer in "$build"/tests/fuzz/fuzz_*; do
		case $fuzzer in *.o | *.d) continue ;; esac
		name=${fuzzer##*/}
		echo "$name" "$fuzzer" tests/fuzz/corpus/"${name#fuzz_}"/*
	done
}
# They wait more than they work: one more at a time than there are cores.
list | xargs -P $(($(nproc) + 1)) -L 1 tests/run-one.sh "$place/results"

count() { cat "$place"/results/* | grep -c "^$1"; }
passed=$(count passed)
failed=$(count failed)
skipped=$(count skipped)
printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ $((passed + failed)) = "$(list | wc -l)" ] || exit 1
# What this machine can run may not be passed over.
[ "$skipped" = 0 ] || [ -z "${CI:-}" ] || exit 1
