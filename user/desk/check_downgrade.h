/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_DOWNGRADE_H
#define CHECK_DOWNGRADE_H

struct check;

/*
 * downgrade: requests that came by TLS are led to plaintext. As check.h has it.
 */
int check_downgrade(const struct check *check);

#endif
