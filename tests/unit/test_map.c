// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <cmocka.h>

#include "answer.h"
#include "error.h"
#include "map_build.h"
#include "map_key.h"
#include "map_file.h"
#include "map_view.h"
#include "rule.h"
#include "rule_code.h"

static char path[] = "/tmp/test_map.XXXXXX";

static struct rule rule_of(const char *source, const char *target, int code)
{
	return (struct rule){
		.source = source,
		.source_len = strlen(source),
		.target = target,
		.target_len = strlen(target),
		.tag = "",
		.note = "",
		.headers = "",
		.code = code,
		.max_age = rule_code(code)->max_age,
	};
}

/* Compile rules given in any order of hosts' groups; NULL when refused. */
static struct map *compile(const struct rule *rules, size_t count)
{
	struct map_build *build = NULL;
	struct map *map = NULL;
	size_t i;
	int err;

	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0, err = 0; i < count && !err; i++)
		err = map_build_add(build, &rules[i]);
	if (!err) {
		assert_int_equal(map_build_finish(build), 0);
		assert_int_equal(map_open(&map, path), 0);
		assert_int_equal(map_verify(map), 0);
		assert_int_equal(map_rules(map), count);
	}
	map_build_free(build);
	return map;
}

/* The Location that a request gets; "" for a miss or pass, "410" for gone. */
static const char *ask(struct map *map, const char *host, const char *target)
{
	static char out[ANSWER_MAX + 1];
	struct map_key key, before;
	char *at, *end;
	size_t len;

	map_key_of(&key, host, target);
	before = key;
	len = answer_match(out, map, &key, "Thu, 01 Jan 1970 00:00:00 GMT",
			   ANSWER_KEEP);
	before.search = key.search;
	assert_memory_equal(&key, &before, sizeof(key));
	out[len] = 0;
	if (!len)
		return "";
	if (!strncmp(out, "HTTP/1.1 410 ", 13))
		return "410";
	at = strstr(out, "Location: ");
	assert_non_null(at);
	end = strstr(at, "\r\n");
	*end = 0;
	return at + 10;
}

static void matching(void **state)
{
	static const struct rule_row {
		const char *source, *target;
		int code;
	} rows[] = {
		{"a.example/*", "https://n.example/*", 301},
		{"a.example/about", "https://n.example/company", 301},
		{"a.example/item?id=7", "https://n.example/blue", 301},
		{"a.example/item?", "https://n.example/none", 301},
		{"a.example/item", "https://n.example/items", 301},
		{"a.example/blog/*", "https://j.example/*", 307},
		{"a.example/blog*", "https://j.example/other?p=*", 307},
		{"a.example/blog/2012/*", "https://j.example/old", 307},
		{"a.example/.well-known/acme-challenge/*", "-", RULE_PASS},
		{"a.example/forum/*", "-", 410},
		{"*.a.example/*", "https://w.example/*", 301},
		{"*.deep.a.example/x", "https://d.example/x", 301},
		{"*/robots.txt", "https://any.example/robots.txt", 302},
		{"b.example/only", "https://n.example/only?x=1", 303},
	};
	static const struct {
		const char *what, *host, *target, *location;
	} cases[] = {
		{"whole host", "a.example", "/x/y", "https://n.example/x/y"},
		{"root", "a.example", "/", "https://n.example/"},
		{"kept query", "a.example", "/x?q=1",
		 "https://n.example/x?q=1"},
		{"kept empty query", "a.example", "/x?",
		 "https://n.example/x?"},
		{"exact", "a.example", "/about", "https://n.example/company"},
		{"exact keeps query", "a.example", "/about?a",
		 "https://n.example/company?a"},
		{"exact is case-sensitive", "a.example", "/About",
		 "https://n.example/About"},
		{"trailing slash matters", "a.example", "/about/",
		 "https://n.example/about/"},
		{"query rule", "a.example", "/item?id=7",
		 "https://n.example/blue"},
		{"empty query rule", "a.example", "/item?",
		 "https://n.example/none"},
		{"other query", "a.example", "/item?id=8",
		 "https://n.example/items?id=8"},
		{"subtree", "a.example", "/blog/x", "https://j.example/x"},
		{"subtree without its slash", "a.example", "/blog",
		 "https://j.example/"},
		{"... and with a query", "a.example", "/blog?p=1",
		 "https://j.example/?p=1"},
		{"byte prefix", "a.example", "/blogger",
		 "https://j.example/other?p=ger"},
		{"query joined", "a.example", "/blogger?z=1",
		 "https://j.example/other?p=ger&z=1"},
		{"longest prefix", "a.example", "/blog/2012/05",
		 "https://j.example/old"},
		{"longest prefix without its slash", "a.example", "/blog/2012",
		 "https://j.example/old"},
		{"near the longest prefix", "a.example", "/blog/2013",
		 "https://j.example/2013"},
		{"pass", "a.example", "/.well-known/acme-challenge/t", ""},
		{"gone", "a.example", "/forum/1", "410"},
		{"gone root", "a.example", "/forum", "410"},
		{"wildcard", "www.a.example", "/x", "https://w.example/x"},
		{"wildcard, two labels", "x.y.a.example", "/x",
		 "https://w.example/x"},
		{"longest parent", "x.deep.a.example", "/x",
		 "https://d.example/x"},
		{"fall through parents", "x.deep.a.example", "/y",
		 "https://w.example/y"},
		{"wildcard is not the name", "deep.a.example", "/x",
		 "https://w.example/x"},
		{"any host", "c.example", "/robots.txt",
		 "https://any.example/robots.txt"},
		{"no host at all", "", "/robots.txt",
		 "https://any.example/robots.txt"},
		{"any host, other path", "c.example", "/x", ""},
		{"fall through to any", "b.example", "/robots.txt",
		 "https://any.example/robots.txt"},
		{"first level decides", "a.example", "/robots.txt",
		 "https://n.example/robots.txt"},
		{"level without a match", "b.example", "/x", ""},
		{"target with a query", "b.example", "/only?",
		 "https://n.example/only?x=1&"},
		{"name that only ends alike", "xa.example", "/x", ""},
		{"address is no subdomain", "[::a.example]", "/x", ""},
	};
	struct rule rules[sizeof(rows) / sizeof(*rows)];
	struct map *map;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		rules[i] =
			rule_of(rows[i].source, rows[i].target, rows[i].code);
	map = compile(rules, i);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *got = ask(map, cases[i].host, cases[i].target);

		if (strcmp(got, cases[i].location))
			fail_msg("%s: %s%s got '%s', not '%s'", cases[i].what,
				 cases[i].host, cases[i].target, got,
				 cases[i].location);
	}
	map_close(map);
}

/*
 * Against a model: random rules over a tiny alphabet, so that prefixes nest,
 * and every answer compared with a walk over all rules.
 */
enum { HOSTS = 6, PATHS_MAX = 400 };
static const char *const hosts[HOSTS] = {"h.ex", "*.h.ex", "*.ex",
					 "*",	 "a.h.ex", "*.a.h.ex"};

struct model {
	char source[40], target[48];
	const char *host;
	char path[24], query[8];
	int prefix, has_query;
};

static int host_level(const char *pattern, const char *host)
{
	size_t p = strlen(pattern), h = strlen(host);

	if (!strcmp(pattern, host))
		return 1000;
	if (!strcmp(pattern, "*"))
		return 1;
	if (pattern[0] != '*' || h < p || strcmp(host + h - p + 1, pattern + 1))
		return 0;
	return p;
}

static long model_score(const struct model *m, const char *host, const char *p,
			const char *query)
{
	long level = host_level(m->host, host);
	size_t len = strlen(m->path);
	char slashed[40];

	if (!level)
		return 0;
	level *= 100000;
	if (m->has_query)
		return query && !strcmp(m->path, p) && !strcmp(m->query, query)
			       ? level + 90000
			       : 0;
	if (!m->prefix)
		return strcmp(m->path, p) ? 0 : level + 80000;
	snprintf(slashed, sizeof(slashed), "%s/", p);
	if (strncmp(p, m->path, len) && strcmp(slashed, m->path))
		return 0;
	return level + len;
}

static void random_path(char *dst, size_t most)
{
	size_t len = 1 + rand() % most, i;

	dst[0] = '/';
	for (i = 1; i < len; i++)
		dst[i] = "ab/!"[rand() % 4];
	dst[i] = 0;
}

static int by_source(const void *a, const void *b)
{
	return strcmp(((const struct model *)a)->source,
		      ((const struct model *)b)->source);
}

static size_t model_fill(struct model *models, size_t count, size_t most)
{
	size_t i, out = 0;

	for (i = 0; i < count; i++) {
		struct model *m = &models[i];

		memset(m, 0, sizeof(*m));
		m->host = hosts[rand() % HOSTS];
		random_path(m->path, most);
		m->prefix = rand() % 3 > 0;
		m->has_query = !m->prefix && rand() % 3 == 0;
		if (m->has_query)
			strcpy(m->query, rand() % 2 ? "q" : "");
		snprintf(m->source, sizeof(m->source), "%s%s%s%s%s", m->host,
			 m->path, m->has_query ? "?" : "", m->query,
			 m->prefix ? "*" : "");
	}
	qsort(models, count, sizeof(*models), by_source);
	for (i = 0; i < count; i++) {
		if (out && !by_source(&models[out - 1], &models[i]))
			continue;
		models[out] = models[i];
		snprintf(models[out].target, sizeof(models[out].target),
			 "http://t/%zu?", out);
		out++;
	}
	return out;
}

static void model_compare(struct map *map, const struct model *models,
			  size_t count, size_t most)
{
	static const char *const asked[] = {
		"h.ex", "a.h.ex", "b.h.ex", "c.a.h.ex", "ex", "z", "y.ex"};
	char p[24], target[32];
	int round;

	for (round = 0; round < 2000; round++) {
		const char *host = asked[rand() % 7], *query = NULL, *got;
		const struct model *best = NULL;
		long score = 0;
		size_t i;

		random_path(p, most);
		if (rand() % 3 == 0)
			query = rand() % 2 ? "q" : "";
		snprintf(target, sizeof(target), "%s%s%s", p, query ? "?" : "",
			 query ? query : "");
		for (i = 0; i < count; i++) {
			long s = model_score(&models[i], host, p, query);

			if (s > score) {
				score = s;
				best = &models[i];
			}
		}
		got = ask(map, host, target);
		i = best ? strlen(best->target) : 0;
		if (best ? strncmp(got, best->target, i) : *got)
			fail_msg("%s%s got '%s', not '%s' (%s)", host, target,
				 got, best ? best->target : "",
				 best ? best->source : "miss");
	}
}

static void model(void **state)
{
	static struct model models[PATHS_MAX];
	static struct rule rules[PATHS_MAX];
	size_t count, i;
	int round;

	(void)state;
	for (round = 0; round < 60; round++) {
		size_t most = 3 + rand() % 14;
		struct map *map;

		count = model_fill(models, 1 + rand() % PATHS_MAX, most);
		for (i = 0; i < count; i++)
			rules[i] = rule_of(models[i].source, models[i].target,
					   301);
		map = compile(rules, count);
		model_compare(map, models, count, most);
		map_close(map);
	}
}

/* Every length that a prefix can have, on one host. */
static void prefix_lengths(void **state)
{
	static char source[LIMIT_PATH + 20], target[LIMIT_PATH + 2];
	struct map_build *build;
	struct map *map = NULL;
	char wanted[32];
	size_t len;

	(void)state;
	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	memset(target, 'p', sizeof(target));
	target[0] = '/';
	for (len = 1; len <= LIMIT_PATH; len++) {
		struct rule rule;

		snprintf(source, sizeof(source), "h/%.*s*", (int)len - 1,
			 target + 1);
		snprintf(wanted, sizeof(wanted), "http://t/%zu?", len);
		rule = rule_of(source, wanted, 301);
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	assert_int_equal(map_open(&map, path), 0);
	for (len = 1; len <= LIMIT_PATH; len += 13) {
		snprintf(source, sizeof(source), "/%.*s", (int)len - 1,
			 target + 1);
		snprintf(wanted, sizeof(wanted), "http://t/%zu?", len);
		assert_string_equal(ask(map, "h", source), wanted);
	}
	map_close(map);
}

/* The longest texts that a rule may have, next to short ones. */
static void longest(void **state)
{
	static char source[3][LIMIT_HOST + LIMIT_PATH + 8];
	static char target[3][LIMIT_TARGET + 8];
	static char request[LIMIT_PATH + 8];
	struct rule rules[3];
	struct map *map;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		memset(source[i], 'p', LIMIT_PATH + 2);
		memcpy(source[i], "h/", 2);
		source[i][LIMIT_PATH] = 'a' + i;
		source[i][LIMIT_PATH + 1] = 0;
		memset(target[i], 't', LIMIT_TARGET);
		memcpy(target[i], "http://t/", 9);
		target[i][LIMIT_TARGET - 1] = 'a' + i;
		rules[i] = rule_of(source[i], target[i], 301);
	}
	map = compile(rules, 3);
	for (i = 0; i < 3; i++) {
		snprintf(request, sizeof(request), "%s", source[i] + 1);
		assert_string_equal(ask(map, "h", request), target[i]);
	}
	map_close(map);
	source[0][LIMIT_PATH + 1] = 'x';
	source[0][LIMIT_PATH + 2] = 0;
	rules[0] = rule_of(source[0], "http://t/", 301);
	assert_null(compile(rules, 1));
	rules[0] = rule_of("h/x", "http://t/ y", 301);
	assert_null(compile(rules, 1));
	rules[0] = rule_of("h/x", "http://t/\r\nSet-Cookie:x", 301);
	assert_null(compile(rules, 1));
}

/* The hash key is drawn here: with one of zeros all keys of up to four bytes
 * and of the same length have the same hash. */
static int weak;

ssize_t getrandom(void *bytes, size_t len, unsigned int flags)
{
	(void)flags;
	for (size_t i = 0; i < len; i++)
		((uint8_t *)bytes)[i] = weak ? 0 : rand();
	return len;
}

/* A hit is a hit only when the whole key is equal. */
static void collisions(void **state)
{
	static char source[MAP_CHAIN_MAX + 1][8];
	struct rule rules[MAP_CHAIN_MAX + 1] = {
		rule_of("g/aa", "http://t/g-aa", 301),
		rule_of("g/bb", "http://t/g-bb", 301),
		rule_of("g/p/*", "http://t/g-p/*", 301),
		rule_of("h/aa", "http://t/h-aa", 301),
		rule_of("h/q/*", "http://t/h-q/*", 301),
	};
	struct map_build *build;
	struct map *map;
	int i;

	(void)state;
	weak = 1;
	map = compile(rules, 5);
	assert_string_equal(ask(map, "g", "/aa"), "http://t/g-aa");
	assert_string_equal(ask(map, "g", "/bb"), "http://t/g-bb");
	assert_string_equal(ask(map, "h", "/aa"), "http://t/h-aa");
	assert_string_equal(ask(map, "g", "/p/x"), "http://t/g-p/x");
	assert_string_equal(ask(map, "h", "/q/x"), "http://t/h-q/x");
	assert_string_equal(ask(map, "h", "/p/x"), "");
	assert_string_equal(ask(map, "h", "/bb"), "");
	assert_string_equal(ask(map, "g", "/cc"), "");
	assert_string_equal(ask(map, "i", "/aa"), "");
	map_close(map);
	for (i = 0; i <= MAP_CHAIN_MAX; i++) {
		snprintf(source[i], sizeof(source[i]), "k/%d", 10 + i);
		rules[i] = rule_of(source[i], "http://t/", 301);
	}
	map = compile(rules, MAP_CHAIN_MAX);
	assert_non_null(map);
	for (i = 0; i < MAP_CHAIN_MAX; i++)
		assert_string_equal(ask(map, "k", source[i] + 1), "http://t/");
	assert_string_equal(ask(map, "k", "/99"), "");
	map_close(map);
	assert_int_equal(map_build_open(&build, path), -EEXIST);
	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0; i <= MAP_CHAIN_MAX; i++)
		assert_int_equal(map_build_add(build, &rules[i]), 0);
	assert_int_equal(map_build_finish(build), -EAGAIN);
	map_build_free(build);
	weak = 0;
}

static void empty(void **state)
{
	struct map *map = compile(NULL, 0);

	(void)state;
	assert_string_equal(ask(map, "a.example", "/"), "");
	assert_string_equal(ask(map, "", "/"), "");
	assert_string_equal(ask(NULL, "a.example", "/"), "");
	map_close(map);
}

static void twice(void **state)
{
	struct rule rules[2] = {rule_of("h/*", "http://t/1", 301),
				rule_of("h/*", "http://t/2", 301)};

	(void)state;
	assert_null(compile(rules, 2));
	assert_int_not_equal(access(path, F_OK), 0);
}

static char *file_read(size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*size = ftell(file);
	rewind(file);
	bytes = malloc(*size);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

static void file_write(const char *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* A map cut anywhere is refused; one with a wrong byte is found by its
 * checksums, and until then no lookup leaves it. */
static void damaged(void **state)
{
	static struct model models[PATHS_MAX];
	static struct rule rules[PATHS_MAX];
	size_t count = model_fill(models, 200, 12), i, size;
	struct map *map = NULL;
	static const char date[] = "Thu, 01 Jan 1970 00:00:00 GMT";
	static char out[ANSWER_MAX];
	struct map_key key;
	char *bytes, *copy;
	int round, k, noticed;

	(void)state;
	for (i = 0; i < count; i++)
		rules[i] = rule_of(models[i].source, models[i].target, 301);
	map_close(compile(rules, count));
	bytes = file_read(&size);
	copy = malloc(size);
	for (i = 0; i < size; i += i < 800 ? 1 : 997) {
		file_write(bytes, i);
		assert_int_equal(map_open(&map, path), -EBADMSG);
		assert_true(strstr(error_text(), "redirect map") ||
			    strstr(error_text(), "damaged"));
	}
	for (round = 0; round < 3000; round++) {
		char target[24];

		memcpy(copy, bytes, size);
		i = rand() % size;
		if (round < 700)
			i = round;
		copy[i] ^= 1 << rand() % 8;
		file_write(copy, size);
		noticed = map_open(&map, path) != 0;
		if (noticed)
			continue;
		noticed = map_verify(map) != 0;
		for (k = 0; k < 50; k++) {
			random_path(target, 12);
			map_key_of(&key, "a.h.ex", target);
			assert_in_range(answer_match(out, map, &key, date,
						     ANSWER_CLOSE),
					0, ANSWER_MAX);
		}
		map_close(map);
		/* What lies between the sections is nobody's. */
		if (!noticed && copy[i] != bytes[i] &&
		    i < sizeof(struct map_header))
			fail_msg("byte %zu changed unnoticed", i);
	}
	free(bytes);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matching),	  cmocka_unit_test(model),
		cmocka_unit_test(prefix_lengths), cmocka_unit_test(longest),
		cmocka_unit_test(empty),	  cmocka_unit_test(twice),
		cmocka_unit_test(damaged),	  cmocka_unit_test(collisions),
	};
	int fd = mkstemp(path), failed;

	if (fd < 0)
		return 1;
	close(fd);
	srand(20261122);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
