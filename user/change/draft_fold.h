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
 * write the rules of an import. The next change can begin only then. Killed or
 * failed at any moment it leaves all as it was.
 *
 * draft_fold() takes the lock, and does nothing without a draft's rows;
 * draft_fold_locked() is for who has it, and no transaction. Both return 0 or
 * -errno with error_set().
 */
int draft_fold(const char *state, FILE *out);
int draft_fold_locked(const char *state, uint64_t live);

#endif
