/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_LOOP_H
#define CHECK_LOOP_H

struct check;

/*
 * What becomes of a request that follows the redirects of the rule set. As
 * check.h has it.
 *
 * self:  a rule leads to a URL that it is for itself
 * loop:  it leads to another rule, and back; or https requests to themselves
 * moved: it leads to a host that is moved as a whole
 * chain: it leads to another rule, and that elsewhere
 *
 * Followed is a sample request of each rule (loop_sample.h), and for a prefix
 * also one that a rule below where it leads to is for.
 */
int check_loop(const struct check *check);

#endif
