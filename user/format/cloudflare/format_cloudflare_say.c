// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "csv.h"
#include "format_cloudflare_say.h"
#include "rule.h"
#include "rule_code.h"
#include "rule_url.h"

/* Slashes in the path of a source with SUBPATH_MATCHING, at most. */
enum { SLASHES_MOST = 16 };

static bool is_prefix(const struct rule *rule)
{
	return rule->source[rule->source_len - 1] == '*' &&
	       !strchr(rule->source, '?');
}

/* Where the target's path ends. */
static size_t path_end(const struct rule *rule)
{
	return strcspn(rule->target, "?#");
}

/* Whether the remainder stands at the end of the target's path. */
static bool has_suffix(const struct rule *rule)
{
	size_t end = path_end(rule);

	return end && rule->target[end - 1] == '*';
}

static const char *code_unsaid(const struct rule *rule)
{
	switch (rule->code) {
	case 301:
	case 302:
	case 307:
	case 308:
		return NULL;
	}
	return "Cloudflare has 301, 302, 307 and 308";
}

static const char *source_unsaid(const struct rule *rule, const char **kind)
{
	const char *path = strchr(rule->source, '/'), *at;
	unsigned int slashes = 0;

	*kind = "host";
	if (*rule->source == '*' && rule->source[1] == '/')
		return "a source URL has a host";
	*kind = "query";
	if (strchr(path, '?'))
		return "a source URL has no query";
	*kind = "pattern";
	if (strchr(rule_written(rule), '{'))
		return "it has no patterns";
	*kind = "case";
	if (rule->fold)
		return "paths have case";
	*kind = "prefix";
	if (!is_prefix(rule))
		return NULL;
	if (rule->source[rule->source_len - 2] != '/')
		return "SUBPATH_MATCHING takes whole segments";
	for (at = path; *at; at++)
		slashes += *at == '/';
	return slashes > SLASHES_MOST
		       ? "SUBPATH_MATCHING has 16 slashes at most"
		       : NULL;
}

static const char *target_unsaid(const struct rule *rule, const char **kind)
{
	size_t end = path_end(rule);
	const char *star = memchr(rule->target, '*', rule->target_len);

	*kind = "remainder";
	if (star && star != rule->target + end - 1)
		return "only at the end of the target's path";
	if (has_suffix(rule) && rule->target[end - 2] != '/')
		return "PRESERVE_PATH_SUFFIX begins a segment";
	*kind = "query";
	if (!rule->query_drop && rule->target[end] == '?')
		return "none is kept where the target has one";
	return NULL;
}

const char *cloudflare_unsaid(const struct rule *rule, const char **kind)
{
	const char *reason = code_unsaid(rule);

	*kind = "code";
	if (!reason)
		reason = source_unsaid(rule, kind);
	if (!reason)
		reason = target_unsaid(rule, kind);
	return reason;
}

static void source_print(FILE *out, const struct rule *rule)
{
	static __thread char text[RULE_SOURCE_SIZE + 16];
	const char *source = rule_written(rule);
	int len;

	if (*source == '*')
		source += 2;
	len = snprintf(text, sizeof(text), "%s%s%s",
		       rule_scheme_text(rule->scheme),
		       rule->scheme ? "://" : "", source);
	csv_print(out, text, len - is_prefix(rule));
}

static void target_print(FILE *out, const struct rule *rule)
{
	static __thread char text[RULE_TARGET_SIZE];
	size_t end = path_end(rule);
	int len = snprintf(text, sizeof(text), "%.*s%s",
			   (int)(end - has_suffix(rule)), rule->target,
			   rule->target + end);

	csv_print(out, text, len);
}

void cloudflare_print(FILE *out, const struct rule *rule, bool subdomains)
{
	static const char *const flags[] = {"FALSE", "TRUE"};

	source_print(out, rule);
	putc(',', out);
	target_print(out, rule);
	fprintf(out, ",%s,%s,%s,%s,%s\n", rule_code(rule->code)->text,
		flags[!rule->query_drop], flags[subdomains],
		flags[is_prefix(rule)], flags[has_suffix(rule)]);
}
