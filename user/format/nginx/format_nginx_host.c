// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "format_nginx_host.h"
#include "format_nginx_tell.h"

enum { HOST_REGEX = 512 };

/* An expression as regcomp() takes it. */
struct posix {
	char text[2 * HOST_REGEX];
	size_t len;
	unsigned int groups;
	const char *name[FORMAT_REGEX_GROUPS];
};

static void add(struct posix *posix, const char *text, size_t len)
{
	if (len >= sizeof(posix->text) - posix->len)
		len = sizeof(posix->text) - 1 - posix->len;
	memcpy(posix->text + posix->len, text, len);
	posix->len += len;
	posix->text[posix->len] = '\0';
}

/* What is behind a '\'. Returns false for what has no word of regcomp()'s. */
static bool escape_add(struct posix *posix, char c, bool class)
{
	const char *text = c == 'd' ? "0-9" : c == 'w' ? "A-Za-z0-9_" : NULL;
	const char plain[] = {'\\', c};

	if (text) {
		if (!class)
			add(posix, "[", 1);
		add(posix, text, strlen(text));
		if (!class)
			add(posix, "]", 1);
	} else if (isalnum((unsigned char)c)) {
		return false;
	} else {
		/* a '\' is one of a class */
		add(posix, class ? plain + 1 : plain, class ? 1 : 2);
	}
	return true;
}

/* What "(" begins; where it goes on, NULL for what is no simple group. */
static const char *group_begin(struct nginx *nginx, struct posix *posix,
			       const char *at)
{
	const char *end;

	add(posix, "(", 1);
	if (++posix->groups >= 10)
		return NULL;
	if (at[1] != '?')
		return at + 1;
	at += at[2] == 'P' ? 3 : 2;
	if (*at != '<' || at[1] == '=' || at[1] == '!')
		return NULL;
	end = strchr(at, '>');
	if (!end)
		return NULL;
	posix->name[posix->groups] = nginx_text(nginx, at + 1, end - at - 1);
	return end + 1;
}

static bool posix_make(struct nginx *nginx, struct posix *posix,
		       const char *regex)
{
	bool class = false;

	*posix = (struct posix){0};
	if (strlen(regex) >= HOST_REGEX)
		return false;
	while (*regex) {
		if (*regex == '\\') {
			if (!regex[1] || !escape_add(posix, regex[1], class))
				return false;
			regex += 2;
			continue;
		}
		if (*regex == '(' && !class) {
			regex = group_begin(nginx, posix, regex);
			if (!regex)
				return false;
			continue;
		}
		class = *regex == '[' || (class && *regex != ']');
		/* no lazy or greedy ones */
		if (!class && strchr("*+?}", *regex) && regex[1] &&
		    strchr("+?", regex[1]))
			return false;
		add(posix, regex++, 1);
	}
	return true;
}

static struct nginx_groups *groups_make(struct nginx *nginx,
					const struct posix *posix,
					const char *host,
					const regmatch_t *match)
{
	struct nginx_groups *groups =
		nginx_groups_make(nginx, posix->groups + 1);
	unsigned int i;

	for (i = 1; groups && i <= posix->groups; i++) {
		size_t from = match[i].rm_so < 0 ? 0 : match[i].rm_so;
		size_t to = match[i].rm_so < 0 ? 0 : match[i].rm_eo;

		groups->group[i].name = posix->name[i];
		groups->group[i].text =
			nginx_text(nginx, host + from, to - from);
		groups->hosts |= 1U << i;
	}
	if (groups)
		groups->host = host;
	return groups;
}

int nginx_host_match(struct nginx *nginx, const char *regex, const char *host,
		     const struct nginx_groups **groups)
{
	regmatch_t match[10];
	struct posix posix;
	regex_t compiled;
	int failed;

	if (!posix_make(nginx, &posix, regex) ||
	    regcomp(&compiled, posix.text, REG_EXTENDED | REG_ICASE))
		return -1;
	failed = regexec(&compiled, host, 10, match, 0);
	regfree(&compiled);
	if (failed)
		return 0;
	if (groups)
		*groups = groups_make(nginx, &posix, host, match);
	return 1;
}

int nginx_text_match(const char *regex, const char *text, bool fold)
{
	struct posix posix;
	regex_t compiled;
	int failed;

	if (!posix_make(NULL, &posix, regex) ||
	    regcomp(&compiled, posix.text,
		    REG_EXTENDED | REG_NOSUB | (fold ? REG_ICASE : 0)))
		return -1;
	failed = regexec(&compiled, text, 0, NULL, 0);
	regfree(&compiled);
	return !failed;
}
