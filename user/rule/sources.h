/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCES_H
#define SOURCES_H

#include <stddef.h>

#include "line_errors.h"
#include "rule.h"
#include "ruleset.h"

/*
 * sources_add - put a SOURCE alone among others
 *
 * The entry is a rule without target, code and keys. Of ".name" two are put
 * there, of "*.name" and of the name itself, with SOURCES_DOT as their mark:
 * whoever names it means what is there of them. Returns 0, -EINVAL with *error
 * filled, or any other -errno with error_set().
 */
enum { SOURCES_DOT = 1 };
int sources_add(struct ruleset *set, const char *text, size_t len,
		unsigned long line, struct rule_error *error);

/*
 * sources_read - read a file of SOURCEs, one a line
 * @path: as for lines_open()
 *
 * Blank lines and comments, as in a file of rules, are passed over. Bad lines
 * are collected in errors. Returns 0 or -errno with error_set().
 */
int sources_read(struct ruleset *set, const char *path,
		 struct line_errors *errors);

#endif
