// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "either.h"
#include "format_regex_target.h"
#include "format_regex_way.h"
#include "rule_capture.h"
#include "rule_url.h"

struct making {
	struct format_regex *regex;
	const struct format_regex_way *way;
	char *dst;
	size_t size, len;
};

static int cannot(struct making *making, const char *kind, const char *reason)
{
	making->regex->kind = kind;
	making->regex->reason = reason;
	return -ENOTSUP;
}

static int add(struct making *making, const char *text, size_t len)
{
	if (len >= making->size - making->len)
		return cannot(making, "target", "longer than a target may be");
	memcpy(making->dst + making->len, text, len);
	making->len += len;
	making->dst[making->len] = '\0';
	return 0;
}

static int byte_add(struct making *making, char c)
{
	switch (c) {
	case '*':
		return add(making, "%2A", 3);
	case '{':
		return add(making, "%7B", 3);
	case '}':
		return add(making, "%7D", 3);
	default:
		return add(making, &c, 1);
	}
}

static int group_add(struct making *making, int group)
{
	const struct format_regex_way *way = making->way;
	unsigned int bit = 1U << group;
	const char *text = way->group[group];

	/* a group that is not there is empty, as it is for all of them */
	if (!text)
		return 0;
	if (way->letters & bit)
		making->regex->unlike |= FORMAT_REGEX_LETTERS;
	if (way->order & bit)
		making->regex->unlike |= FORMAT_REGEX_ORDER;
	return add(making, text, strlen(text));
}

/* The group that a name or a number says. */
static int group_find(const struct format_regex *regex, const char *name,
		      size_t len)
{
	int i;

	if (len == 1 && isdigit((unsigned char)*name))
		return *name - '0';
	if (len == 2 && isdigit((unsigned char)name[0]) &&
	    isdigit((unsigned char)name[1]))
		i = (name[0] - '0') * 10 + name[1] - '0';
	else
		for (i = FORMAT_REGEX_GROUPS - 1; i >= 0; i--)
			if (regex->name[i] && strlen(regex->name[i]) == len &&
			    !memcmp(regex->name[i], name, len))
				break;
	return i < FORMAT_REGEX_GROUPS ? i : -1;
}

static size_t word(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (isalnum((unsigned char)text[n]) || text[n] == '_'))
		n++;
	return n;
}

/* What a sign stands before: returns its length, with the group's name; 0: a
 * sign that is one. */
static size_t name_read(const char *text, size_t len, char sign,
			const char **name, size_t *name_len)
{
	*name = text;
	*name_len = len && isdigit((unsigned char)*text) ? 1 : 0;
	if (*name_len || sign != '$')
		return *name_len;
	if (len && *text == '{') {
		*name = text + 1;
		*name_len = word(text + 1, len - 1);
		return *name_len + 1 < len && text[*name_len + 1] == '}'
			       ? *name_len + 2
			       : 0;
	}
	*name_len = word(text, len);
	return *name_len;
}

static int all_add(struct making *making, char sign, const char *target,
		   size_t len)
{
	const char *name;
	size_t i, name_len, n;
	int err = 0, group;

	for (i = 0; !err && i < len; i++) {
		n = target[i] != sign ? 0
				      : name_read(target + i + 1, len - i - 1,
						  sign, &name, &name_len);
		if (!n) {
			err = byte_add(making, target[i]);
			continue;
		}
		group = group_find(making->regex, name, name_len);
		if (group < 0)
			return cannot(making, "variable",
				      "a variable that rules have not");
		err = group_add(making, group);
		i += n;
	}
	return err;
}

int format_regex_target(struct format_regex *regex, char *dst, size_t size,
			const struct format_regex_way *way, char sign,
			const char *target, size_t len)
{
	struct making making = {regex, way, dst, size, 0};
	const char *reason;
	int err;

	*dst = '\0';
	err = all_add(&making, sign, target, len);
	if (err)
		return err;
	reason = format_target_reason(dst, making.len, *way->source != '/');
	return reason ? cannot(&making, "target", reason) : (int)making.len;
}

/* A '*' stands at the end of the path or of the query. */
static const char *star_reason(const char *text, size_t len)
{
	const char *star = memchr(text, '*', len), *next;

	if (!star)
		return NULL;
	next = star + 1;
	if (memchr(next, '*', text + len - next))
		return "what varies at the end is put in twice";
	if (memchr(text, '#', star - text))
		return "what varies is put into the fragment";
	if (next < text + len && *next != '#' &&
	    (*next != '?' || memchr(text, '?', star - text)))
		return "what varies at the end is put before something else";
	return NULL;
}

static const char *captures_reason(const char *text, size_t len)
{
	struct rule_capture one, two;
	size_t from = 0;

	while (rule_capture_next(&one, text, len, from) > 0) {
		from = one.end;
		while (rule_capture_next(&two, text, len, from) > 0) {
			if (two.name_len == one.name_len &&
			    !memcmp(two.name, one.name, one.name_len))
				return "a group is put in twice";
			from = two.end;
		}
		from = one.end;
	}
	return memchr(text, '{', len) && memchr(text, '#', len) &&
			       memrchr(text, '{', len) >
				       (void *)memchr(text, '#', len)
		       ? "what varies is put into the fragment"
		       : NULL;
}

const char *format_target_reason(const char *target, size_t len, bool host)
{
	size_t at = rule_url_scheme(target, len), path = at;
	const char *reason;

	if (either_at(target, len, '*', '{') == len)
		return NULL;
	while (at && path < len && !strchr("/?#", target[path]))
		path++;
	if (host && path > at && target[at] == '*')
		at++;
	if (memchr(target + at, '*', path - at) ||
	    memchr(target + at, '{', path - at))
		return "what varies is put into the host";
	reason = star_reason(target + path, len - path);
	return reason ? reason : captures_reason(target + path, len - path);
}
