// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_cloudflare_say.h"
#include "format_cloudflare_write.h"
#include "format_write.h"
#include "rule.h"

/* The row that a rule of "*.name" is a half of, until the other half comes. */
struct half {
	bool whole;
	char *source; /* the rule's, for messages */
	char row[];
};

struct halves {
	void *root; /* of tsearch() */
	bool looked;
	bool slash; /* it was said */
	char last
		[RULE_SOURCE_SIZE]; /* the last exact source that ends in '/' */
	struct format_write *write;
};

static int half_compare(const void *left, const void *right)
{
	return strcmp(((const struct half *)left)->row,
		      ((const struct half *)right)->row);
}

static void half_free(void *node)
{
	struct half *half = node;

	free(half->source);
	free(half);
}

/* The row of a rule, as if it were for subdomains, too. */
static struct half *half_make(const struct rule *rule)
{
	struct half *half = NULL;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	cloudflare_print(out, rule, true);
	if (!fclose(out))
		half = calloc(1, sizeof(*half) + size + 1);
	if (half)
		memcpy(half->row, text, size);
	free(text);
	return half;
}

/* Find the half of a rule. Returns 0 with *half NULL where there is none. */
static int half_find(const struct halves *halves, const struct rule *rule,
		     struct half **half)
{
	struct half *key;
	void *node;

	*half = NULL;
	if (!halves->root)
		return 0;
	key = half_make(rule);
	if (!key)
		return error_sys(-ENOMEM, "cannot write rules");
	node = tfind(key, &halves->root, half_compare);
	if (node)
		*half = *(struct half **)node;
	half_free(key);
	return 0;
}

static int half_add(struct halves *halves, const struct rule *rule)
{
	struct half *half = half_make(rule);

	if (half)
		half->source = strdup(rule_written(rule));
	if (!half || !half->source ||
	    !tsearch(half, &halves->root, half_compare)) {
		if (half)
			half_free(half);
		return error_sys(-ENOMEM, "cannot write rules");
	}
	return 0;
}

/* Whether the source was that of the last exact rule, too. */
static bool source_is_taken(struct halves *halves, const struct rule *rule)
{
	size_t len = rule->source_len;

	if (rule->source[len - 1] == '*')
		return strlen(halves->last) == len - 1 &&
		       !memcmp(halves->last, rule->source, len - 1);
	if (rule->source[len - 1] == '/')
		memcpy(halves->last, rule->source, len + 1);
	return false;
}

static void losses_tell(struct format_write *write, const struct rule *rule)
{
	struct halves *halves = write->data;

	format_lost(write, rule);
	if (!halves->slash && rule->source[rule->source_len - 1] == '*') {
		halves->slash = true;
		format_unlike(
			write, rule, "slash",
			"this and other prefixes do not take the path without its last '/'");
	}
}

static int rule_look(struct format_write *write, const struct rule *rule)
{
	struct halves *halves = write->data;
	const char *kind, *reason = cloudflare_unsaid(rule, &kind);
	struct half *half;
	int err;

	if (!reason && source_is_taken(halves, rule)) {
		kind = "source";
		reason = "another rule has this source URL with Cloudflare";
	}
	if (reason) {
		format_unsaid(write, rule, kind, reason);
		return 0;
	}
	if (!halves->looked)
		losses_tell(write, rule);
	if (*rule->source == '*' && !halves->looked)
		return half_add(halves, rule);
	err = half_find(halves, rule, &half);
	if (!err && half && *rule->source == '*' && !half->whole)
		write->fits = false;
	else if (!err && half)
		half->whole = true;
	return err;
}

static void half_look(const void *node, VISIT visit, void *arg)
{
	const struct half *half = *(struct half *const *)node;
	struct format_write *write = arg;

	if ((visit == postorder || visit == leaf) && !half->whole)
		findings_add(
			&write->findings, FINDING_CANNOT, "host", 0,
			"%s: INCLUDE_SUBDOMAINS takes the name itself, too",
			half->source);
}

static void rules_looked(struct format_write *write)
{
	struct halves *halves = write->data;

	halves->looked = true;
	halves->last[0] = '\0';
	twalk_r(halves->root, half_look, write);
}

static int rule_write(struct format_write *write, const struct rule *rule)
{
	struct half *half;
	int err;

	if (*rule->source == '*')
		return 0; /* the other half is written */
	err = half_find(write->data, rule, &half);
	if (!err)
		cloudflare_print(write->out, rule, half && half->whole);
	return err;
}

static void halves_free(struct format_write *write)
{
	struct halves *halves = write->data;

	tdestroy(halves->root, half_free);
}

const struct format_writer format_cloudflare_writer = {
	.size = sizeof(struct halves),
	.look = rule_look,
	.looked = rules_looked,
	.rule = rule_write,
	.free = halves_free,
};
