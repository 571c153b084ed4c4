#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Formatting and static analysis of the whole tree, and whether its headers stand
# alone; silent when clean.
set -eu
sources=$(git ls-files 'bpf/*.[ch]' 'user/*.[ch]' 'tests/*.[ch]' 'tools/*.[ch]')
scripts=$(git ls-files 'tests/*.sh' 'tools/*.sh' 'tools/*.bash' '.ci/run' \
	'tools/debian/detour.p*' 'tools/debian/tests/[in]*' tools/system/detach-all)

# shellcheck disable=SC2046,SC2086 # lists of words
{
	# It has one core for itself, and what follows the other.
	tests/headers.sh &
	headers=$!
	trap wait EXIT
	clang-format --dry-run -Werror $sources
	shellcheck $scripts
	python3 -B tools/counts.py --check
	wait $headers
	cppcheck --quiet --error-exitcode=1 --inline-suppr -j2 \
		--enable=warning,performance,portability \
		--suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
		-D_GNU_SOURCE -DDETOUR_VERSION='"0"' -Ibpf -Itools -Itests/lib \
		$(printf -- '-I%s ' user/*/ user/*/*/) \
		user tests tools
	git ls-files '*.py' | xargs python3 -B -c '
import ast, sys
for name in sys.argv[1:]:
    ast.parse(open(name).read(), name)'
}
