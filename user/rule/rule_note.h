/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_NOTE_H
#define RULE_NOTE_H

#include <stddef.h>

#include "limit.h"

struct rule_error;

/*
 * rule_note_read - read a rule's note
 * @dst: LIMIT_NOTE + 1 bytes of room
 *
 * UTF-8 without control characters and without what nobody sees; blanks around
 * it fall away. Returns 0, or -EINVAL with *error filled.
 */
int rule_note_read(char *dst, const char *text, size_t len,
		   struct rule_error *error);

#endif
