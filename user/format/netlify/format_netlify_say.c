// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_named.h"
#include "format_netlify_say.h"
#include "rule.h"
#include "rule_capture.h"
#include "rule_code.h"
#include "rule_pairs.h"

/* Whether a text has a ':' that begins a name. */
static bool has_name(const char *text, size_t len)
{
	const char *at = text, *end = text + len;

	for (; (at = memchr(at, ':', end - at)); at++)
		if (format_name_length(at + 1, end - at - 1))
			return true;
	return false;
}

static bool is_word(char c)
{
	return format_name_length(&c, 1) || (c >= '0' && c <= '9');
}

/* Why captures cannot become placeholders; what is between them has none. */
static const char *captures_reason(const char *text, size_t len)
{
	struct rule_capture capture;
	size_t from = 0;

	for (; rule_capture_next(&capture, text, len, from) > 0;
	     from = capture.end) {
		if (capture.digits)
			return "digits alone";
		if (!format_name_length(capture.name, 1) ||
		    *capture.name == '_' ||
		    (capture.name_len == 5 &&
		     !memcmp(capture.name, "splat", 5)))
			return "the name of a capture is none of a placeholder";
		if (capture.end < len && is_word(text[capture.end]))
			return "a letter or digit behind a capture";
		if (has_name(text + from, capture.at - from))
			return "':' and a name";
	}
	return has_name(text + from, len - from) ? "':' and a name" : NULL;
}

static const char *query_reason(const char *query)
{
	size_t len = strlen(query);
	const char *value = strchr(query, '=');

	if (rule_pairs_is(query, len))
		return "among other parameters";
	if (!value || value == query || strchr(query, '&') || value[1] == ':' ||
	    strchr("/#", *query) || strstr(query, "://"))
		return "not one parameter with its value";
	return NULL;
}

static const char *source_reason(const struct rule *rule, const char **kind)
{
	const char *source = rule_written(rule);
	const char *path = strchr(source, '/'), *query = strchr(path, '?');
	const char *reason;

	*kind = "host";
	if (source[0] == '*' && source[1] != '/')
		return "all names below a host";
	*kind = "scheme";
	if (*source == '*' && rule->scheme)
		return "one scheme of any host";
	*kind = "pattern";
	reason = captures_reason(path,
				 query ? (size_t)(query - path) : strlen(path));
	*kind = reason ? *kind : "query";
	return reason || !query ? reason : query_reason(query + 1);
}

const char *netlify_unsaid(const struct rule *rule, const char **kind)
{
	const struct rule_code *code = rule_code(rule->code);
	const char *reason;

	*kind = "code";
	if (!code->target || code->first != code->other)
		return code->text;
	*kind = "case";
	if (rule->fold)
		return "case=ignore";
	*kind = "query";
	if (rule->query_drop)
		return "query=drop";
	*kind = "header";
	if (*rule->headers)
		return "header=";
	reason = source_reason(rule, kind);
	if (reason)
		return reason;
	*kind = "target";
	if (strstr(rule->target, "://*"))
		return "the host of the request in the target";
	return captures_reason(rule->target, rule->target_len);
}

bool netlify_whole(const struct rule *rule)
{
	const char *path = strchr(rule_written(rule), '/');
	size_t len = strcspn(path, "?"), from = 0;
	struct rule_capture capture;

	for (; rule_capture_next(&capture, path, len, from) > 0;
	     from = capture.end)
		if (path[capture.at - 1] != '/' ||
		    (capture.end < len && path[capture.end] != '/'))
			return false;
	return path[len - 1] != '*' || path[len - 2] == '/';
}

/* Print with captures as placeholders. */
static void named_print(FILE *out, const char *text, size_t len)
{
	struct rule_capture capture;
	size_t from = 0;

	for (; rule_capture_next(&capture, text, len, from) > 0;
	     from = capture.end)
		fprintf(out, "%.*s:%.*s", (int)(capture.at - from), text + from,
			(int)capture.name_len, capture.name);
	fprintf(out, "%.*s", (int)(len - from), text + from);
}

void netlify_path_print(FILE *out, const struct rule *rule)
{
	const char *path = strchr(rule_written(rule), '/');
	size_t len = strcspn(path, "?");

	named_print(out, path, len);
	if (path[len])
		fprintf(out, " %s", path + len + 1);
}

void netlify_target_print(FILE *out, const struct rule *rule)
{
	const char *rest = strchr(rule->target, '*');
	size_t len = rest ? (size_t)(rest - rule->target) : rule->target_len;

	named_print(out, rule->target, len);
	if (rest) {
		fputs(":splat", out);
		named_print(out, rest + 1, rule->target_len - len - 1);
	}
}
