// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>

#include "change.h"
#include "release.h"
#include "text.h"

int change_commit(struct release *release, const struct release_note *note)
{
	uint64_t rules;
	int err = release_commit(release, note, &rules);

	if (err)
		return err;
	printf("release %" PRIu64 ": ", release_number(release));
	text_count(stdout, rules, "rule");
	if (note->added || note->removed || note->changed)
		printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
		       " changed",
		       note->added, note->removed, note->changed);
	return 0;
}

void change_end(struct release *release)
{
	putchar('\n');
	if (!release_folds(release))
		return;
	fflush(stdout);
	release_fold(release);
}

void change_none(const struct release *release)
{
	printf("no change: release %" PRIu64 " has ", release_live(release));
	text_count(stdout, release_rules(release), "rule");
	putchar('\n');
}
