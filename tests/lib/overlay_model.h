/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OVERLAY_MODEL_H
#define OVERLAY_MODEL_H

/*
 * A set of rules as a table: which version of the rule stands on which host and
 * path. Whatever makes a map of it, every request gets from that map what it
 * gets from one that is compiled whole.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "answer.h"
#include "error.h"
#include "map_build.h"
#include "map_file.h"
#include "map_key.h"
#include "map_level.h"
#include "map_text.h"
#include "map_view.h"
#include "rule.h"
#include "rule_line.h"

static const char *const model_hosts[] = {
	"*",	     "*.a.example", "*.b.a.example", "*.example", "[::1]",
	"a.example", "b.a.example", "c.b.a.example", "one.test",  "x.example",
};
static const char *const model_paths[] = {
	"/*",
	"/",
	"/p/*",
	"/p/q",
	"/p/q*",
	"/p/q/*",
	"/p*",
	"/r",
	"/p?x=1",
	"/p/q?x=1",
	"/r?",
	"/p/q/r/s/*",
	"/p/q/r/*",
	"/p/q/r/s/t/*",
	"/p/q/r/s/t/u*",
	"/p/q/r/s/t/u/v/w*",
	"/p/q/r/s/t/u/v/w/x/*",
};
static const char *const model_asked_hosts[] = {
	"a.example", "b.a.example", "c.b.a.example", "d.c.b.a.example",
	"one.test",  "x.example",   "y.x.example",   "nobody.test",
	"[::1]",     "example",
};
static const char *const model_asked[] = {
	"/",
	"/p",
	"/p/",
	"/p/q",
	"/p/q/",
	"/p/qq",
	"/p?x=1",
	"/p/q?x=1",
	"/p?x=2",
	"/r",
	"/r?",
	"/p/q/r/s/t",
	"/p/q/r",
	"/pp",
	"/other",
	"/p/q/?x=1",
	"/p/q/r/s/t/u/v/w/x",
	"/p/q/r/s/t/u/v/w/y?x=1",
	"/p/q/r/s/t/u/",
};

#define MODEL_COUNT(list) (sizeof(list) / sizeof(*(list)))
enum {
	MODEL_HOSTS = MODEL_COUNT(model_hosts),
	MODEL_PATHS = MODEL_COUNT(model_paths),
};

struct model {
	uint32_t version[MODEL_HOSTS][MODEL_PATHS]; /* 0: no rule */
};

static struct rule_buffer model_buffer;

/* The texts are valid until the next call. */
static inline struct rule model_rule_of(unsigned int version, unsigned int h,
					unsigned int p)
{
	static const char *const codes[] = {"301", "302 query=drop", "307",
					    "308", "303 max-age=7"};
	const char *star = strchr(model_paths[p], '*') ? "*" : "";
	struct rule_error error;
	struct rule rule;
	char line[200];
	int len;

	len = snprintf(line, sizeof(line), "%s%s https://t.example/%u/%s %s",
		       model_hosts[h], model_paths[p], version, star,
		       codes[version % 5]);
	if (version % 11 == 0)
		len = snprintf(line, sizeof(line), "%s%s - %s", model_hosts[h],
			       model_paths[p], version % 2 ? "410" : "pass");
	if (rule_parse(&rule, &model_buffer, line, len, &error) != 1)
		fail_msg("%s: %s", line, error.reason);
	return rule;
}

static inline struct rule model_rule(const struct model *model, unsigned int h,
				     unsigned int p)
{
	return model_rule_of(model->version[h][p], h, p);
}

static inline uint64_t model_host_count(const struct model *model,
					unsigned int h)
{
	uint64_t count = 0;
	unsigned int p;

	for (p = 0; p < MODEL_PATHS; p++)
		count += model->version[h][p] != 0;
	return count;
}

static inline uint64_t model_count(const struct model *model)
{
	uint64_t count = 0;
	unsigned int h;

	for (h = 0; h < MODEL_HOSTS; h++)
		count += model_host_count(model, h);
	return count;
}

static inline void model_host_add(struct map_build *build,
				  const struct model *model, unsigned int h)
{
	struct rule rule;
	unsigned int p;

	for (p = 0; p < MODEL_PATHS; p++) {
		if (!model->version[h][p])
			continue;
		rule = model_rule(model, h, p);
		assert_int_equal(map_build_add(build, &rule), 0);
	}
}

/* A map of all its rules, compiled whole. */
static inline struct map *model_compile(const struct model *model,
					const char *path)
{
	struct map_build *build;
	struct map *map;
	unsigned int h;

	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (h = 0; h < MODEL_HOSTS; h++)
		model_host_add(build, model, h);
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	assert_int_equal(map_open(&map, path), 0);
	return map;
}

/* All rules of a level that match, as text. */
struct model_lines {
	char text[4096];
	size_t len;
};

static inline int model_match(void *arg, const struct map *map, uint32_t host,
			      uint32_t addr)
{
	struct model_lines *lines = arg;
	struct rule_buffer buffer;
	struct rule rule;

	assert_int_equal(map_rule_text(&rule, &buffer, map, host, addr), 0);
	lines->len += snprintf(lines->text + lines->len,
			       sizeof(lines->text) - lines->len,
			       "%s %s %u %u %d\n", rule.source, rule.target,
			       rule.code, rule.max_age, rule.query_drop);
	return 0;
}

static inline void model_levels(struct model_lines *lines,
				const struct map *map, struct map_key *key)
{
	const char *name = (const char *)key->host;
	uint32_t at = 0;

	lines->len = 0;
	lines->text[0] = 0;
	map_level_each(map, MAP_KIND_HOST, key->host, key->host_len, key,
		       model_match, lines);
	while (*name != '[' && at < key->host_len)
		if (name[at++] == '.')
			map_level_each(map, MAP_KIND_WILD, key->host + at,
				       key->host_len - at, key, model_match,
				       lines);
	map_level_each(map, MAP_KIND_WILD, key->host, 0, key, model_match,
		       lines);
}

static inline void model_ask(const struct map *want, const struct map *have,
			     const char *host, const char *target)
{
	static const char date[] = "Thu, 01 Jan 1970 00:00:00 GMT";
	static char a[ANSWER_MAX], b[ANSWER_MAX];
	static struct model_lines one, two;
	struct map_key key;
	uint32_t addr;
	size_t len;

	map_key_of(&key, host, target);
	len = answer_match(a, want, &key, date, ANSWER_CLOSE);
	addr = map_lookup(want, &key);
	map_key_of(&key, host, target);
	assert_int_equal(answer_match(b, have, &key, date, ANSWER_CLOSE), len);
	assert_memory_equal(a, b, len);
	assert_int_equal(!map_lookup(have, &key), !addr);
	if (addr && !len) /* pass on both */
		assert_true(map_record(map_found(have, &key),
				       map_lookup(have, &key))
				    ->flags &
			    MAP_RULE_PASS);
	model_levels(&one, want, &key);
	model_levels(&two, have, &key);
	assert_string_equal(one.text, two.text);
}

/* Every request gets the same of two maps. */
static inline void model_compare(const struct map *want, const struct map *have)
{
	size_t h, p;

	for (h = 0; h < MODEL_COUNT(model_asked_hosts); h++)
		for (p = 0; p < MODEL_COUNT(model_asked); p++)
			model_ask(want, have, model_asked_hosts[h],
				  model_asked[p]);
}

/* The overlay over "1.map" that makes one set of rules of another; rules that do
 * not differ may stand in it, too, one in so many. */
static inline void model_overlay(const char *path, const struct map *base,
				 const struct model *from,
				 const struct model *to,
				 unsigned int also_one_in)
{
	struct map_build *build;
	struct rule rule;
	unsigned int h, p, now;

	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	map_build_over(build, base, "1.map", model_count(to));
	for (h = 0; h < MODEL_HOSTS; h++)
		for (p = 0; p < MODEL_PATHS; p++) {
			now = to->version[h][p];
			if (from->version[h][p] == now && rand() % also_one_in)
				continue;
			if (now) {
				rule = model_rule(to, h, p);
				assert_int_equal(map_build_add(build, &rule),
						 0);
				continue;
			}
			rule = model_rule_of(1, h, p);
			assert_int_equal(map_build_gone(build, rule.source), 0);
		}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
}

#endif
