/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_WWW_H
#define CHECK_WWW_H

struct check;

/*
 * twin: of a name and of "www." before it both have rules for some paths, but
 * not for the same ones: one warning for each such name, with how many are only
 * at one of both. As check.h has it. No more sources are asked for than a share
 * of the rules; then it ends.
 */
int check_www(const struct check *check);

#endif
