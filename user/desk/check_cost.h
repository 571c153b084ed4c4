/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_COST_H
#define CHECK_COST_H

struct check;

/* capacity: hosts whose lookup takes long. As check.h has it. */
int check_cost(const struct check *check);

#endif
