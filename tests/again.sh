#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# again.sh BUILD TIMES: the tests whose names begin with a letter and a number
# (p6_, s1_, c16_), so many times in a row, while each core is kept busy by
# something else. Exits non-zero if one fails.
set -u
build=$1
times=$2

DETOUR=$build/detour
export DETOUR
export PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=tests/lib
log=$(mktemp)
busy=
for _ in $(seq "$(nproc)"); do
	sh -c 'while :; do :; done' &
	busy="$busy $!"
done
# shellcheck disable=SC2086 # a list of numbers
trap 'kill $busy; rm -f "$log"' EXIT
trap 'exit 1' INT TERM

# Each file that has such tests, and what runs them.
python=$(grep -lE '^ +def test_[psc][0-9]+_' tests/net/*_test.py)
cmocka=$(grep -lE '^static void [psc][0-9]+_' tests/unit/test_*.c tests/xdp/test_*.c)
failed=0
passed=0
once() {
	if "$@" >"$log" 2>&1 && ! grep -q '^Ran 0 tests' "$log"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		cat "$log"
		echo "== FAILED: $*"
	fi
}
for turn in $(seq "$times"); do
	for test in $python; do
		once python3 -B "$test" -k '*.test_[psc][0-9]*'
	done
	for test in $cmocka; do
		once "$build/${test%.c}"
	done
	printf '== turn %s: %s passed, %s failed\n' "$turn" "$passed" "$failed"
done
printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
