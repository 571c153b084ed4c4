/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIA_H
#define VIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIA_MAX = 64 }; /* bytes of a pseudonym */

/*
 * A server's name in Via (RFC 9110 7.6.3), by which it knows what it has passed
 * on already.
 */

/* Make one that no other server has. */
void via_make(char via[VIA_MAX + 1]);

/* Whether a text may be one: a token of 1 to VIA_MAX bytes. */
bool via_valid(const char *text);

/* Whether a Via field's value names a server, in whatever case. Comments do not
 * count, unless they have no end. */
bool via_names(const uint8_t *value, size_t len, const char *via);

#endif
