/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The header fields that a server between two others must know: those of
 * framing and routing, of the connection (RFC 9110 7.6.1), and of forwarding.
 */
enum field_kind {
	FIELD_OTHER,
	FIELD_HOST,
	FIELD_LENGTH, /* Content-Length */
	FIELD_CODING, /* Transfer-Encoding */
	FIELD_CONNECTION,
	FIELD_UPGRADE,
	FIELD_HOP, /* another one for the next server alone */
	FIELD_MAX_FORWARDS,
	FIELD_VIA,
	FIELD_FORWARDED_FOR,
	FIELD_FORWARDED_PROTO,
	FIELD_MISSPELT, /* one of these with '_' for '-': some servers take it
			 * for the same */
	FIELD_MISSPELT_FORWARDED, /* the same of the two before */
};

enum { FIELD_NAME_MAX = 20 }; /* all known names are shorter */

/* The kind of a field by its name, in whatever case it is. */
enum field_kind field_kind(const uint8_t *name, size_t len);

/* A header line. */
struct field {
	const uint8_t *name;
	const uint8_t *value; /* without blanks around it */
	size_t name_len;
	size_t value_len;
};

/*
 * field_next - take the next line off a header section
 * @at:  where it begins; moved to its end
 * @end: of the last line
 *
 * The lines are right, and end in CRLF. Returns false when there is none.
 */
bool field_next(struct field *field, const uint8_t **at, const uint8_t *end);

#endif
