/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRAFT_FOLD_H
#define DRAFT_FOLD_H

#include <stdint.h>
#include <stdio.h>

/*
 * draft_fold - give the live release rows of its own, if it has a draft's
 *
 * A large draft becomes a release by being named in it, which takes no time;
 * this writes its rows where those of releases are, which takes as long as to
 * write the rules of an import. A change of single rules can begin only then,
 * and a draft over it; a rollback or a cutover needs none, and a release that is
 * not live keeps the draft's for good. Killed or failed at any moment it leaves
 * all as it was.
 *
 * draft_fold() takes the lock, does nothing without a draft's rows, and gives up
 * with -EAGAIN for one who must not wait (state_lock_first());
 * draft_fold_locked() is for who has the lock, and no transaction. Both return 0
 * or -errno with error_set().
 */
int draft_fold(const char *state, FILE *out);
int draft_fold_locked(const char *state, uint64_t live);

/* draft_fold() until it is done, however often it gives way. */
int draft_fold_wait(const char *state, FILE *out);

#endif
