// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "explain_parts.h"
#include "loop_sample.h"
#include "map_view.h"
#include "request.h"
#include "rule.h"
#include "rule_apex.h"
#include "rule_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, const char *text)
{
	fprintf(stderr, "fuzz_rule: %s: %s\n", what, text);
	abort();
}

/* Notes hold no control byte, headers are whole lines of visible ASCII. */
static void check_values(const struct rule *rule)
{
	const char *at, *end;

	if (strlen(rule->note) > LIMIT_NOTE)
		fail("length of a note", rule->note);
	for (at = rule->note; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			fail("a control byte", rule->note);
	for (at = rule->headers; *at; at = end + 2) {
		end = strstr(at, "\r\n");
		if (!end || end - at > LIMIT_HEADER || end == at ||
		    !memchr(at, ':', end - at))
			fail("no header", rule->headers);
		for (; at < end; at++)
			if ((*at < 0x20 && *at != '\t') || *at == 0x7f)
				fail("a byte that no header has",
				     rule->headers);
	}
}

/* The stored source is made of the written one, which is its own normal form;
 * with the other case= it is another one. */
static void check_written(const struct rule *rule)
{
	const char *written = rule_written(rule);
	static char source[RULE_SOURCE_SIZE];
	struct rule_shape shape;
	struct rule_error error;
	int n;

	if (rule_source_store(source, written, rule->fold) !=
		    (int)rule->source_len ||
	    strcmp(source, rule->source))
		fail("another stored source", written);
	n = rule_source_read(source, &shape, written, strlen(written),
			     rule->fold, &error);
	if (n < 0 || strcmp(source, written))
		fail("not its own normal form", written);
	if (rule->written && !strcmp(rule->written, rule->source))
		fail("written as it is stored", written);
	n = rule_source_store(source, written, !rule->fold);
	if (n >= 0 && rule->fold && strcasecmp(source, rule->source) &&
	    !strstr(source, "&*"))
		fail("more than the case differs", written);
}

/* The promises of rule.h that hold for every rule. */
static void check_texts(const struct rule *rule)
{
	const char *texts[] = {rule->source, rule->target, rule->tag};
	size_t i;

	if (rule->source_len != strlen(rule->source) ||
	    rule->target_len != strlen(rule->target) ||
	    rule->target_len > LIMIT_TARGET || strlen(rule->tag) > LIMIT_TAG)
		fail("length", rule->source);
	for (i = 0; i < 3; i++) {
		const char *at;

		for (at = texts[i]; *at; at++)
			if (*at <= 0x20 || *at > 0x7e ||
			    strchr("\"<>\\^`|", *at) ||
			    (i == 2 && strchr("{}", *at)) ||
			    (*at == '#' && (i != 1 || strchr(at + 1, '#'))))
				fail("a byte that no URL has", texts[i]);
	}
	if (!strchr(rule->source, '/'))
		fail("no path", rule->source);
	check_values(rule);
	check_written(rule);
}

/* A printed rule reads as the same rule again. */
static void check_again(const struct rule *rule)
{
	static struct rule_buffer buffer;
	static char printed[2 * sizeof(struct rule_buffer)];
	FILE *out = fmemopen(printed, sizeof(printed), "w");
	struct rule_error error;
	struct rule again;
	size_t size;

	if (!out)
		abort();
	rule_print(out, rule);
	if (fclose(out))
		fail("too long", rule->source);
	size = strlen(printed);
	if (!size || printed[size - 1] != '\n')
		fail("no line", printed);
	if (rule_parse(&again, &buffer, printed, size - 1, &error) != 1)
		fail(error.reason, printed);
	if (!rule_equal(rule, &again) || buffer.dot ||
	    strcmp(rule_written(rule), rule_written(&again)))
		fail("another rule when read again", printed);
}

/* The request that loops are looked for with is one that the rule matches. */
static void check_sample(const struct rule *rule)
{
	static struct loop_sample sample;
	static struct map_key key;
	char url[LIMIT_TARGET + 8];
	const char *written = rule_written(rule), *query = strchr(written, '?');
	bool kind = strchr(written, '{') || (query && strstr(query, "&*"));
	json_t *parts = json_object();
	size_t len;

	if (*rule->target != '-' && (loop_sample_make(&sample, rule, "x") ||
				     loop_sample_make(&sample, rule, ""))) {
		len = loop_sample_target(&sample, url);
		if (len > LIMIT_TARGET || memchr(url, '{', len))
			fail("a target with braces", rule->target);
		if (sample.len - sample.host_len <= LIMIT_PATH) {
			if (request_path(&key, sample.request + sample.host_len,
					 sample.len - sample.host_len))
				fail("no request", sample.request);
			explain_parts(parts, rule, &key);
			if (!json_object_size(parts) != !kind)
				fail("no sample", written);
		}
	}
	json_decref(parts);
}

/* One input is one line, of one rule or two. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rule_buffer buffer;
	struct rule_error error = {0};
	char *line = malloc(size ? size : 1);
	struct rule rule, apex;
	int got;

	if (!line)
		abort();
	memcpy(line, data, size);
	got = rule_parse(&rule, &buffer, line, size, &error);
	free(line);
	if (got < 0 && (!error.field || !error.reason[0]))
		fail("no reason", "");
	if (got != 1)
		return 0;
	check_texts(&rule);
	check_again(&rule);
	check_sample(&rule);
	if (!rule_apex(&apex, &buffer, &rule))
		return 0;
	if (strncmp(rule.source, "*.", 2) ||
	    strcmp(rule.source + 2, apex.source))
		fail("no apex", rule.source);
	check_texts(&apex);
	check_again(&apex);
	return 0;
}

#include "fuzz_replay.h"
#include "rule_line.h"
