/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_VALUE_H
#define REQUEST_VALUE_H

#include "request_fields.h"
#include "request_said.h"

/* Take the value of a field in: one that says nothing leaves *said as it is.
 * Fields may come in any order. */
void request_value_take(struct request_said *said, enum request_field field,
			struct format_piece value);

/* When all have come: a URI that is a whole URL is taken apart. Returns NULL, or
 * what is wrong with it. */
const char *request_value_end(struct request_said *said);

#endif
