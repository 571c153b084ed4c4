/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_METHOD_H
#define CHECK_METHOD_H

struct check;

/*
 * method: what clients mostly POST to is redirected with 301 or 302, behind which
 * they send GET (RFC 9110 15.4.2, 15.4.3). As check.h has it.
 */
int check_method(const struct check *check);

#endif
