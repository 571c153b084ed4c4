// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_explain_list.h"
#include "error.h"
#include "explain_brief.h"
#include "json.h"
#include "limit.h"
#include "text.h"

enum { INPUT_CHUNK = 65536 };

/* The lines of standard input. Before it waits for more, all answers are
 * written, so that another program may ask, and wait for the answer. */
struct input {
	char buffer[LIMIT_LINE + 2 + INPUT_CHUNK];
	size_t next, end;
	bool ended, skipping; /* the rest of a line that is too long */
	unsigned long line;
};

static int input_fill(struct input *input)
{
	ssize_t n;

	if (fflush(stdout))
		return error_sys(-errno, "cannot write to standard output");
	memmove(input->buffer, input->buffer + input->next,
		input->end - input->next);
	input->end -= input->next;
	input->next = 0;
	do
		n = read(STDIN_FILENO, input->buffer + input->end, INPUT_CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_sys(-errno, "cannot read standard input");
	input->end += n;
	input->ended = !n;
	return 0;
}

/* 1 with a line, without its end; 0 at the end; -E2BIG for one that is too
 * long, which is passed over; or -errno with error_set(). */
static int input_next(struct input *input, char **text, size_t *len)
{
	char *begin, *end;
	bool skipped;
	int err;

	for (;;) {
		begin = input->buffer + input->next;
		*len = input->end - input->next;
		end = memchr(begin, '\n', *len);
		if (end || (input->ended && *len))
			break;
		if (input->ended)
			return 0;
		if (*len > LIMIT_LINE)
			input->skipping = true;
		if (input->skipping)
			input->next = input->end;
		err = input_fill(input);
		if (err)
			return err;
	}
	if (end)
		*len = end - begin;
	input->next += *len + !!end;
	input->line++;
	skipped = input->skipping;
	input->skipping = false;
	*text = begin;
	return skipped || *len > LIMIT_LINE ? -E2BIG : 1;
}

/* Cut blanks off both ends, and terminate what is left. */
static char *line_trim(char *text, size_t len)
{
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	text[len] = '\0';
	return text + strspn(text, " \t");
}

struct list {
	const char *method;
	bool json;
	const struct map *map;
	struct input input;
	struct explain_brief brief;
	bool unmatched;
};

static void text_column(const char *text)
{
	putchar('\t');
	text_print(stdout, text);
}

static void line_print(const struct list *list, const char *url, bool bad)
{
	const struct explain_brief *brief = &list->brief;

	text_print(stdout, url);
	if (bad) {
		puts("\t-\t-\t-");
		return;
	}
	printf("\t%d\t", brief->status);
	if (brief->location)
		fwrite(brief->location, 1, brief->location_len, stdout);
	else
		putchar('-');
	text_column(brief->found ? rule_written(&brief->rule) : "-");
	putchar('\n');
}

static int line_json(const struct list *list, const char *url, bool bad)
{
	const struct explain_brief *brief = &list->brief;
	json_t *value;

	if (bad) {
		value = json_pack("{s:o, s:n, s:n, s:n, s:s, s:o}", "url",
				  json_of_text(url), "code", "location",
				  "source", "result", "bad", "error",
				  json_of_text(error_text()));
		return json_print(stdout, value);
	}
	value = json_pack("{s:o, s:i, s:o, s:s?, s:s}", "url",
			  json_of_text(url), "code", brief->status, "location",
			  brief->location ? json_stringn(brief->location,
							 brief->location_len)
					  : json_null(),
			  "source",
			  brief->found ? rule_written(&brief->rule) : NULL,
			  "result", brief->result);
	return json_print(stdout, value);
}

/* A bad one is said on stderr, too, and the others go on. */
static int url_explain(struct list *list, const char *url, int err)
{
	bool bad;

	if (!err)
		err = explain_brief(&list->brief, url, list->method, list->map);
	if (err && err != -EINVAL)
		return err;
	bad = err;
	if (bad) {
		fprintf(stderr, "-:%lu: ", list->input.line);
		text_print(stderr, error_text());
		fputc('\n', stderr);
	}
	if (bad || !list->brief.found)
		list->unmatched = true;
	if (list->json)
		return line_json(list, url, bad);
	line_print(list, url, bad);
	return ferror(stdout) ? error_sys(-EIO, "cannot write") : 0;
}

static int line_explain(struct list *list, char *text, size_t len, bool cut)
{
	int err = 0;
	char *url;

	if (cut)
		len = len < 80 ? len : 80;
	if (memchr(text, '\0', len))
		err = error_set(-EINVAL, "a NUL byte");
	url = line_trim(text, len);
	if (cut)
		err = error_set(-EINVAL, "line over %d bytes", LIMIT_LINE);
	return *url || err ? url_explain(list, url, err) : 0;
}

int cmd_explain_list(const struct cmd *cmd, const struct map *map,
		     const char *method, bool json)
{
	struct list *list = calloc(1, sizeof(*list));
	size_t len = 0;
	char *text = NULL;
	int err;

	if (!list) {
		error_sys(-ENOMEM, "cannot explain");
		return cmd_fail(cmd);
	}
	list->method = method;
	list->json = json;
	list->map = map;
	do {
		err = input_next(&list->input, &text, &len);
		if (err == 1 || err == -E2BIG)
			err = line_explain(list, text, len, err < 0);
		else if (!err)
			break;
	} while (!err);
	if (err)
		err = cmd_fail(cmd);
	else if (list->unmatched)
		err = CMD_FAILED;
	free(list);
	return cmd_flush(cmd, err);
}
