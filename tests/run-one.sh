#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run-one.sh RESULTS NAME COMMAND ...: one test of run.sh. Shows its own summary,
# and all its output if it fails; leaves in the folder RESULTS a line "passed" or
# "failed", and one for each test that was skipped: "absent" if the kernel has not
# what it is about. A test that hangs is ended, and shows where it was; LIMIT says
# after how many seconds (900 if not given).
set -u
results=$1
name=$2
shift 2
log=$results/$name
start=$(date +%s)
PYTHONFAULTHANDLER=1 timeout --foreground -s ABRT -k 20 "${LIMIT:-900}" \
	"$@" >"$log.log" 2>&1
code=$?
took=$(($(date +%s) - start))
{
	printf '== %s\n' "$name"
	if [ "$code" = 0 ]; then
		grep -E '^(Ran |OK|\[ +(PASSED|SKIPPED|FAILED) +\]|\[=+\].*run)' \
			"$log.log" | tail -n 4
		grep -E "SKIP|skipped '" "$log.log"
	else
		cat "$log.log"
		printf '== FAILED: %s\n' "$name"
	fi
	[ "$took" -lt 10 ] || printf '   %s s\n' "$took"
} >"$log.shown"
[ "$code" = 0 ] && echo passed >"$log.result" || echo failed >"$log.result"
grep -E "SKIP|skipped '" "$log.log" | sed "s/^/skipped: /
	/this kernel has no/s/^skipped/absent/" >>"$log.result"
flock "$results" cat "$log.shown"
rm "$log.log" "$log.shown"
