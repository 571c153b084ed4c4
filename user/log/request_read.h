/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_READ_H
#define REQUEST_READ_H

#include "request_form.h"

struct lines;

/*
 * Reading requests that came once: URLs, or access logs, plain or gzip. Of which
 * form a file is, its first lines show:
 *
 * urls             URLs one a line                      request_urls.h
 * common, combined, vhost-combined                      request_access.h
 * json             objects one a line, Caddy's too      request_json.h
 * w3c              columns that "#Fields:" names        request_w3c.h
 */
struct request_options {
	const struct request_form *form; /* NULL: the one that is shown */
	const char *host; /* of lines that have none; NULL: not given */
	bool https;	  /* where a line says no scheme */
	struct request_fields fields;
};

struct request_read {
	struct lines *lines;
	struct request_options options;
	const struct request_form *form;
	struct request_form_state state;
};

/*
 * request_read_open - open a file, and find its form
 * @path: "-" is standard input
 *
 * Returns 0 or -errno with error_set(): -EINVAL for a file of no form that is
 * known, and for one whose lines have no host where none was given. Of an empty
 * file the form is NULL. request_read_close() is called in any case.
 */
int request_read_open(struct request_read *read, const char *path,
		      const struct request_options *options);

/*
 * request_read_next - the next line that says something
 * @said: receives the request, with host and scheme from the options where the
 *        line has none; its pieces are valid until the next call
 *
 * Returns REQUEST_TAKEN, REQUEST_WITHOUT or, at the end, REQUEST_NOTHING;
 * -EINVAL with *reason (a constant text) and said->line for a line that cannot
 * be read, of whatever length and bytes; or another -errno with error_set().
 */
int request_read_next(struct request_read *read, struct request_said *said,
		      const char **reason);

/* Accepts one that is all zero. */
void request_read_close(struct request_read *read);

#endif
