/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRAFT_FOLD_H
#define DRAFT_FOLD_H

#include <stdint.h>
#include <stdio.h>

/*
 * draft_fold - give the live release rows of its own, if it has drafts' ones
 *
 * A large draft becomes a release by being named in it, which takes no time, and
 * what changes over it is another draft in front of it (store_layers.h). This
 * writes their rows where those of releases are, which takes as long as to write
 * the rules of an import. Nobody waits for it but who finds so many layers that
 * there is no room for another; a release that is not live keeps a draft's rows
 * for good. Layer by layer: killed or failed at any moment it leaves each as it
 * was, or as its release's own.
 *
 * @most: no more places than these, while there are few layers
 *
 * Takes the lock, does nothing without such rows, or where they are few, and gives up with -EAGAIN for
 * whoever waits for the lock. Returns 0 or -errno with error_set().
 */
int draft_fold(const char *state, uint64_t most, FILE *out);

/* So many are committed in a moment. Whoever comes while more are has to wait for
 * that, since it is not broken off: they are for a prune, which others wait for
 * all the same. */
enum { DRAFT_FOLD_QUICK = 100000 };
#define DRAFT_FOLD_ALL (UINT64_MAX - 1)

/* draft_fold(), and again so many times where it gave way, after pauses that
 * become longer, up to a second. */
int draft_fold_wait(const char *state, uint64_t most, unsigned int pauses,
		    FILE *out);

#endif
