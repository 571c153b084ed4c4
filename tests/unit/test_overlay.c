// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "answer.h"
#include "byte_flip.h"
#include "error.h"
#include "source_set.h"
#include "map_build.h"
#include "map_file.h"
#include "map_each.h"
#include "overlay_model.h"
#include "state_dir.h"

static char base_path[PATH_MAX], over_path[PATH_MAX], whole_path[PATH_MAX];

static int setup(void **data)
{
	int err = state_dir_setup(data);

	snprintf(base_path, sizeof(base_path), "%s/1.map", state_dir_base);
	snprintf(over_path, sizeof(over_path), "%s/2.map", state_dir_base);
	snprintf(whole_path, sizeof(whole_path), "%s/w.map", state_dir_base);
	return err;
}

static void model_fill(struct model *model, unsigned int one_in)
{
	unsigned int h, p;

	for (h = 0; h < MODEL_HOSTS; h++)
		for (p = 0; p < MODEL_PATHS; p++)
			model->version[h][p] =
				rand() % one_in ? 0 : rand() % 100 + 1;
	model->version[rand() % MODEL_HOSTS][0] = 1; /* never without any */
}

/* Change some hosts: rules come, go and change, or all of them go. */
static void model_change(struct model *model)
{
	unsigned int i, n = rand() % 12, h;

	for (i = 0; i < n; i++) {
		h = rand() % MODEL_HOSTS;
		if (rand() % 4 == 0)
			memset(model->version[h], 0, sizeof(model->version[h]));
		else
			model->version[h][rand() % MODEL_PATHS] =
				rand() % 3 ? rand() % 100 + 1 : 0;
	}
}

/* The rules of a map, as lines. */
struct lines {
	char *line[MODEL_HOSTS * MODEL_PATHS * 2];
	size_t count;
};

static int line_add(const struct rule *rule, void *arg)
{
	struct lines *lines = arg;
	char *line;

	assert_true(lines->count < MODEL_COUNT(lines->line));
	assert_true(asprintf(&line, "%s %s %s %u %u %d %d %d %d", rule->source,
			     rule_written(rule), rule->target, rule->code,
			     rule->max_age, rule->query_drop, rule->fold,
			     rule->first, rule->scheme) > 0);
	lines->line[lines->count++] = line;
	return 0;
}

static int line_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All rules of a map and its base, sorted. */
static void lines_fill(struct lines *lines, const struct map *map)
{
	const struct map *lower = map_lower(map);
	uint64_t count;

	lines->count = 0;
	assert_int_equal(map_each(map, NULL, line_add, lines, &count), 0);
	if (lower)
		assert_int_equal(map_each(lower, map, line_add, lines, &count),
				 0);
	qsort(lines->line, lines->count, sizeof(*lines->line), line_compare);
}

static void lines_free(struct lines *lines)
{
	while (lines->count)
		free(lines->line[--lines->count]);
}

/* Both maps have the same rules. */
static void rules_compare(const struct map *want, const struct map *have)
{
	static struct lines one, two;
	size_t i;

	lines_fill(&one, want);
	lines_fill(&two, have);
	for (i = 0; i < one.count && i < two.count; i++)
		assert_string_equal(one.line[i], two.line[i]);
	assert_int_equal(one.count, two.count);
	assert_int_equal(one.count, map_rules(want));
	lines_free(&one);
	lines_free(&two);
}

/* More with DETOUR_LONG=1. */
static unsigned int rounds(unsigned int few, unsigned int many)
{
	const char *longer = getenv("DETOUR_LONG");

	return longer && !strcmp(longer, "1") ? many : few;
}

static void test_as_compiled_whole(void **data)
{
	struct map *base, *over, *whole;
	struct model from, to;
	unsigned int round;

	(void)data;
	for (round = 0; round < rounds(300, 1500); round++) {
		srand(round);
		model_fill(&from, round % 3 + 1);
		to = from;
		model_change(&to);
		base = model_compile(&from, base_path);
		model_overlay(over_path, base, &from, &to, round % 5 + 1);
		map_close(base);
		whole = model_compile(&to, whole_path);
		assert_int_equal(map_open(&over, over_path), 0);
		assert_int_equal(map_verify(over), 0);
		assert_int_equal(map_rules(over), model_count(&to));
		model_compare(whole, over);
		rules_compare(whole, over);
		map_close(over);
		map_close(whole);
	}
}

static void make(struct model *from, struct model *to)
{
	struct map *base;

	srand(1);
	model_fill(from, 2);
	*to = *from;
	to->version[5][3] = 77;
	memset(to->version[6], 0, sizeof(to->version[6]));
	base = model_compile(from, base_path);
	model_overlay(over_path, base, from, to, 1000000);
	map_close(base);
}

/* A rule's source, as it is stored. */
static const char *source_of(unsigned int h, unsigned int p)
{
	static char source[MODEL_HOSTS][MODEL_PATHS][64];

	if (!*source[h][p])
		strcpy(source[h][p], model_rule_of(1, h, p, 0).source);
	return source[h][p];
}

/* The rules of a source with or without case=ignore. Returns how many there
 * are. */
static unsigned int source_compile_fold(struct map_build *build,
					const struct model *to,
					const char *source, bool fold)
{
	unsigned int h, p, found = 0;

	for (h = 0; h < MODEL_HOSTS; h++)
		for (p = 0; p < MODEL_PATHS; p++) {
			if (strcmp(source_of(h, p), source) != 0 ||
			    fold != !!strchr(model_paths[p], '|') ||
			    !to->version[h][p])
				continue;
			model_add(build, to, h, p);
			found++;
		}
	return found;
}

static void source_compile(struct map_build *build, const struct model *to,
			   const char *source)
{
	bool there[2];
	int i;

	for (i = 0; i < 2; i++)
		there[i] = source_compile_fold(build, to, source, i);
	for (i = 0; i < 2; i++)
		if (!there[i])
			assert_int_equal(map_build_gone(build, source, i), 0);
}

/* The overlay over a base that has what another one had, and what has been
 * touched since: as release_overlay.c makes it. */
static void sources_compile(const struct map *base, const struct model *to,
			    const struct source_set *sources)
{
	struct map_build *build;
	size_t i;

	unlink(over_path);
	assert_int_equal(map_build_open(&build, over_path), 0);
	map_build_over(build, base, "1.map", model_count(to));
	for (i = 0; i < sources->count; i++)
		source_compile(build, to, sources->source[i]);
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
}

static int source_note(const struct rule *rule, void *arg)
{
	return source_set_add(arg, rule->source, rule->source_len);
}

/* None of the sources of an overlay is lost to the next one. */
static void sources_check(const struct source_set *had,
			  const struct source_set *has)
{
	size_t i, j = 0;

	for (i = 0; i < had->count; i++) {
		while (j < has->count &&
		       strcmp(has->source[j], had->source[i]) < 0)
			j++;
		if (j == has->count ||
		    strcmp(has->source[j], had->source[i]) != 0)
			fail_msg("%s is lost", had->source[i]);
	}
}

/* One change more on the overlay that is there, if sources has any. */
static void change_over(const struct map *base, const struct model *from,
			const struct model *to, struct source_set *sources)
{
	struct source_set has = {0};
	struct map *over, *whole;
	unsigned int h, p;

	for (h = 0; h < MODEL_HOSTS; h++)
		for (p = 0; p < MODEL_PATHS; p++)
			if (from->version[h][p] != to->version[h][p])
				source_set_add(sources, source_of(h, p),
					       strlen(source_of(h, p)));
	source_set_sort(sources);
	sources_compile(base, to, sources);
	assert_int_equal(map_open(&over, over_path), 0);
	whole = model_compile(to, whole_path);
	model_compare(whole, over);
	map_close(whole);
	assert_int_equal(map_each_source(over, source_note, &has), 0);
	source_set_sort(&has);
	sources_check(sources, &has);
	source_set_free(sources);
	*sources = has;
	map_close(over);
}

/* Change after change over one base. */
static void test_one_after_the_other(void **data)
{
	struct source_set sources = {0};
	struct model from, to;
	struct map *base;
	unsigned int round;
	int change;

	(void)data;
	for (round = 0; round < rounds(40, 150); round++) {
		srand(round + 10000);
		model_fill(&from, round % 3 + 1);
		base = model_compile(&from, base_path);
		for (change = 0; change < 8; change++) {
			to = from;
			model_change(&to);
			change_over(base, &from, &to, &sources);
			from = to;
		}
		source_set_free(&sources);
		map_close(base);
	}
}

/* What is done to one host's rule of "/", and to others of it, where the base
 * has them or not. Hosts are a name, a wildcard and "*". */
static void test_single(void **data)
{
	static const unsigned int hosts[] = {5, 2, 0};
	struct source_set sources = {0};
	struct model none, from, to;
	unsigned int i, had, has;
	struct map *base;

	(void)data;
	memset(&none, 0, sizeof(none));
	none.version[8][1] = 1; /* no map is without a rule */
	for (i = 0; i < 3 * 64; i++) {
		unsigned int h = hosts[i % 3];

		/* "/", a longer prefix, and one with a query. */
		had = i / 3 % 8;
		has = i / 24;
		from = to = none;
		from.version[h][0] = had & 1;
		from.version[h][2] = had >> 1 & 1;
		from.version[h][8] = had >> 2 & 1;
		to.version[h][0] = has & 1 ? 2 : 0;
		to.version[h][2] = has >> 1 & 1 ? 2 : 0;
		to.version[h][8] = has >> 2 & 1 ? 2 : 0;
		base = model_compile(&from, base_path);
		change_over(base, &from, &to, &sources);
		/* ... and back, with what the overlay says of itself */
		change_over(base, &to, &from, &sources);
		source_set_free(&sources);
		map_close(base);
	}
}

/* Prefixes of one another: "/a*", "/aa*" ... as rules; those from first on are
 * gone in the overlay. Returns what becomes of it. */
static int nest_compile(unsigned int rules, unsigned int first,
			unsigned int gone)
{
	struct rule rule = {.source_len = 0,
			    .target = "-",
			    .tag = "",
			    .note = "",
			    .headers = "",
			    .target_len = 1,
			    .code = 410};
	struct map_build *build;
	struct map *base;
	char source[200];
	unsigned int n;
	int err = 0;

	memset(source, 'a', sizeof(source));
	memcpy(source, "h/", 2);
	rule.source = source;
	unlink(base_path);
	assert_int_equal(map_build_open(&build, base_path), 0);
	for (n = 1; n <= rules; n++) {
		rule.max_age = n;
		source[n + 2] = '*';
		rule.source_len = n + 3;
		assert_int_equal(map_build_add(build, &rule), 0);
		source[n + 2] = 'a';
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	assert_int_equal(map_open(&base, base_path), 0);
	unlink(over_path);
	assert_int_equal(map_build_open(&build, over_path), 0);
	map_build_over(build, base, "1.map", rules - gone);
	for (n = first; n < first + gone; n++) {
		source[n + 2] = '*';
		source[n + 3] = 0;
		assert_int_equal(map_build_gone(build, source, false), 0);
		source[n + 2] = source[n + 3] = 'a';
	}
	err = map_build_finish(build);
	map_build_free(build);
	map_close(base);
	return err;
}

/* The max-age of what a path of n bytes 'a' gets; 0 is none. */
static unsigned int nest_ask(const struct map *map, unsigned int n)
{
	char target[200] = "/", out[ANSWER_MAX];
	struct map_key key;
	const char *age;
	size_t len;

	memset(target + 1, 'a', n);
	target[n + 1] = 0;
	map_key_of(&key, "h", target);
	len = answer_match(out, map, &key, "Thu, 01 Jan 1970 00:00:00 GMT",
			   ANSWER_CLOSE);
	age = len ? memmem(out, len, "max-age=", 8) : NULL;
	return age ? atoi(age + 8) : 0;
}

/* A search of what is left is short: where it would not be, no overlay is
 * made. */
static void test_nested(void **data)
{
	enum { RULES = 100 };
	unsigned int first, gone, n, want;
	struct map *map;

	(void)data;
	for (first = 1; first + MAP_NEST_MAX + 1 < RULES; first += 11)
		for (gone = 1; gone <= MAP_NEST_MAX; gone++) {
			assert_int_equal(nest_compile(RULES, first, gone), 0);
			assert_int_equal(map_open(&map, over_path), 0);
			for (n = 0; n < RULES + 20; n++) {
				want = n > RULES ? RULES : n;
				if (want >= first && want < first + gone)
					want = first - 1;
				assert_int_equal(nest_ask(map, n), want);
			}
			map_close(map);
		}
	assert_int_equal(nest_compile(RULES, 1, MAP_NEST_MAX + 1), -EAGAIN);
	assert_int_equal(nest_compile(RULES, 50, MAP_NEST_MAX + 1), -EAGAIN);
	assert_int_not_equal(access(over_path, F_OK), 0);
}

/* How many sources a host's rules have, which may differ in more. */
static size_t sources_count(const struct model *model, unsigned int h)
{
	struct source_set sources = {0};
	unsigned int p;
	size_t count;

	for (p = 0; p < MODEL_PATHS; p++)
		if (model->version[h][p])
			source_set_add(&sources, source_of(h, p),
				       strlen(source_of(h, p)));
	source_set_sort(&sources);
	count = sources.count;
	source_set_free(&sources);
	return count;
}

static void test_what_stands_in_it(void **data)
{
	struct source_set sources = {0};
	struct model from, to;
	uint64_t changed;
	char base[MAP_NAME];
	struct map *map;

	(void)data;
	make(&from, &to);
	assert_int_equal(map_open(&map, over_path), 0);
	assert_int_equal(map_rules_own(map), 1);
	assert_string_equal(map_lower_name(map), "1.map");
	assert_int_equal(map_rules_own(map_lower(map)), model_count(&from));
	assert_int_equal(map_each_source(map, source_note, &sources), 0);
	source_set_sort(&sources);
	/* Those of "/" that never were may be among them. */
	changed = 1 + sources_count(&from, 6);
	assert_in_range(sources.count, changed, changed + 2);
	source_set_free(&sources);
	map_close(map);
	assert_int_equal(map_peek(over_path, base), 0);
	assert_string_equal(base, "1.map");
	assert_int_equal(map_peek(base_path, base), 0);
	assert_string_equal(base, "");
}

static void test_a_base_that_is_not_right(void **data)
{
	struct model from, to;
	struct map *map;

	(void)data;
	make(&from, &to);
	byte_flip(base_path, MAP_PAGE + 1);
	assert_int_equal(map_open(&map, over_path), 0);
	assert_int_equal(map_verify_own(map), 0);
	assert_int_equal(map_verify(map), -EBADMSG);
	map_close(map);

	/* The same rules under another key are another map. */
	map_close(model_compile(&from, base_path));
	assert_int_equal(map_open(&map, over_path), -EBADMSG);
	assert_non_null(strstr(error_text(), "is not the base"));
	assert_int_equal(unlink(base_path), 0);
	assert_int_equal(map_open(&map, over_path), -ENOENT);
	assert_non_null(strstr(error_text(), base_path));
}

/* Maps over one base share it, whichever goes first. */
static void test_shared_base(void **data)
{
	struct map *base, *one, *two;
	struct model from, to;

	(void)data;
	make(&from, &to);
	assert_int_equal(map_open(&base, base_path), 0);
	assert_int_equal(map_open_near(&one, over_path, base), 0);
	assert_ptr_equal(map_lower(one), base);
	assert_int_equal(map_open_near(&two, over_path, one), 0);
	assert_ptr_equal(map_lower(two), base);
	map_close(base);
	map_close(one);
	assert_int_equal(map_verify(two), 0);
	assert_int_equal(map_rules_own(map_lower(two)), model_count(&from));
	assert_int_equal(map_open(&one, over_path), 0);
	assert_ptr_not_equal(map_lower(one), map_lower(two));
	map_close(two);
	assert_int_equal(map_verify(one), 0);
	map_close(one);

	assert_int_equal(map_open(&base, base_path), 0);
	map_close(model_compile(&to, base_path));
	assert_int_equal(map_open_near(&one, over_path, base), 0);
	assert_ptr_equal(map_lower(one), base);
	map_close(one);
	map_close(base);
}

/* Both together may have no more answers than a whole map. */
static void test_answers(void **data)
{
	struct rule rule = {
		.source = "a.example/",
		.source_len = 10,
		.target = "https://t.example/",
		.target_len = 18,
		.tag = "",
		.note = "",
		.headers = "",
		.code = 301,
	};
	struct map_build *build;
	struct map *base;
	uint32_t more;

	(void)data;
	assert_int_equal(map_build_open(&build, base_path), 0);
	for (rule.max_age = 0; rule.max_age < UINT16_MAX - 1; rule.max_age++) {
		char source[40];

		rule.source_len = snprintf(source, sizeof(source),
					   "a.example/%u", rule.max_age);
		rule.source = source;
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	assert_int_equal(map_open(&base, base_path), 0);
	for (more = 1; more < 3; more++) {
		assert_int_equal(map_build_open(&build, over_path), 0);
		map_build_over(build, base, "1.map", UINT16_MAX);
		rule.source = "b.example/1";
		rule.source_len = 11;
		for (rule.max_age = 0; rule.max_age < more; rule.max_age++)
			assert_int_equal(map_build_add(build, &rule), 0);
		assert_int_equal(map_build_finish(build),
				 more == 1 ? 0 : -EAGAIN);
		map_build_free(build);
		assert_int_equal(access(over_path, F_OK), more == 1 ? 0 : -1);
		unlink(over_path);
	}
	map_close(base);
}

enum { ASKED = MODEL_COUNT(model_asked_hosts) * MODEL_COUNT(model_asked) };

static void file_spoil(const char *path, unsigned int words)
{
	int fd = open(path, O_RDWR);
	off_t size = lseek(fd, 0, SEEK_END);
	uint32_t word;

	while (words--) {
		word = (uint32_t)rand() << rand() % 2;
		word >>= rand() % 3 * 10;
		assert_int_equal(
			pwrite(fd, &word, sizeof(word),
			       MAP_PAGE + rand() % (size - MAP_PAGE - 4)),
			sizeof(word));
	}
	close(fd);
}

static int text_try(void *arg, const struct map *map, uint32_t host,
		    uint32_t addr)
{
	static struct rule_buffer buffer;
	struct rule rule;

	(void)arg;
	if (!map_rule_text(&rule, &buffer, map, host, addr))
		assert_true(strlen(rule.source) <= rule.source_len);
	return 0;
}

/* What was spoiled since it was verified gives wrong answers at worst. */
static void test_spoiled(void **data)
{
	struct source_set sources = {0};
	static char text[ANSWER_MAX];
	struct model from, to;
	struct map_key key;
	struct map *map;
	int round, i;

	(void)data;
	for (round = 0; round < 100; round++) {
		make(&from, &to);
		srand(round);
		file_spoil(base_path, rand() % 3000);
		file_spoil(over_path, rand() % 300);
		assert_int_equal(map_open(&map, over_path), 0);
		for (i = 0; i < ASKED; i++) {
			map_key_of(&key,
				   model_asked_hosts
					   [i % MODEL_COUNT(model_asked_hosts)],
				   model_asked[i /
					       MODEL_COUNT(model_asked_hosts)]);
			answer_match(text, map, &key,
				     "Thu, 01 Jan 1970 00:00:00 GMT",
				     ANSWER_CLOSE);
			assert_in_range(key.search.base, 0, 1);
			map_levels_each(map, &key, text_try, NULL);
		}
		map_each_source(map, source_note, &sources);
		map_each_source(map_lower(map), source_note, &sources);
		source_set_free(&sources);
		map_close(map);
	}
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_as_compiled_whole),
		TEST(test_one_after_the_other),
		TEST(test_single),
		TEST(test_nested),
		TEST(test_what_stands_in_it),
		TEST(test_a_base_that_is_not_right),
		TEST(test_shared_base),
		TEST(test_answers),
		TEST(test_spoiled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
