// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format_base.h"
#include "format_caddy_target.h"
#include "format_regex_target.h"

/* What a target is made of. */
struct making {
	struct caddy_target *target;
	const char *host;
	enum rule_scheme scheme;
	const struct caddy_path *path;
	const char *inside;
	const char *reason;
};

static int cannot(struct making *making, const char *reason)
{
	making->reason = reason;
	return -ENOTSUP;
}

static bool name_is(const char *name, size_t len, const char *text)
{
	static const char request[] = "http.request.";
	size_t skip = sizeof(request) - 1;

	if (len > skip && !memcmp(name, request, skip)) {
		name += skip;
		len -= skip;
	}
	if (len > 4 && !memcmp(name, "uri.", 4)) {
		name += 4;
		len -= 4;
	}
	return len == strlen(text) && !memcmp(name, text, len);
}

static int path_add(struct making *making)
{
	const char *path = making->path->text;
	size_t len = strlen(making->inside);

	if (strncasecmp(path, making->inside, len))
		return cannot(making, "the path is not below its block's");
	path += len;
	making->target->path = true;
	format_text_raw(&making->target->text, path, strlen(path));
	return 0;
}

/* "{query}" behind a '?' at the end: the request's. */
static int query_add(struct making *making, const char *rest, bool mark)
{
	struct format_text *text = &making->target->text;

	if (memchr(text->text, '#', text->len))
		return cannot(making, "the query is in the fragment");
	if (*rest ||
	    (!mark && (!text->len || text->text[text->len - 1] != '?')))
		return cannot(making, "the query is not all of a target's");
	if (!mark)
		text->text[--text->len] = '\0';
	making->target->query = true;
	making->target->empty = !mark;
	return 0;
}

/* "{re.1}", "{re.name.1}", "{http.regexp.name.1}". */
static int group_add(struct making *making, const char *name, size_t len)
{
	size_t at = len;
	const char *text;
	int number;

	while (at && isdigit((unsigned char)name[at - 1]))
		at--;
	number = at < len ? atoi(name + at) : FORMAT_REGEX_GROUPS;
	if (!making->path->way || number >= FORMAT_REGEX_GROUPS)
		return cannot(making, "a group of no expression");
	text = making->path->way->group[number];
	format_text_raw(&making->target->text, text ? text : "",
			text ? strlen(text) : 0);
	return 0;
}

static int variable_add(struct making *making, const char *name, size_t len,
			const char *rest)
{
	struct format_text *text = &making->target->text;

	if (name_is(name, len, "uri")) {
		if (*rest)
			return cannot(making, "something behind {uri}");
		if (memchr(text->text, '#', text->len))
			return cannot(making, "the query is in the fragment");
		making->target->query = true;
		return path_add(making);
	}
	if (name_is(name, len, "path")) {
		making->target->decoded = true;
		return path_add(making);
	}
	if (name_is(name, len, "query") || name_is(name, len, "?query"))
		return query_add(making, rest, *name == '?');
	if (name_is(name, len, "host") || name_is(name, len, "hostport")) {
		format_text_raw(text, making->host, strlen(making->host));
		return 0;
	}
	if (name_is(name, len, "scheme")) {
		const char *scheme = rule_scheme_text(making->scheme);

		format_text_raw(text, scheme, strlen(scheme));
		return *scheme ? 0 : -EAGAIN;
	}
	if (!strncmp(name, "re.", 3) || !strncmp(name, "http.regexp.", 12))
		return group_add(making, name, len);
	return cannot(making, "a placeholder that rules have not");
}

static int pieces_add(struct making *making, const char *to)
{
	struct format_text *text = &making->target->text;
	int err = 0;

	while (*to && !err) {
		const char *end = *to == '{' ? strchr(to, '}') : NULL;
		size_t plain = strcspn(to, "*{} ");

		if (end) {
			err = variable_add(making, to + 1, end - to - 1,
					   end + 1);
			to = end + 1;
			continue;
		}
		format_text_raw(text, to, plain);
		if (!plain)
			format_text_url(text, to, 1);
		to += plain ? plain : 1;
	}
	return err;
}

/* Whether a target begins with the request's path. */
static bool begins_with_path(const char *to)
{
	size_t len = *to == '{' ? strcspn(to, "}") : 0;

	return *to == '/' || (len && (name_is(to + 1, len - 1, "uri") ||
				      name_is(to + 1, len - 1, "path")));
}

/* A target of the same host. */
static int origin_add(struct making *making)
{
	const char *scheme = rule_scheme_text(making->scheme);
	struct format_text *text = &making->target->text;

	if (!*scheme)
		return -EAGAIN;
	making->target->origin = true;
	format_text_raw(text, scheme, strlen(scheme));
	format_text_raw(text, "://", 3);
	format_text_raw(text, making->host, strlen(making->host));
	return 0;
}

int caddy_target_read(struct caddy_target *target, const char *to,
		      const char *host, enum rule_scheme scheme,
		      const struct caddy_path *path, const char *inside,
		      const char **reason)
{
	struct making making = {target, host, scheme, path, inside, NULL};
	int err = 0;

	target->query = target->path = target->decoded = false;
	target->empty = target->origin = false;
	format_text_begin(&target->text);
	if (begins_with_path(to))
		err = origin_add(&making);
	if (!err)
		err = pieces_add(&making, to);
	*reason = making.reason;
	if (err)
		return err;
	if (!format_absolute(target->text.text, target->text.len))
		*reason = "no http or https URL";
	else
		*reason = format_target_reason(target->text.text,
					       target->text.len, *host == '*');
	return *reason ? -ENOTSUP : 0;
}
