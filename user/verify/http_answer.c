// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "http_answer.h"

void http_answer_begin(struct http_answer *answer)
{
	answer->failure = NULL;
	answer->silent = false;
	answer->status = 0;
	answer->redirect = 0;
	answer->location_len = 0;
	answer->location_line = false;
	answer->location[0] = '\0';
	answer->head = answer->body = 0;
	answer->head_begun = answer->head_done = false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Cut blanks off both ends (RFC 9110 5.5). */
static const char *value_trim(const char *text, size_t *len)
{
	while (*len && is_blank(text[*len - 1]))
		--*len;
	for (; *len && is_blank(*text); --*len)
		text++;
	return text;
}

static void location_add(struct http_answer *answer, const char *text,
			 size_t len)
{
	size_t room = HTTP_LOCATION_MAX - answer->location_len;
	char *end = answer->location + answer->location_len;

	if (len > room)
		len = room;
	memcpy(end, text, len);
	end[len] = '\0';
	answer->location_len += strlen(end);
}

static void location_take(struct http_answer *answer, const char *text,
			  size_t len)
{
	if (answer->redirect++)
		return;
	text = value_trim(text, &len);
	location_add(answer, text, len);
	answer->location_line = true;
}

/* The line before goes on. */
static void line_fold(struct http_answer *answer, const char *text, size_t len)
{
	if (!answer->location_line)
		return;
	text = value_trim(text, &len);
	location_add(answer, " ", 1);
	location_add(answer, text, len);
}

/* A status line begins a head; those with 1xx are not the last one. */
static void status_take(struct http_answer *answer, const char *line,
			size_t len)
{
	const char *at = memchr(line, ' ', len);
	int i;

	http_answer_begin(answer);
	answer->head_begun = true;
	for (i = 1; at && i <= 3 && at + i < line + len; i++)
		if (at[i] >= '0' && at[i] <= '9')
			answer->status = answer->status * 10 + at[i] - '0';
}

/* Of 1xx another head follows. */
static void head_end(struct http_answer *answer)
{
	answer->head_done = answer->status >= 200;
	answer->head_begun = false;
}

/* A line of a head that has begun. */
static void line_take(struct http_answer *answer, const char *line, size_t len)
{
	static const char field[] = "Location:";
	const size_t name = sizeof(field) - 1;

	if (*line == '\n' || (len > 1 && *line == '\r' && line[1] == '\n')) {
		head_end(answer);
	} else if (*line == ' ' || *line == '\t') {
		line_fold(answer, line, len);
	} else {
		answer->location_line = false;
		if (len >= name && !strncasecmp(line, field, name))
			location_take(answer, line + name, len - name);
	}
}

bool http_answer_line(struct http_answer *answer, const char *line, size_t len)
{
	size_t head = answer->head + len;

	if (head > HTTP_HEAD_MAX) {
		answer->failure = "its head is over 65536 bytes";
		return false;
	}
	if (answer->head_done) /* a trailer */
		;
	else if (!answer->head_begun)
		status_take(answer, line, len);
	else
		line_take(answer, line, len);
	answer->head = head;
	return true;
}

bool http_answer_body(struct http_answer *answer, size_t len)
{
	answer->body += len;
	return answer->body <= HTTP_BODY_MAX;
}
