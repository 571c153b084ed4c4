/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_HEADER_H
#define RULE_HEADER_H

#include <stddef.h>

#include "limit.h"

struct rule_error;

/*
 * The header fields that a rule adds to its answers. All of a rule's are one
 * text, as it is sent: "NAME: VALUE\r\nNAME: VALUE\r\n".
 */

/* Bytes of all of them, with the NUL. */
enum { RULE_HEADERS_SIZE = LIMIT_HEADER_BYTES + 1 };

/*
 * rule_header_read - put one behind those that there are
 * @dst: their end, with room for LIMIT_HEADER + 3 bytes
 *
 * The name is a token (RFC 9110 5.6.2), the value is not empty, of visible
 * ASCII with blanks inside (5.5); blanks around it become one before it. No
 * field that detour sends itself, or that is of the connection (7.6.1).
 * Returns its length, or -EINVAL with *error filled.
 */
int rule_header_read(char *dst, const char *text, size_t len,
		     struct rule_error *error);

/* Take the next one off *at, without its line end. NULL at the end. */
const char *rule_header_next(const char **at, size_t *len);

#endif
