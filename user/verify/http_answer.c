// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http_answer.h"

void http_answer_begin(struct http_answer *answer)
{
	answer->failure = NULL;
	answer->status = 0;
	answer->redirect = 0;
	answer->location_len = 0;
	answer->location[0] = '\0';
	answer->head = answer->body = 0;
	answer->head_begun = answer->head_done = false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 9110 5.5: blanks around a value are no part of it. */
static void location_take(struct http_answer *answer, const char *text,
			  size_t len)
{
	while (len && is_blank(text[len - 1]))
		len--;
	for (; len && is_blank(*text); len--)
		text++;
	if (answer->redirect++)
		return;
	if (len > HTTP_LOCATION_MAX)
		len = HTTP_LOCATION_MAX;
	memcpy(answer->location, text, len);
	answer->location[len] = '\0';
	answer->location_len = strlen(answer->location);
}

/* A status line begins a head; those with 1xx are not the last one. */
static void status_take(struct http_answer *answer, const char *line,
			size_t len)
{
	const char *at = memchr(line, ' ', len);

	http_answer_begin(answer);
	answer->head_begun = true;
	if (at && line + len - at > 3)
		answer->status = atoi(at);
}

/* Of 1xx another head follows. */
static void head_end(struct http_answer *answer)
{
	answer->head_done = answer->status >= 200;
	answer->head_begun = false;
}

bool http_answer_line(struct http_answer *answer, const char *line, size_t len)
{
	static const char field[] = "Location:";
	size_t head = answer->head + len;

	if (head > HTTP_HEAD_MAX) {
		answer->failure = "its head is over 65536 bytes";
		return false;
	}
	if (answer->head_done) /* a trailer */
		;
	else if (!answer->head_begun)
		status_take(answer, line, len);
	else if (len >= sizeof(field) - 1 &&
		 !strncasecmp(line, field, sizeof(field) - 1))
		location_take(answer, line + sizeof(field) - 1,
			      len - (sizeof(field) - 1));
	else if (strspn(line, "\r\n") == len)
		head_end(answer);
	answer->head = head;
	return true;
}

bool http_answer_body(struct http_answer *answer, size_t len)
{
	answer->body += len;
	return answer->body <= HTTP_BODY_MAX;
}
