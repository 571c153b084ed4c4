// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "lines.h"
#include "request_forms.h"
#include "request_read.h"
#include "request_target.h"

static const char no_host[] = "it has no host; --host says one";

static int form_find(struct request_read *read, const char *path)
{
	struct format_head head = {.path = path};
	const char *name = lines_name(read->lines);
	int err;

	err = lines_peek(read->lines, &head.text, &head.len, &head.whole);
	if (err)
		return err;
	read->form = read->options.form;
	if (!read->form)
		read->form = request_form_guess(&head);
	if (!read->form && !(head.whole && !head.len))
		return error_set(
			-EINVAL,
			"%s: its first lines are of none of %s; --format says what they are",
			name, request_form_names());
	if (read->form && !read->form->hosts && !read->options.host)
		return error_set(
			-EINVAL,
			"%s: form %s has no host on its lines; --host says one",
			name, read->form->name);
	return 0;
}

int request_read_open(struct request_read *read, const char *path,
		      const struct request_options *options)
{
	int err;

	memset(read, 0, sizeof(*read));
	read->options = *options;
	read->state.fields = options->fields;
	err = lines_open(&read->lines, path);
	return err ? err : form_find(read, path);
}

/* The host that a target in absolute form has. */
static void host_find(struct request_said *said)
{
	struct request_said url = {0};

	if (request_target_absolute(said->target.text, said->target.len) &&
	    !request_target_url(&url, said->target.text, said->target.len))
		said->host = url.host;
}

/* What the line does not say. */
static int said_complete(const struct request_read *read,
			 struct request_said *said, const char **reason)
{
	const struct request_options *options = &read->options;

	if (!said->scheme)
		said->scheme = options->https ? REQUEST_SCHEME_HTTPS
					      : REQUEST_SCHEME_HTTP;
	if (!said->host.len)
		host_find(said);
	if (!said->host.len && options->host)
		said->host = (struct format_piece){options->host,
						   strlen(options->host)};
	*reason = no_host;
	return said->host.len ? REQUEST_TAKEN : -EINVAL;
}

int request_read_next(struct request_read *read, struct request_said *said,
		      const char **reason)
{
	struct line line = {0};
	int got;

	do {
		memset(said, 0, sizeof(*said));
		got = lines_next_any(read->lines, &line, reason);
		said->line = line.number;
		if (got <= 0)
			return got;
		got = read->form->take(&read->state, said, line.text, line.len,
				       reason);
	} while (got == REQUEST_NOTHING);
	return got == REQUEST_TAKEN ? said_complete(read, said, reason) : got;
}

void request_read_close(struct request_read *read)
{
	lines_close(read->lines);
	read->lines = NULL;
}
