/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_LAYERS_H
#define STORE_LAYERS_H

#include <stdint.h>

struct store;

/*
 * What rows consist of: those of a release, and in front of them the drafts
 * (store_draft.h) that stand one on the other. So few rows can be written over
 * many that are a draft's still.
 */
enum {
	STORE_LAYERS = 16, /* what is read costs a little for each */
	/* Whoever would stand on so many waits until there are fewer
	 * (draft_fold.h). */
	STORE_LAYERS_DEEP = STORE_LAYERS - 1,
};

struct store_layers {
	uint64_t rows[STORE_LAYERS]; /* of drafts, the one in front first */
	unsigned int count;	     /* 0 for a release's own rows */
	uint64_t base;		     /* the release under them */
};

/* Returns 0, or -errno with error_set(): -ENOENT if the draft is gone. */
int store_layers_find(struct store *store, uint64_t rows,
		      struct store_layers *layers);

#endif
