/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_CLASS_H
#define REGEX_CLASS_H

#include "regex_set.h"

/*
 * regex_class - read "[...]"
 * @at: at the byte behind the '['; receives what is behind the ']'
 * @fold: letters stand for both cases
 *
 * Returns NULL, or why it cannot be read.
 */
const char *regex_class(struct regex_set *set, const char **at, const char *end,
			bool fold);

/*
 * regex_byte - read what one byte is written as behind a '\'
 * @at: at the byte behind the '\'; receives what is behind it
 *
 * Returns the byte, or -1 where it stands for something else.
 */
int regex_byte(const char **at, const char *end);

#endif
