// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crawl.h"
#include "error.h"
#include "rule.h"
#include "ruleset.h"
#include "verify_json.h"
#include "verify_request.h"

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_of_text(text) : json_null();
}

void verify_json_begin(struct verify_json *json, const char *against,
		       const char *rules)
{
	json_t *value =
		json_pack("{s:o, s:o}", "against", text_or_null(against),
			  "rules", text_or_null(rules));
	char *text = json_dumps(value, JSON_COMPACT);

	/* without its final brace */
	if (text)
		fprintf(json->list.out,
			"%.*s,\n\"findings\": ", (int)strlen(text) - 1, text);
	free(text);
	json_decref(value);
}

static json_t *answer_json(const struct http_answer *answer)
{
	if (!answer)
		return json_null();
	return json_pack(
		"{s:o, s:o, s:i, s:o}", "status",
		answer->status ? json_integer(answer->status) : json_null(),
		"location",
		answer->redirect ? json_of_text(answer->location) : json_null(),
		"locations", (int)answer->redirect, "failure",
		text_or_null(answer->failure));
}

int verify_json_take(const struct verify_finding *finding, void *arg)
{
	struct verify_json *json = arg;
	const struct verify_request *request = finding->request;
	json_t *expected = json_null(), *value;

	if (finding->kind != VERIFY_HIDDEN)
		expected =
			json_pack("{s:i, s:o}", "status", finding->status,
				  "location", text_or_null(finding->location));
	value = json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o}",
			  "kind", verify_kind_names[finding->kind], "rule",
			  json_of_rule(finding->rule), "method",
			  finding->method, "scheme", finding->scheme, "host",
			  request->host, "target", request->target, "made_up",
			  (int)request->made_up, "expected", expected, "got",
			  answer_json(finding->answer), "winner",
			  text_or_null(finding->winner));
	return json_list_add(&json->list, value);
}

static json_t *verify_totals(const struct verify *verify)
{
	const uint64_t *found = verify->found;

	return json_pack(
		"{s:s, s:b, s:{s:I, s:I, s:I, s:I, s:I}, s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:o}",
		"scheme", verify->https ? "https" : "http", "tls",
		(int)verify->tls, "rules", "asked", (json_int_t)verify->asked,
		"not_sampled", (json_int_t)verify->outside, "pass",
		(json_int_t)verify->passes, "other_scheme",
		(json_int_t)verify->other_scheme, "hidden",
		(json_int_t)found[VERIFY_HIDDEN], "requests", "all",
		(json_int_t)verify->requests, "made_up",
		(json_int_t)verify->made_up, "same", (json_int_t)verify->alike,
		"status", (json_int_t)found[VERIFY_STATUS], "location",
		(json_int_t)found[VERIFY_LOCATION], "no_answer",
		(json_int_t)found[VERIFY_NONE], "nobody_answers",
		text_or_null(verify->gave_up));
}

static json_t *target_json(const struct crawl *crawl,
			   const struct crawl_target *target)
{
	struct rule rule;

	ruleset_get(&crawl->set->entries[target->rule], &rule);
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:s, s:I}", "url", target->url, "status",
		target->status ? json_integer(target->status) : json_null(),
		"location", text_or_null(target->location), "failure",
		text_or_null(target->failure), "source", rule_written(&rule),
		"rules", (json_int_t)target->rules);
}

static json_t *crawl_totals(const struct crawl *crawl)
{
	json_t *bad = json_array();
	size_t i;

	for (i = 0; i < crawl->count; i++) {
		const struct crawl_target *target = &crawl->targets[i];

		if (crawl_is_bad(target))
			json_array_append_new(bad, target_json(crawl, target));
	}
	return json_pack("{s:I, s:I, s:I, s:o}", "asked",
			 (json_int_t)crawl->asked, "good",
			 (json_int_t)crawl->good, "of_requests",
			 (json_int_t)crawl->open, "bad", bad);
}

int verify_json_end(struct verify_json *json, const struct verify *verify,
		    const struct crawl *crawl, bool complete)
{
	json_t *value =
		json_pack("{s:o, s:o, s:b}", "sources",
			  verify ? verify_totals(verify) : json_null(),
			  "targets", crawl ? crawl_totals(crawl) : json_null(),
			  "complete", (int)complete);
	char *text = json_dumps(value, JSON_COMPACT);

	json_list_end(&json->list);
	json_decref(value);
	if (!text)
		return error_sys(-ENOMEM, "cannot write JSON");
	fprintf(json->list.out, ",%s\n", text + 1);
	free(text);
	return ferror(json->list.out) ? error_set(-EIO, "cannot write JSON")
				      : 0;
}
