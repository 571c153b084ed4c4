// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "rule.h"
#include "rule_capture.h"
#include "rule_code.h"
#include "rule_pairs.h"
#include "verify_request.h"

/* What is made up: the label of a host, a whole name, what a capture's value begins with, its
 * number being behind it, the number of the first capture of digits, and what a
 * prefix goes on with. */
static const struct values {
	const char *label, *name, *text;
	unsigned int digits;
	const char *rest;
} values[] = {
	{"verify", "verify.example", "Verify", 11, "Verify"},
	{"verify-2", "verify.test", "Verify-2-", 2011, "Verify-2/Verify.html"},
	{"a.verify", "verify.invalid", "v", 1, "Verify/"},
	{"x", "x", "x", 123456, ""},
};
enum { VALUES = sizeof(values) / sizeof(*values) };

/* An attempt has values, the other case or not, and a query or not. */
enum { SAME_CASE = VALUES, NO_QUERY = 2 * VALUES };
_Static_assert(VERIFY_ATTEMPTS == 4 * VALUES, "all of them");

static const char query_made[] = "verify=1";

/* A text that ends where its room does. */
struct room {
	char *at, *end;
	bool full;
};

static void put(struct room *room, const char *text, size_t len)
{
	room->full |= len > (size_t)(room->end - room->at);
	if (!room->full)
		room->at = mempcpy(room->at, text, len);
}

static void put_text(struct room *room, const char *text)
{
	put(room, text, strlen(text));
}

/* A source taken apart. */
struct source {
	const char *host, *path, *query; /* query NULL: none */
	size_t host_len, path_len, query_len;
	bool prefix, pairs;
	bool open; /* something has to be made up */
};

static void source_split(struct source *source, const char *text)
{
	source->host = text;
	source->path = strchr(text, '/');
	source->host_len = source->path - text;
	source->path_len = strcspn(source->path, "?");
	source->query = NULL;
	source->query_len = 0;
	source->pairs = false;
	if (source->path[source->path_len]) {
		source->query = source->path + source->path_len + 1;
		source->query_len = strlen(source->query);
		source->pairs = rule_pairs_is(source->query, source->query_len);
	}
	if (source->pairs)
		source->query_len -= strlen("&*");
	source->prefix = source->path[source->path_len - 1] == '*';
	source->path_len -= source->prefix;
	source->open = source->prefix || source->pairs || *text == '*' ||
		       memchr(source->path, '{', source->path_len);
}

static bool host_make(struct verify_request *request,
		      const struct source *source, const struct values *made)
{
	struct room room = {request->host, request->host + LIMIT_HOST, false};

	if (*source->host != '*') {
		put(&room, source->host, source->host_len);
	} else if (source->host_len == 1) {
		put_text(&room, made->name);
	} else {
		put_text(&room, made->label);
		put(&room, source->host + 1, source->host_len - 1);
	}
	*room.at = '\0';
	request->host_len = room.at - request->host;
	return !room.full;
}

static void put_capture(struct room *room, const struct values *made,
			bool digits, unsigned int number)
{
	char text[40];

	if (digits)
		snprintf(text, sizeof(text), "%u", made->digits + number);
	else
		snprintf(text, sizeof(text), "%s%u", made->text, number + 1);
	put_text(room, text);
}

static void put_path(struct room *room, const struct source *source,
		     const struct values *made)
{
	struct rule_capture capture;
	unsigned int number = 0;
	size_t at = 0;

	while (rule_capture_next(&capture, source->path, source->path_len, at) >
	       0) {
		put(room, source->path + at, capture.at - at);
		put_capture(room, made, capture.digits, number++);
		at = capture.end;
	}
	put(room, source->path + at, source->path_len - at);
	if (source->prefix)
		put_text(room, made->rest);
}

/* Whether a path ends in a dot segment, which no request has. */
static bool ends_in_dots(const char *path, const char *end)
{
	size_t dots = 0;

	while (end - dots > path && end[-1 - (ssize_t)dots] == '.')
		dots++;
	return dots && dots < 3 && end[-1 - (ssize_t)dots] == '/';
}

/* Path and query in the other case, but for escapes. */
static void case_turn(char *text)
{
	for (; *text; text++) {
		if (*text == '%' && text[1] && text[2])
			text += 2;
		else if (isupper((unsigned char)*text))
			*text = tolower((unsigned char)*text);
		else
			*text = toupper((unsigned char)*text);
	}
}

static bool target_make(struct verify_request *request,
			const struct source *source, const struct values *made,
			bool query)
{
	struct room room = {request->target, request->target + LIMIT_PATH,
			    false};

	put_path(&room, source, made);
	if (ends_in_dots(request->target, room.at))
		return false;
	if (source->query || query)
		put(&room, "?", 1);
	if (source->query)
		put(&room, source->query, source->query_len);
	if (source->query && query)
		put(&room, "&", 1);
	if (query)
		put_text(&room, query_made);
	*room.at = '\0';
	request->target_len = room.at - request->target;
	return !room.full;
}

bool verify_request_make(struct verify_request *request,
			 const struct rule *rule, unsigned int attempt)
{
	bool turned = rule->fold && !(attempt & SAME_CASE), query;
	const struct values *made = &values[attempt % VALUES];
	struct source source;

	source_split(&source, rule_written(rule));
	query = source.pairs ||
		(!source.query && rule_code(rule->code)->target);
	if ((!source.open && attempt % VALUES) ||
	    (!rule->fold && attempt & SAME_CASE) ||
	    (!query && attempt & NO_QUERY))
		return false;
	query = query && !(attempt & NO_QUERY);
	if (!host_make(request, &source, made) ||
	    !target_make(request, &source, made, query))
		return false;
	if (turned)
		case_turn(request->target);
	request->made_up = source.open || query || turned;
	return true;
}
