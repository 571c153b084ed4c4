/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_HIDDEN_H
#define CHECK_HIDDEN_H

struct check;

/*
 * hidden: rules that never win, and by which: those that are for a part of what a
 * rule with first=yes is for. Otherwise what
 * is more specific wins, so that no rule is for all that another one of its host
 * is for, and wins, too. As check.h has it.
 */
int check_hidden(const struct check *check);

#endif
