/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_PRUNE_H
#define RELEASE_PRUNE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Which releases are to go: those before the last keep ones, or those made
 * before a time; and what became of it. */
struct release_prune {
	uint64_t keep;	/* 0: by time */
	int64_t before; /* Unix time, seconds */
	bool dry_run;

	uint64_t live;	   /* 0: no release yet */
	uint64_t first;	   /* the oldest one that stays */
	uint64_t releases; /* that went, ... */
	uint64_t first_gone;
	uint64_t rules;	   /* ... with rules that no other release has */
	uint64_t bytes;	   /* of the files; of a dry run about so many */
	unsigned int kept; /* earlier stores that go: store_keep.h */
	bool unpacked;	   /* the space is not given back: error_text() */
};

/*
 * release_prune - forget old releases and give their space back
 * @out: for what is said meanwhile, as release.h has it
 *
 * The live one stays, and the one before, which a rollback leads to; so do the
 * rules of an earlier one that one of those that stay has. It makes no release,
 * and who serves does not notice. All are gone or none; the space is given back
 * behind that, or by the next call. Stores that were kept when they were renewed
 * go, too (store_keep.h); of one that cannot be removed @out is told. Returns 0
 * or -errno with error_set().
 */
int release_prune(const char *state, struct release_prune *prune, FILE *out);

#endif
