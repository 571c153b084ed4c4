/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_OVERLAP_H
#define CHECK_OVERLAP_H

struct check;

/*
 * overlap: two patterns of a host, neither a part of the other, that a path is for
 * both of. As check.h has it.
 */
int check_overlap(const struct check *check);

#endif
