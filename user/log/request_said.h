/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_SAID_H
#define REQUEST_SAID_H

#include <stdbool.h>

#include "format_head.h"

/* How a request came, as far as its line says it. */
enum request_scheme {
	REQUEST_SCHEME_UNSAID,
	REQUEST_SCHEME_HTTP,
	REQUEST_SCHEME_HTTPS,
};

/*
 * What a line says of a request. The pieces are the bytes that were sent, with
 * the line's own escapes undone; of what the line does not say they are of
 * length 0. Nothing of it is checked: whoever asks a map for it finds out what
 * no server would take.
 */
struct request_said {
	unsigned long line;	    /* its number, from 1 */
	struct format_piece host;   /* perhaps with a port */
	struct format_piece method; /* none: GET is meant */
	struct format_piece target; /* as in a request line (RFC 9112 3.2) */
	struct format_piece
		query; /* behind the target, without '?'; its text is
				     * NULL where the target has it */
	enum request_scheme scheme;
	int status; /* of the answer that it got then; 0: unsaid */
};

#endif
