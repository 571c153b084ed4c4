/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_NEAR_H
#define CHECK_NEAR_H

struct check;

/*
 * hidden: rules of "*.name" or "*" that do not answer for a host which is below
 * it, since that has a prefix of its own that goes less far: the nearer host
 * wins, whatever the paths. As check.h has it; one warning for each prefix. Such
 * rules are asked for one by one as often as is a small share of the rules; then
 * it ends.
 */
int check_near(const struct check *check);

#endif
