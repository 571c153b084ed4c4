// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format_apache_flags.h"

/* Flags by both of their names. */
enum flag {
	FLAG_REDIRECT,
	FLAG_GONE,
	FLAG_FORBIDDEN,
	FLAG_PROXY,
	FLAG_NOCASE,
	FLAG_NOESCAPE,
	FLAG_APPEND,
	FLAG_DISCARD,
	FLAG_LAST,
	FLAG_COOKIE,
	FLAG_CHAIN,
	FLAG_SKIP,
	FLAG_AGAIN, /* from the first rule on */
	FLAG_MARK,  /* a '?' may come of what is put in */
	FLAG_NONE,  /* it does nothing to a redirect */
};

static const struct {
	const char *brief, *name;
	enum flag flag;
} names[] = {
	{"R", "redirect", FLAG_REDIRECT},
	{"G", "gone", FLAG_GONE},
	{"F", "forbidden", FLAG_FORBIDDEN},
	{"P", "proxy", FLAG_PROXY},
	{"NC", "nocase", FLAG_NOCASE},
	{"NE", "noescape", FLAG_NOESCAPE},
	{"QSA", "qsappend", FLAG_APPEND},
	{"QSD", "qsdiscard", FLAG_DISCARD},
	{"L", "last", FLAG_LAST},
	{"END", "end", FLAG_LAST},
	{"CO", "cookie", FLAG_COOKIE},
	{"C", "chain", FLAG_CHAIN},
	{"S", "skip", FLAG_SKIP},
	{"N", "next", FLAG_AGAIN},
	{"E", "env", FLAG_NONE},
	{"B", "escape", FLAG_NONE},
	{"BCTLS", "bctls", FLAG_NONE},
	{"BNE", "bne", FLAG_NONE},
	{"BNP", "backrefnoplus", FLAG_NONE},
	{"DPI", "discardpath", FLAG_NONE},
	{"H", "handler", FLAG_NONE},
	{"NS", "nosubreq", FLAG_NONE},
	{"PT", "passthrough", FLAG_NONE},
	{"QSL", "qslast", FLAG_NONE},
	{"T", "type", FLAG_NONE},
	{"UnsafeAllow3F", "UnsafeAllow3F", FLAG_MARK},
	{"UnsafePrefixStat", "UnsafePrefixStat", FLAG_NONE},
	{"UNC", "UNC", FLAG_NONE},
};

static bool is(const char *text, size_t len, const char *name)
{
	return strlen(name) == len && !strncasecmp(text, name, len);
}

static void redirect_take(struct apache_flags *flags, const char *value,
			  size_t len)
{
	flags->redirect = true;
	snprintf(flags->code, sizeof(flags->code), "%.*s", len ? (int)len : 3,
		 len ? value : "302");
}

/* One flag. Returns false for none. */
static bool flag_take(struct apache_flags *flags, const char *text, size_t len)
{
	size_t name = 0, i;

	while (name < len && text[name] != '=' && text[name] != '|')
		name++;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (is(text, name, names[i].brief) ||
		    is(text, name, names[i].name))
			break;
	if (i == sizeof(names) / sizeof(*names))
		return false;
	switch (names[i].flag) {
	case FLAG_REDIRECT:
		redirect_take(flags, text + name + 1,
			      name < len ? len - name - 1 : 0);
		break;
	case FLAG_GONE:
		flags->gone = true;
		break;
	case FLAG_FORBIDDEN:
		flags->forbidden = true;
		break;
	case FLAG_PROXY:
		flags->proxy = true;
		break;
	case FLAG_NOCASE:
		flags->nocase = true;
		break;
	case FLAG_NOESCAPE:
		flags->noescape = true;
		break;
	case FLAG_APPEND:
		flags->append = true;
		break;
	case FLAG_DISCARD:
		flags->discard = true;
		break;
	case FLAG_LAST:
		flags->last = true;
		break;
	case FLAG_COOKIE:
		flags->cookie = true;
		break;
	case FLAG_CHAIN:
		flags->chain = true;
		flags->other = names[i].brief;
		break;
	case FLAG_SKIP:
		flags->skip =
			name < len ? strtoul(text + name + 1, NULL, 10) : 0;
		break;
	case FLAG_AGAIN:
		flags->other = names[i].brief;
		break;
	case FLAG_MARK:
		flags->mark = true;
		break;
	case FLAG_NONE:
		break;
	}
	return true;
}

static bool flags_read(struct apache_flags *flags, const char *text)
{
	size_t len = strlen(text), n;
	bool known = true;

	*flags = (struct apache_flags){0};
	if (!len)
		return true;
	if (*text != '[' || text[len - 1] != ']')
		return false;
	for (text++, len -= 2; known && len; text += n, len -= n) {
		n = strspn(text, ", ");
		if (n) {
			n = n < len ? n : len;
			continue;
		}
		while (n < len && text[n] != ',')
			n++;
		known = flag_take(flags, text, n);
	}
	return known;
}

/* Many lines have the same. */
bool apache_flags_read(struct apache_flags *flags, const char *text)
{
	static __thread struct apache_flags kept;
	static __thread char last[64];
	static __thread bool known;
	size_t len = strlen(text);

	if (len >= sizeof(last))
		return flags_read(flags, text);
	if (!known || strcmp(text, last) != 0) {
		known = flags_read(&kept, text);
		memcpy(last, text, len + 1);
	}
	*flags = kept;
	return known;
}
