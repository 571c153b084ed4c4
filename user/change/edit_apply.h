/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EDIT_APPLY_H
#define EDIT_APPLY_H

struct change;
struct edit;

/* Write it into the release that a change makes. The sets are sorted. */
int edit_apply(struct edit *edit, struct change *change);

#endif
