/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_FORM_H
#define REQUEST_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "host.h"
#include "request_fields.h"
#include "request_said.h"

/* What a form keeps from line to line. All zero is the beginning. */
struct request_form_state {
	struct request_fields fields;  /* that the command line names */
	char host[HOST_SIZE];	       /* room for one in another spelling */
	size_t column[REQUEST_FIELDS]; /* from 1; 0: there is none */
	size_t port;		       /* the column of the port, likewise */
	bool begun;		       /* the columns are known */
};

/* What a line turned out to be. */
enum request_take {
	REQUEST_NOTHING, /* empty, or a comment */
	REQUEST_TAKEN,
	REQUEST_WITHOUT, /* sound, but no HTTP request came */
};

/*
 * How requests are written down: a form each has a file of its own, and is in
 * the table of request_forms.c.
 */
struct request_form {
	const char *name; /* of --format */
	bool hosts;	  /* its lines may say a host */
	/* How many of a file's first lines are such lines. */
	unsigned int (*fits)(const struct format_head *head);
	/*
	 * Take a line apart, of whatever bytes; it may be changed, and what is
	 * said are pieces of it, of constants, or of the state. *said is all
	 * zero before. Returns enum request_take, or -EINVAL with *reason, a
	 * constant text, for a line that is no such line.
	 */
	int (*take)(struct request_form_state *state, struct request_said *said,
		    char *text, size_t len, const char **reason);
};

/* How many lines request_form.fits() looks at. */
enum { REQUEST_FORM_LINES = 50 };

#endif
