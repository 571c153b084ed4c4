// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "code_meaning.h"
#include "explain_means.h"
#include "json.h"
#include "rule.h"
#include "rule_code.h"

static bool is_get(const char *method)
{
	return !strcmp(method, "GET") || !strcmp(method, "HEAD");
}

/* As in "an OPTIONS". */
static const char *article(const char *method)
{
	return strchr("AEIOUaeiou", *method) ? "an" : "a";
}

/* What a client gets that sends a body. */
static json_t *bodies_json(const struct rule_code *code)
{
	const struct code_meaning *other = code_meaning(code->other);

	if (!code->target)
		return json_null();
	if (code->first == code->other)
		return json_sprintf("a POST %s", other->post);
	return json_sprintf("a POST gets %u and %s", code->other, other->post);
}

json_t *explain_means(const struct rule *rule, const char *method)
{
	const struct rule_code *code = rule_code(rule->code);
	bool get = is_get(method);
	const struct code_meaning *meaning =
		code_meaning(get ? code->first : code->other);
	char text[CODE_MEANING_TEXT];
	json_t *caches;

	if (!meaning)
		return NULL;
	caches = get ? json_string(code_meaning_caches(text, rule->max_age))
		     : json_sprintf("no cache keeps what %s %s gets",
				    article(method), method);
	return json_pack("{s:o, s:s, s:o, s:o}", "caches", caches, "crawlers",
			 meaning->crawlers, "request",
			 json_sprintf("%s %s %s", article(method), method,
				      code_meaning_method(meaning, method)),
			 "bodies", get ? bodies_json(code) : json_null());
}
