// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "check.h"
#include "check_method.h"
#include "code_meaning.h"
#include "rule.h"
#include "rule_code.h"

/* Segments of paths that forms and programs POST to, in order. */
static const char *const words[] = {
	"api",	    "auth",    "basket",       "callback",   "cart",
	"checkout", "graphql", "login",	       "logout",     "oauth",
	"oauth2",   "payment", "register",     "rpc",	     "signin",
	"signup",   "soap",    "token",	       "upload",     "webhook",
	"webhooks", "wp-json", "wp-login.php", "xmlrpc.php",
};

enum { WORDS = sizeof(words) / sizeof(*words) };

/* Where the words of each first letter begin; WORDS: there are none. */
struct words_index {
	size_t first[32];
};

static size_t *index_of(struct words_index *index, char letter)
{
	return &index->first[letter & 0x40 ? letter & 31 : 0];
}

static void index_make(struct words_index *index)
{
	size_t i;

	for (i = 0; i < sizeof(index->first) / sizeof(*index->first); i++)
		index->first[i] = WORDS;
	for (i = WORDS; i-- > 0;)
		*index_of(index, *words[i]) = i;
}

/* The length of the word that a segment is, or 0. */
static size_t word_len(struct words_index *index, const char *segment)
{
	size_t i = *index_of(index, *segment), len;

	for (; i < WORDS && (*segment | 0x20) == *words[i]; i++) {
		if ((segment[1] | 0x20) != words[i][1])
			continue;
		len = strlen(words[i]);
		if (!strncasecmp(segment, words[i], len) &&
		    strchr("/?", segment[len]))
			return len;
	}
	return 0;
}

/* Whether it is a page by its name, which nobody posts to. */
static bool is_page(const char *source)
{
	const char *dot = strrchr(source, '.');

	return dot && (!strcasecmp(dot, ".html") || !strcasecmp(dot, ".htm"));
}

/* The first segment of a source's path that is one of them, or NULL. */
static const char *word_find(struct words_index *index, const char *source,
			     size_t *len)
{
	const char *path = strchr(source, '/'), *at = path;

	for (; at; at = strchr(at, '/')) {
		*len = word_len(index, ++at);
		if (*len)
			return memchr(path, '?', at - path) || is_page(source)
				       ? NULL
				       : at;
	}
	return NULL;
}

/* code: what it has, or is to have by final=. */
static void method_tell(const struct check *check, struct words_index *index,
			const struct ruleset_entry *entry, unsigned int code)
{
	bool permanent = code == 301;
	struct warning warning;
	struct rule rule;
	const char *word;
	size_t len;

	word = word_find(index, entry->source, &len);
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
	struct words_index index;
	struct rule rule;

	index_make(&index);
	for (; entry < end; entry++) {
		if (loses_method(entry->code)) {
			method_tell(check, &index, entry, entry->code);
			continue;
		}
		if (!entry->more)
			continue;
		ruleset_get(entry, &rule);
		if (loses_method(rule.final.code))
			method_tell(check, &index, entry, rule.final.code);
	}
	return 0;
}
