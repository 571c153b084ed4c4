// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "check.h"
#include "check_method.h"
#include "code_meaning.h"
#include "rule.h"
#include "rule_code.h"

enum { WORD_MAX = 13 };

/* Segments of paths that forms and programs POST to. */
static const char *const words[] = {
	"api",	    "auth",    "basket",       "callback",   "cart",
	"checkout", "graphql", "login",	       "logout",     "oauth",
	"oauth2",   "rpc",     "signin",       "signup",     "soap",
	"token",    "upload",  "webhook",      "webhooks",   "wp-json",
	"register", "payment", "wp-login.php", "xmlrpc.php",
};

static bool is_word(const char *segment, size_t len)
{
	size_t i;

	if (len < 3 || len > WORD_MAX)
		return false;
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if ((*segment | 0x20) == *words[i] &&
		    !strncasecmp(segment, words[i], len) && !words[i][len])
			return true;
	return false;
}

/* Whether it is a page by its name, which nobody posts to. */
static bool is_page(const char *source)
{
	const char *dot = strrchr(source, '.');

	return dot && (!strcasecmp(dot, ".html") || !strcasecmp(dot, ".htm"));
}

/* The first segment of a source's path that is one of them, or NULL. */
static const char *word_find(const char *source, size_t *len)
{
	const char *at = strchr(source, '/');

	if (is_page(source))
		return NULL;
	while (at) {
		*len = strcspn(++at, "/?*");
		if (is_word(at, *len) && at[*len] != '*')
			return at;
		at = at[*len] == '/' ? at + *len : NULL;
	}
	return NULL;
}

/* code: what it has, or is to have by final=. */
static void method_tell(const struct check *check,
			const struct ruleset_entry *entry, unsigned int code)
{
	bool permanent = code == 301;
	struct warning warning;
	struct rule rule;
	const char *word;
	size_t len;

	word = word_find(entry->source, &len);
	if (!word)
		return;
	ruleset_get(entry, &rule);
	warning = check_about("method", entry, &rule);
	warnings_add(
		check->warnings, &warning,
		"%s: behind a %u a POST to /%.*s %s; %s keeps both, %s for all methods",
		warning.source, code, (int)len, word, code_meaning(code)->post,
		permanent ? "301/308" : "302/307", permanent ? "308" : "307");
}

static bool loses_method(unsigned int code)
{
	return code == 301 || code == 302;
}

int check_method(const struct check *check)
{
	const struct ruleset_entry *entry = check->set->entries;
	const struct ruleset_entry *end = entry + check->set->count;
	struct rule rule;

	for (; entry < end; entry++) {
		if (loses_method(entry->code)) {
			method_tell(check, entry, entry->code);
			continue;
		}
		if (!entry->more)
			continue;
		ruleset_get(entry, &rule);
		if (loses_method(rule.final.code))
			method_tell(check, entry, rule.final.code);
	}
	return 0;
}
