// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "check.h"
#include "check_method.h"
#include "code_meaning.h"
#include "rule.h"
#include "rule_code.h"

/* Segments of paths that forms and programs POST to. */
static const char *const words[] = {
	"api",	    "auth",    "basket",       "callback",   "cart",
	"checkout", "graphql", "login",	       "logout",     "oauth",
	"oauth2",   "rpc",     "signin",       "signup",     "soap",
	"token",    "upload",  "webhook",      "webhooks",   "wp-json",
	"register", "payment", "wp-login.php", "xmlrpc.php",
};

/* What words begin with: by the first letter, a bit for each second one. */
struct beginnings {
	uint32_t second[32];
};

/* 0: none. */
static unsigned int letter_of(char c)
{
	return c & 0x40 ? c & 31 : 0;
}

static void beginnings_note(struct beginnings *beginnings)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		beginnings->second[letter_of(words[i][0])] |=
			1U << letter_of(words[i][1]);
}

/* The length of the word that a segment is, or 0. */
static size_t word_len(const struct beginnings *beginnings, const char *segment)
{
	size_t i, len;

	if (!(beginnings->second[letter_of(*segment)] >>
		      letter_of(segment[!!*segment]) &
	      1))
		return 0;
	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if ((*segment | 0x20) != *words[i])
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
static const char *word_find(const struct beginnings *beginnings,
			     const char *source, size_t *len)
{
	const char *path = strchr(source, '/'), *at = path;

	for (; at; at = strchr(at, '/')) {
		*len = word_len(beginnings, ++at);
		if (*len)
			return memchr(path, '?', at - path) || is_page(source)
				       ? NULL
				       : at;
	}
	return NULL;
}

/* code: what it has, or is to have by final=. */
static void method_tell(const struct check *check,
			const struct beginnings *beginnings,
			const struct ruleset_entry *entry, unsigned int code)
{
	bool permanent = code == 301;
	struct warning warning;
	struct rule rule;
	const char *word;
	size_t len;

	word = word_find(beginnings, entry->source, &len);
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
	struct beginnings beginnings = {0};
	struct rule rule;

	beginnings_note(&beginnings);
	for (; entry < end; entry++) {
		if (loses_method(entry->code)) {
			method_tell(check, &beginnings, entry, entry->code);
			continue;
		}
		if (!entry->more)
			continue;
		ruleset_get(entry, &rule);
		if (loses_method(rule.final.code))
			method_tell(check, &beginnings, entry, rule.final.code);
	}
	return 0;
}
