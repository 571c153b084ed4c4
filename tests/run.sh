#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD [SCENARIO ...]: every test of a build: unit tests, replayed fuzz
# corpora, then the scenarios against the binary, but for those named. Exits
# non-zero if one fails.
set -u
build=$1
shift
without=" $* "
passed=0
failed=0
skipped=0
log=$build/test.log

# Other users run it, too, who may not look into this folder.
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/tests" "$place/tools"
chmod 755 "$place" "$place/tests" "$place/tools"
cp "$build/detour" "$place/"
cp "$build/tests/flood" "$place/tests/"
cp "$build/tools/gen_rules" "$build/tools/xdp_load" \
	"$build/tools/bench_edge.bpf.o" "$place/tools/"
DETOUR=$place/detour
export DETOUR
export PYTHONDONTWRITEBYTECODE=1
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1

# Run one test program; its own summary is shown, its output only if it fails.
run() {
	name=$1
	shift
	printf '== %s\n' "$name"
	start=$(date +%s)
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
		grep -E '^(Ran |OK|\[ +(PASSED|SKIPPED|FAILED) +\]|\[=+\].*run)' \
			"$log" | tail -n 4
		skips=$(grep -cE "SKIP|skipped '" "$log")
		skipped=$((skipped + skips))
		[ "$skips" = 0 ] || grep -E "SKIP|skipped '" "$log"
	else
		failed=$((failed + 1))
		cat "$log"
		printf '== FAILED: %s\n' "$name"
	fi
	took=$(($(date +%s) - start))
	[ "$took" -lt 10 ] || printf '   %s s\n' "$took"
}

for test in "$build"/tests/test_*; do
	case $test in *.o | *.d) continue ;; esac
	run "${test##*/}" "$test"
done
for fuzzer in "$build"/tests/fuzz_*; do
	case $fuzzer in *.o | *.d) continue ;; esac
	corpus=${fuzzer##*/fuzz_}
	run "${fuzzer##*/} (corpus)" "$fuzzer" tests/corpus/"$corpus"/*
done
for test in tests/*_test.py; do
	name=${test##*/}
	case $without in *" ${name%_test.py} "*) continue ;; esac
	run "$name" python3 -B "$test" -v
done

printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] || exit 1
# What this machine can run may not be passed over.
[ "$skipped" = 0 ] || [ -z "${CI:-}" ] || exit 1
