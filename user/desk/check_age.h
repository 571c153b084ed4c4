/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_AGE_H
#define CHECK_AGE_H

struct check;

/*
 * max-age: what is permanent is kept by clients for more than 30 days, so that it
 * cannot be taken back. As check.h has it.
 */
int check_age(const struct check *check);

#endif
