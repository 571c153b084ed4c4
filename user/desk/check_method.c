// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "check.h"
#include "check_method.h"
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

static void method_tell(const struct check *check,
			const struct ruleset_entry *entry, const char *word,
			size_t len)
{
	bool permanent = entry->code == 301;
	struct warning warning;
	struct rule rule;

	ruleset_get(entry, &rule);
	warning = check_about("method", entry, &rule);
	warnings_add(
		check->warnings, &warning,
		"%s: behind a %u a POST to /%.*s becomes a GET without its body; %s keeps both, %s for all methods",
		warning.source, entry->code, (int)len, word,
		permanent ? "301/308" : "302/307", permanent ? "308" : "307");
}

int check_method(const struct check *check)
{
	const struct ruleset_entry *entry = check->set->entries;
	const struct ruleset_entry *end = entry + check->set->count;
	const char *word;
	size_t len;

	for (; entry < end; entry++) {
		if (entry->code != 301 && entry->code != 302)
			continue;
		word = word_find(entry->source, &len);
		if (word)
			method_tell(check, entry, word, len);
	}
	return 0;
}
