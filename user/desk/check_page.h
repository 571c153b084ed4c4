/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_PAGE_H
#define CHECK_PAGE_H

struct check;

/*
 * one page: all paths of a host, or all behind one segment, are sent to one page.
 * As check.h has it.
 */
int check_page(const struct check *check);

#endif
