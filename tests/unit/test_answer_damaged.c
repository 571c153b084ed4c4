// SPDX-License-Identifier: BSD-2-Clause
#include "answer_map.h"

/* Whatever damage does to a map, answers stay in their room. */
static void damaged(void **state)
{
	struct map_key key;
	struct map_rule *rule;
	uint8_t *copy;
	struct map *map, broken;
	char *out = test_malloc(ANSWER_MAX);
	uint32_t addr;
	size_t i;

	(void)state;
	map = compile(rules, COUNT(rules));
	copy = test_malloc(map->mapped);
	memcpy(copy, map->data, map->mapped);
	broken = *map;
	broken.data = copy;
	map_key_of(&key, "o.example", "/q/remainder?query");
	addr = map_lookup(&broken, &key);
	rule = (void *)((uintptr_t)map_record(&broken, addr));
	for (i = 0; i < 7; i++) {
		struct map_rule before = *rule;

		if (i == 0)
			rule->location_len = LIMIT_TARGET + 1;
		else if (i == 1)
			rule->answer = broken.header.answers;
		else if (i == 2)
			rule->flags |= MAP_RULE_MARKER;
		else if (i == 3)
			rule->key_len = LIMIT_PATH + 1;
		else if (i == 4)
			rule->texts = ~0u;
		else if (i == 5)
			memset(rule, 0, sizeof(*rule));
		assert_int_equal(!answer_rule(out, &broken, addr, &key, DATE,
					      ANSWER_KEEP, NULL),
				 i < 6);
		*rule = before;
	}
	assert_int_equal(
		answer_rule(out, &broken, 0, &key, DATE, ANSWER_KEEP, NULL), 0);
	assert_int_equal(answer_rule(out, &broken, ~0U, &key, DATE, ANSWER_KEEP,
				     NULL),
			 0);
	test_free(copy);
	map_close(map);
	test_free(out);
}

/* Lengths of a prebuilt answer, up to their room and beyond it. */
static void damaged_lengths(void **state)
{
	static const struct {
		const char *about;
		uint16_t head_len, date_at, tail_len[3];
		bool sound;
	} cases[] = {
		{"all at their limits",
		 MAP_HEAD,
		 MAP_HEAD - ANSWER_DATE,
		 {MAP_TAIL, MAP_TAIL, MAP_TAIL},
		 true},
		{"all empty but Date", ANSWER_DATE, 0, {0, 0, 0}, true},
		{"head", MAP_HEAD + 1, 17, {0, 0, 0}, false},
		{"head, by far", 65535, 17, {0, 0, 0}, false},
		{"Date", 80, 80 - ANSWER_DATE + 1, {0, 0, 0}, false},
		{"Date, by far", MAP_HEAD, 65535, {0, 0, 0}, false},
		{"a head too short for Date",
		 ANSWER_DATE - 1,
		 0,
		 {0, 0, 0},
		 false},
		{"first tail", 80, 17, {MAP_TAIL + 1, 0, 0}, false},
		{"second tail", 80, 17, {0, MAP_TAIL + 1, 0}, false},
		{"third tail", 80, 17, {0, 0, MAP_TAIL + 1}, false},
		{"third tail, by far", 80, 17, {0, 0, 65535}, false},
	};
	struct map *map = compile(rules, COUNT(rules)), broken = *map;
	uint8_t *copy = test_malloc(map->mapped);
	char *out = test_malloc(ANSWER_MAX);
	struct map_answer *answer;
	struct map_key key;
	uint32_t addr;
	size_t i, len;

	(void)state;
	memcpy(copy, map->data, map->mapped);
	broken.data = copy;
	map_key_of(&key, "o.example", "/9");
	addr = map_lookup(&broken, &key);
	answer = (void *)(copy + map->header.section[MAP_ANSWERS].offset);
	answer += map_record(&broken, addr)->answer;
	for (i = 0; i < COUNT(cases) * 3; i++) {
		size_t one = i / 3, close = i % 3;

		answer->head_len = cases[one].head_len;
		answer->date_at = cases[one].date_at;
		memcpy(answer->tail_len, cases[one].tail_len,
		       sizeof(answer->tail_len));
		len = answer_rule(out, &broken, addr, &key, DATE, close, NULL);
		if (len != (cases[one].sound
				    ? (size_t)cases[one].head_len +
					      cases[one].tail_len[close]
				    : 0))
			fail_msg("%s: %zu bytes", cases[one].about, len);
	}
	test_free(copy);
	map_close(map);
	test_free(out);
}

/* A rule's Location, to be changed. */
static uint8_t *location_at(const struct map *map, uint32_t addr)
{
	const struct map_rule *rule = map_record(map, addr);
	uint32_t at = map_location(rule);

	return (uint8_t *)(uintptr_t)map_texts(map, addr, rule, at) + at;
}

/* Whatever stands there, an answer has room. */
static void damage_all(struct map_rule *rule, const struct map *map,
		       uint32_t addr, const struct map_key *key)
{
	char *out = test_malloc(ANSWER_MAX);
	uint8_t *at = location_at(map, addr);
	struct map_template template, kept;
	uint16_t *field = (uint16_t *)&template;
	int i, j, most, answered = 0;

	srand(1032);
	for (i = 0; i < 50000; i++) {
		most = rand() % 2 ? 30 : 1200;
		for (j = 0; j < 5; j++)
			field[j] = rand() % 9 ? rand() % most : rand();
		rule->location_len = rand() % 9 ? rand() % most : rand();
		rule->flags ^= MAP_RULE_REMAINDER >> rand() % 2;
		rule->flags |= MAP_RULE_TEMPLATE;
		memcpy(&kept, at + rule->location_len, sizeof(kept));
		memcpy(at + rule->location_len, &template, sizeof(template));
		answered += answer_rule(out, map, addr, key, DATE, ANSWER_CLOSE,
					NULL) > 0;
		memcpy(at + rule->location_len, &kept, sizeof(kept));
	}
	assert_true(answered > 100);
	test_free(out);
}

/* Places of a template, up to the Location and beyond it. */
static void damaged_template(void **state)
{
	/* of the target below */
	enum { HOST = 8, REST = 20, QUERY = 21, LAST = 23 };
	static const struct {
		const char *about;
		struct map_template template;
		bool sound;
	} cases[] = {
		{"as it was", {HOST, REST, QUERY, 243, 0}, true},
		{"the host's at the remainder's",
		 {REST, REST, QUERY, 243, 0},
		 false},
		{"the host's before it", {REST - 1, REST, QUERY, 243, 0}, true},
		{"no host", {REST, REST, QUERY, 0, 0}, true},
		{"the remainder's at the query's",
		 {HOST, QUERY, QUERY, 243, 0},
		 false},
		{"the query's at the end", {HOST, REST, LAST, 243, 0}, true},
		{"the query's behind it",
		 {HOST, REST, LAST + 1, 243, 0},
		 false},
		{"all far away", {65535, 65535, 65535, 243, 0}, false},
		{"as many bytes of a host", {HOST, REST, QUERY, 253, 0}, true},
		{"more bytes of a host", {HOST, REST, QUERY, 254, 0}, false},
		{"header lines", {HOST, REST, QUERY, 243, 1034}, true},
		{"more header lines", {HOST, REST, QUERY, 243, 1035}, false},
	};
	static const char *const lines[] = {"*.h https://*.l.example/*#d 302"};
	struct map *map = compile(lines, 1), broken = *map;
	uint8_t *copy = test_malloc(map->mapped);
	char *out = test_malloc(ANSWER_MAX);
	const struct map_rule *rule;
	struct map_key key;
	uint32_t addr;
	size_t i;

	(void)state;
	memcpy(copy, map->data, map->mapped);
	broken.data = copy;
	map_key_of(&key, "a.h", "/x?y");
	addr = map_lookup(&broken, &key);
	rule = map_record(&broken, addr);
	assert_int_equal(rule->location_len, LAST);
	for (i = 0; i < COUNT(cases); i++) {
		memcpy(location_at(&broken, addr) + LAST, &cases[i].template,
		       sizeof(cases[i].template));
		if (!answer_rule(out, &broken, addr, &key, DATE, ANSWER_KEEP,
				 NULL) == cases[i].sound)
			fail_msg("%s", cases[i].about);
		assert_false(answer_passes(&broken, addr, &key));
	}
	damage_all((struct map_rule *)(uintptr_t)rule, &broken, addr, &key);
	test_free(copy);
	map_close(map);
	test_free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged),
		cmocka_unit_test(damaged_lengths),
		cmocka_unit_test(damaged_template),
	};

	return cmocka_run_group_tests(tests, path_make, path_remove);
}
