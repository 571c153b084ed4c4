/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_LIMIT_H
#define CHECK_LIMIT_H

struct check;

/*
 * capacity: what comes near a limit. As check.h has it.
 */
int check_limit(const struct check *check);

#endif
