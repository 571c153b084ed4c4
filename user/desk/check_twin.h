/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_TWIN_H
#define CHECK_TWIN_H

struct check;

/*
 * twin: a source without the one that mostly stands beside it, where no other rule
 * answers for that: an exact path with and without its final slash, a whole name
 * with and without "www.", "*.name" and the name itself. As check.h has it.
 *
 * Silent where the rules as a whole do without them: that is meant. A path
 * without a final slash is told of only where others have both.
 */
int check_twin(const struct check *check);

#endif
