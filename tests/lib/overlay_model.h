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
#include "map_lookup.h"
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
	/* What follows a '|' are keys. */
	"/p?x=1&*",
	"/p?x=1&y=2&*",
	"/p?y=2&*",
	"/P?X=1&*|case=ignore",
	"/P/Q|case=ignore",
	"/P/Q*|case=ignore",
	"/P?x=1|case=ignore",
	"/p/{a}",
	"/{a}/q",
	"/{a:digits}/q",
	"/p/q/{a}/s*",
	"/P/{a}/R/*|case=ignore",
	"/p/{a}/*",
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
	"/P/q",
	"/P/Q/r",
	"/P?X=1&y=2",
	"/p?y=2&z&x=1&x=1",
	"/p?x=1&y=2",
	"/P?x=1",
	"/p/Qq",
	"/7/q",
	"/P/7/r/s?y=2",
	"/p/q/7/sss",
};

#define MODEL_COUNT(list) (sizeof(list) / sizeof(*(list)))
enum {
	MODEL_HOSTS = MODEL_COUNT(model_hosts),
	MODEL_PATHS = MODEL_COUNT(model_paths),
	MODEL_PLAIN = 17, /* before these paths are no others than plain ones */
	MODEL_ANY = 3,	  /* a version that is a redirect for each scheme, as
			   * are those 77 apart */
};

struct model {
	uint32_t version[MODEL_HOSTS][MODEL_PATHS]; /* 0: no rule */
};

static struct rule_buffer model_buffer;

/* Whether a version is one rule for each scheme. */
static inline int model_is_both(unsigned int version)
{
	return version % 7 == 2;
}

static inline const char *model_keys(unsigned int version, unsigned int h,
				     int second)
{
	if (version % 7 < 3)
		return second || version % 7 == 1 ? " scheme=https"
						  : " scheme=http";
	return version % 11 == 0 && version % 2 == 0 && !h ? " first=yes" : "";
}

/* The rule of a version, or the second one of both. The texts are valid until
 * the next call. */
static inline struct rule model_rule_of(unsigned int version, unsigned int h,
					unsigned int p, int second)
{
	static const char *const codes[] = {"301", "302 query=drop", "307",
					    "308", "303 max-age=7"};
	const char *path = model_paths[p], *bar = strchr(path, '|');
	int path_len = bar ? bar - path : (int)strlen(path);
	const char *star =
		memchr(path, '*', path_len) && !strchr(path, '?') ? "*" : "";
	const char *name = strchr(path, '{') ? "{a}/" : "";
	struct rule_error error;
	struct rule rule;
	char line[300];
	int len;

	len = snprintf(line, sizeof(line),
		       "%s%.*s https://t.example/%u%s/%s%s %s%s %s",
		       model_hosts[h], path_len, path, version,
		       second ? "s" : "", name, star, codes[version % 5],
		       model_keys(version, h, second), bar ? bar + 1 : "");
	if (version % 11 == 0)
		len = snprintf(line, sizeof(line), "%s%.*s - %s%s %s",
			       model_hosts[h], path_len, path,
			       version % 2 ? "410" : "pass",
			       model_keys(version, h, second),
			       bar ? bar + 1 : "");
	if (rule_parse(&rule, &model_buffer, line, len, &error) != 1)
		fail_msg("%s: %s", line, error.reason);
	return rule;
}

static inline uint64_t model_host_count(const struct model *model,
					unsigned int h)
{
	uint64_t count = 0;
	unsigned int p;

	for (p = 0; p < MODEL_PATHS; p++)
		if (model->version[h][p])
			count += 1 + model_is_both(model->version[h][p]);
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

static inline void model_add(struct map_build *build, const struct model *model,
			     unsigned int h, unsigned int p)
{
	unsigned int version = model->version[h][p];
	struct rule rule;
	int i;

	for (i = 0; i <= model_is_both(version); i++) {
		rule = model_rule_of(version, h, p, i);
		assert_int_equal(map_build_add(build, &rule), 0);
	}
}

static inline void model_host_add(struct map_build *build,
				  const struct model *model, unsigned int h)
{
	unsigned int p;

	for (p = 0; p < MODEL_PATHS; p++)
		if (model->version[h][p])
			model_add(build, model, h, p);
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
	char text[1 << 16];
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
			       "%s %s %s %u %u %d %d %d\n", rule.source,
			       rule_written(&rule), rule.target, rule.code,
			       rule.max_age, rule.query_drop, rule.scheme,
			       rule.first);
	return 0;
}

static inline void model_levels(struct model_lines *lines,
				const struct map *map, struct map_key *key)
{
	lines->len = 0;
	lines->text[0] = 0;
	assert_int_equal(map_levels_each(map, key, model_match, lines), 0);
}

static inline void model_ask(const struct map *want, const struct map *have,
			     const char *host, const char *target, int https)
{
	static const char date[] = "Thu, 01 Jan 1970 00:00:00 GMT";
	static char a[ANSWER_MAX], b[ANSWER_MAX];
	static struct model_lines one, two;
	struct map_key key;
	uint32_t addr;
	size_t len;

	map_key_of(&key, host, target);
	key.https = https;
	len = answer_match(a, want, &key, date, ANSWER_CLOSE);
	addr = map_lookup(want, &key);
	map_key_of(&key, host, target);
	key.https = https;
	assert_int_equal(answer_match(b, have, &key, date, ANSWER_CLOSE), len);
	assert_memory_equal(a, b, len);
	assert_int_equal(!map_lookup(have, &key), !addr);
	if (addr && !len) /* pass on both */
		assert_true(answer_passes(have, map_lookup(have, &key), &key));
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
				  model_asked[p], (h + p) % 2);
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
				model_add(build, to, h, p);
				continue;
			}
			rule = model_rule_of(1, h, p, 0);
			assert_int_equal(map_build_gone(build, rule.source,
							rule.fold),
					 0);
		}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
}

#endif
