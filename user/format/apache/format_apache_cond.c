// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "format_apache_cond.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_regex.h"
#include "regex_match.h"

enum { GROUPS = 10 };

bool apache_cond_not(const struct apache_cond *cond, const char **text)
{
	bool negated = *cond->pattern == '!';

	*text = cond->pattern + negated;
	return negated;
}

enum apache_asks apache_cond_asks(const struct apache_cond *cond)
{
	static const struct {
		const char *test;
		enum apache_asks asks;
	} tests[] = {
		{"%{HTTP_HOST}", APACHE_ASKS_HOST},
		{"%{SERVER_NAME}", APACHE_ASKS_HOST},
		{"%{HTTPS}", APACHE_ASKS_SCHEME},
		{"%{SERVER_PORT}", APACHE_ASKS_SCHEME},
		{"%{REQUEST_SCHEME}", APACHE_ASKS_SCHEME},
		{"%{REQUEST_URI}", APACHE_ASKS_PATH},
		{"%{QUERY_STRING}", APACHE_ASKS_QUERY},
	};
	size_t i;

	if (!strncmp(cond->test, "${", 2))
		return APACHE_ASKS_MAP;
	/* of a request that was not redirected within the server */
	if (!strcasecmp(cond->test, "%{ENV:REDIRECT_STATUS}") &&
	    !strcmp(cond->pattern, "^$"))
		return APACHE_ASKS_NOTHING;
	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		if (!strcasecmp(cond->test, tests[i].test))
			return tests[i].asks;
	return APACHE_ASKS_OTHER;
}

/* One text that is known, with a pattern. Returns 1, 0, or as regex_match(). */
static int text_match(struct regex_match *match, const struct apache_cond *cond,
		      const char *pattern, const char *text, bool fold,
		      const char **reason)
{
	size_t len;

	memset(match, -1, sizeof(*match));
	fold |= cond->nocase;
	if (*pattern == '=') {
		pattern++;
		len = strlen(pattern);
		/* ="" is the empty text */
		if (len >= 2 && *pattern == '"' && pattern[len - 1] == '"')
			return len == 2 && !*text;
		return fold ? !strcasecmp(pattern, text)
			    : !strcmp(pattern, text);
	}
	if (*pattern == '<' || *pattern == '>' || *pattern == '-') {
		*reason = "a comparison, or a test of a file";
		return -ENOTSUP;
	}
	return regex_match(match, pattern, text, fold, reason);
}

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

static int groups_copy(char **groups, const char *host,
		       const struct regex_match *match)
{
	int i;

	for (i = 0; i < GROUPS; i++) {
		if (match->from[i] < 0 || match->to[i] < match->from[i])
			continue;
		groups[i] = strndup(host + match->from[i],
				    match->to[i] - match->from[i]);
		if (!groups[i])
			return no_memory();
	}
	return 0;
}

/* Whether a host of a way takes all that a wildcard does. */
static bool covers(const char *wide, const char *host)
{
	size_t wide_len = strlen(wide), len = strlen(host);

	if (!strcmp(wide, "*") || !strcmp(wide, host))
		return true;
	return *wide == '*' && len >= wide_len - 1 &&
	       !strcmp(host + len - (wide_len - 1), wide + 1);
}

/* A group, its '*' being a host's. */
static char *group_of(const char *group, const char *host, const char *way)
{
	size_t star = strcspn(group, "*");
	char *text;

	if (!group[star] || !strcmp(way, host))
		return strdup(group);
	/* "*" of "*" is all of the host */
	if (!strcmp(way, "*") && asprintf(&text, "%.*s%s%s", (int)star, group,
					  host, group + star + 1) >= 0)
		return text;
	return NULL;
}

/* Whether an expression is of names that begin with "www.": of wildcards the
 * names with it are hosts of their own (format_apache_hosts.h). */
static bool is_www(const char *pattern)
{
	return !strncmp(pattern, "^www\\.", 6) || !strncmp(pattern, "^www.", 5);
}

static int wild_match(const char *pattern, const char *host, char **groups,
		      unsigned int *unlike, const char **reason)
{
	struct format_regex regex;
	size_t i, j;
	int got = format_regex_host(&regex, pattern, strlen(pattern));

	*reason = regex.reason;
	if (got == -ENOTSUP && is_www(pattern) && host[1]) {
		*unlike |= FORMAT_REGEX_DEEP;
		return 0;
	}
	if (got)
		return got;
	for (i = 0; !got && i < regex.count; i++) {
		struct format_regex_way *way = &regex.ways[i];

		if (!covers(way->source, host))
			continue;
		got = 1;
		*unlike |= way->unlike;
		for (j = 0; groups && j < GROUPS && way->group[j]; j++) {
			groups[j] = group_of(way->group[j], host, way->source);
			if (!groups[j])
				got = -ENOTSUP;
		}
	}
	*reason = "what a part of a host is, is not known";
	format_regex_free(&regex);
	return got;
}

int apache_cond_host(const struct apache_cond *cond, const char *host,
		     char **groups, unsigned int *unlike, const char **reason)
{
	struct regex_match match;
	const char *pattern;
	bool negated = apache_cond_not(cond, &pattern);
	int got;

	if (*host == '*' && *pattern != '=' && *pattern != '<' &&
	    *pattern != '>' && *pattern != '-') {
		got = wild_match(pattern, host, negated ? NULL : groups, unlike,
				 reason);
	} else if (*host == '*') {
		got = 0;
	} else {
		/* clients send hosts in lower case */
		got = text_match(&match, cond, pattern, host, false, reason);
		if (got == 1 && !negated && groups)
			got = groups_copy(groups, host, &match) ? -ENOMEM : 1;
	}
	return got < 0 || !negated ? got : !got;
}

int apache_cond_schemes(const struct apache_cond *cond, const char **reason)
{
	static const char *const values[][3] = {
		{"%{HTTPS}", "off", "on"},
		{"%{SERVER_PORT}", "80", "443"},
		{"%{REQUEST_SCHEME}", "http", "https"},
	};
	struct regex_match match;
	const char *pattern;
	bool negated = apache_cond_not(cond, &pattern);
	size_t i = 0, j;
	int schemes = 0, got;

	while (strcasecmp(values[i][0], cond->test))
		i++;
	for (j = 1; j <= 2; j++) {
		got = text_match(&match, cond, pattern, values[i][j], false,
				 reason);
		if (got < 0)
			return got;
		if (got != negated)
			schemes |= j == 1 ? APACHE_HTTP : APACHE_HTTPS;
	}
	return schemes;
}

static bool cut(const char **text, size_t *len, const char *piece, bool end)
{
	size_t n = strlen(piece);

	if (*len < n || memcmp(end ? *text + *len - n : *text, piece, n))
		return false;
	*text += end ? 0 : n;
	*len -= n;
	return true;
}

/* What is literal of an expression. */
static int query_copy(char *dst, size_t size, const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len &&
		    ispunct((unsigned char)text[i + 1]))
			i++;
		else if (!isalnum((unsigned char)text[i]) &&
			 !strchr("=&_-%,:;/@!~", text[i]))
			return -ENOTSUP;
		if (n + 1 >= size || strchr("*#", text[i]))
			return -ENOTSUP;
		dst[n++] = text[i];
	}
	dst[n] = '\0';
	return n ? 0 : -ENOTSUP;
}

int apache_cond_query(const struct apache_cond *cond, char *dst, size_t size,
		      bool *exact, bool *loose, const char **reason)
{
	const char *text;
	bool negated = apache_cond_not(cond, &text);
	size_t len = strlen(text);
	bool begin, end, from, to;

	*reason = "a query that is not literal";
	if (negated)
		return -ENOTSUP;
	if (*text == '=') {
		*exact = true;
		*loose = false;
		return query_copy(dst, size, text + 1, len - 1);
	}
	from = cut(&text, &len, "(^|&)", false) ||
	       cut(&text, &len, "(?:^|&)", false) ||
	       cut(&text, &len, "(&|^)", false) ||
	       cut(&text, &len, "\\b", false);
	begin = !from && cut(&text, &len, "^", false);
	to = cut(&text, &len, "(&|$)", true) ||
	     cut(&text, &len, "(?:&|$)", true) ||
	     cut(&text, &len, "($|&)", true) || cut(&text, &len, "\\b", true);
	end = !to && cut(&text, &len, "$", true);
	*exact = begin && end;
	*loose = !*exact && !(from && to);
	return query_copy(dst, size, text, len);
}
