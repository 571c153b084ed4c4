// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_nginx_host.h"
#include "format_nginx_known.h"
#include "format_nginx_value.h"
#include "format_text.h"

static enum nginx_known answer(bool yes)
{
	return yes ? NGINX_KNOWN_YES : NGINX_KNOWN_NO;
}

/* Whether a text has a byte that no variable gives, or one that has always
 * some. */
static bool never_empty(const char *text)
{
	static const char *const full[] = {"request_uri",  "uri",
					   "document_uri", "scheme",
					   "host",	   "http_host"};
	const char *name;
	size_t len, i;

	while (*text == '$') {
		text = nginx_variable(text, &name, &len);
		for (i = 0; i < sizeof(full) / sizeof(*full); i++)
			if (strlen(full[i]) == len &&
			    !strncmp(full[i], name, len))
				return true;
	}
	return *text != '\0';
}

/* The bytes that all begin with which an expression takes; false where it says
 * more than that. */
static bool literal_begin(const char *regex, struct format_text *begin)
{
	format_text_begin(begin);
	if (*regex++ != '^')
		return false;
	for (; *regex; regex++) {
		if (*regex == '\\' && strchr("./-:", regex[1]) && regex[1])
			regex++;
		else if (strchr("\\^$.[]|()?*+{}", *regex))
			return false;
		format_text_raw(begin, regex, 1);
	}
	return !begin->full;
}

/* A value that varies behind its begin. */
static enum nginx_known begin_known(const struct format_text *known,
				    const char *text, const char *op,
				    const char *value)
{
	static __thread struct format_text literal;
	bool other;

	if (!*op || (*op == '=' && !*value)) {
		if (!never_empty(text))
			return NGINX_KNOWN_NOT;
		return answer(!*op);
	}
	if (*op == '=') {
		other = strncmp(value, known->text, known->len) != 0;
		return other ? NGINX_KNOWN_NO : NGINX_KNOWN_NOT;
	}
	if (op[1] || !literal_begin(value, &literal))
		return NGINX_KNOWN_NOT;
	if (known->len >= literal.len)
		return answer(!memcmp(known->text, literal.text, literal.len));
	other = memcmp(known->text, literal.text, known->len) != 0;
	return other ? NGINX_KNOWN_NO : NGINX_KNOWN_NOT;
}

enum nginx_known nginx_known(struct nginx *nginx,
			     const struct format_region *region,
			     const struct nginx_env *bound, const char *op,
			     const char *value)
{
	static __thread struct format_text known;
	int got;

	if (*op == '~' && strchr(value, '('))
		return NGINX_KNOWN_NOT;
	if (!nginx_value(nginx, region, bound->of, bound->text, &known))
		return begin_known(&known, bound->text, op, value);
	if (!*op)
		return answer(known.len && strcmp(known.text, "0") != 0);
	if (*op == '=')
		return answer(!strcmp(known.text, value));
	got = nginx_text_match(value, known.text, op[1] == '*');
	return got < 0 ? NGINX_KNOWN_NOT : answer(got);
}
