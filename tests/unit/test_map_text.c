// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "guard.h"
#include "map_text.h"
#include "map_view.h"
#include "rule_code.h"

enum {
	RULES = MAP_PAGE, /* behind a page of answers */
	HOSTS = 2 * MAP_PAGE,
	TEXTS = 3 * MAP_PAGE,
	SLOT = 256,
	SLOTS = 16,
	END = SLOTS * SLOT, /* of the slots' sections */
	TEXTS_SIZE = 5 * 8192,
	SIZE = TEXTS + TEXTS_SIZE + MAP_SLACK,
	RULE = 5, /* their slots, from 1 on */
	HOST = 3,
	APART = 1, /* texts stand in their own section */
	/* where texts begin, before the end of a section */
	RULE_ROOM = SLOT - sizeof(struct map_rule),
	HOST_ROOM = SLOT - sizeof(struct map_host),
};

/* A map of one host, which has one rule and may be damaged. */
static const struct text_case {
	const char *about;
	uint32_t host_at, rule_at;
	uint16_t name_len, lengths;
	struct map_rule rule;
	uint32_t host_texts, host_flags;
	const char *source, *target; /* no source: -EBADMSG */
} cases[] = {
	{"an exact path",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 2, .flags = MAP_RULE_LOCATION, .location_len = 4},
	 0,
	 0,
	 "nnn/k",
	 "llll"},
	{"a wildcard's prefix",
	 HOST,
	 RULE,
	 3,
	 9,
	 {.key_len = 2, .flags = MAP_RULE_PREFIX},
	 0,
	 MAP_RULE_WILD,
	 "*.nnn/k*",
	 "-"},
	{"any host",
	 HOST,
	 RULE,
	 0,
	 0,
	 {.key_len = 2,
	  .flags = MAP_RULE_PREFIX | MAP_RULE_LOCATION | MAP_RULE_REMAINDER,
	  .location_len = 2},
	 0,
	 MAP_RULE_WILD,
	 "*/k*",
	 "ll*"},
	{"texts apart",
	 HOST,
	 RULE,
	 3,
	 2,
	 {.key_len = 2,
	  .flags = MAP_RULE_LOCATION,
	  .location_len = 4,
	  .texts = 1000},
	 APART,
	 0,
	 "nnn/k",
	 "llll"},
	{"a name up to the end",
	 SLOTS,
	 RULE,
	 HOST_ROOM,
	 0,
	 {.key_len = 2},
	 0,
	 0,
	 "nnn/k",
	 "-"},
	{"a name over the end",
	 SLOTS,
	 RULE,
	 HOST_ROOM + 1,
	 0,
	 {.key_len = 2},
	 0,
	 0,
	 0,
	 0},
	{"lengths and a name up to the end",
	 SLOTS,
	 RULE,
	 2,
	 (HOST_ROOM - 2) / 2,
	 {.key_len = 2},
	 0,
	 0,
	 "nn/k",
	 "-"},
	{"lengths and a name over the end",
	 SLOTS,
	 RULE,
	 3,
	 (HOST_ROOM - 2) / 2,
	 {.key_len = 2},
	 0,
	 0,
	 0,
	 0},
	{"no name, at the end",
	 SLOTS,
	 RULE,
	 0,
	 HOST_ROOM / 2,
	 {.key_len = 2},
	 0,
	 MAP_RULE_WILD,
	 "*/k",
	 "-"},
	{"as many lengths as can be",
	 HOST,
	 RULE,
	 253,
	 65535,
	 {.key_len = 2},
	 0,
	 0,
	 0,
	 0},
	{"... at the end", SLOTS, RULE, 253, 65535, {.key_len = 2}, 0, 0, 0, 0},
	{"... apart", HOST, RULE, 253, 65535, {.key_len = 2}, APART, 0, 0, 0},
	{"a name longer than any",
	 HOST,
	 RULE,
	 254,
	 0,
	 {.key_len = 2},
	 0,
	 0,
	 0,
	 0},
	{"no host", 0, RULE, 3, 0, {.key_len = 2}, 0, 0, 0, 0},
	{"a host in no slot",
	 SLOTS + 1,
	 RULE,
	 3,
	 0,
	 {.key_len = 2},
	 0,
	 0,
	 0,
	 0},
	{"a host far away",
	 (1u << 31) - 1,
	 RULE,
	 3,
	 0,
	 {.key_len = 2},
	 0,
	 0,
	 0,
	 0},
	{"no rule", HOST, 0, 3, 0, {.key_len = 2}, 0, 0, 0, 0},
	{"a rule in no slot",
	 HOST,
	 SLOTS + 1,
	 3,
	 0,
	 {.key_len = 2},
	 0,
	 0,
	 0,
	 0},
	{"a rule up to the end",
	 HOST,
	 SLOTS,
	 3,
	 0,
	 {.key_len = 2,
	  .flags = MAP_RULE_LOCATION,
	  .location_len = RULE_ROOM - 2},
	 0,
	 0,
	 "nnn/k",
	 "llll"},
	{"a Location over the end",
	 HOST,
	 SLOTS,
	 3,
	 0,
	 {.key_len = 2,
	  .flags = MAP_RULE_LOCATION,
	  .location_len = RULE_ROOM - 1},
	 0,
	 0,
	 0,
	 0},
	{"... apart",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 2,
	  .flags = MAP_RULE_LOCATION,
	  .location_len = 7,
	  .texts = TEXTS_SIZE / 8 - 1},
	 0,
	 0,
	 0,
	 0},
	{"... far away",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 2, .texts = ~0u},
	 0,
	 0,
	 0,
	 0},
	{"a key longer than any",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = LIMIT_PATH + 1, .texts = 1},
	 0,
	 0,
	 0,
	 0},
	{"the longest that can be said",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 65535, .texts = 1},
	 0,
	 0,
	 0,
	 0},
	{"... of a record that says it is a host",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 65535, .flags = MAP_RULE_HOST | MAP_RULE_LOCATION},
	 0,
	 0,
	 0,
	 0},
	{"a Location longer than any",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 2, .location_len = LIMIT_TARGET + 1, .texts = 1},
	 0,
	 0,
	 0,
	 0},
	{"a marker",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 2, .flags = MAP_RULE_MARKER},
	 0,
	 0,
	 0,
	 0},
	{"the second of one answer",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 2, .answer = 1},
	 0,
	 0,
	 0,
	 0},
	{"a second answer of one that passes",
	 HOST,
	 RULE,
	 3,
	 0,
	 {.key_len = 2, .answer = 1, .flags = MAP_RULE_PASS},
	 0,
	 0,
	 "nnn/k",
	 "-"},
};

static void put(uint8_t *image, size_t at, size_t end, const void *from,
		size_t len)
{
	if (at < end)
		memcpy(image + at, from, len < end - at ? len : end - at);
}

/* Put a record and its texts where they are said to be, as far as the section
 * goes. */
static void record_put(uint8_t *image, size_t section, uint32_t addr,
		       const void *record, size_t size, uint32_t texts)
{
	static uint8_t text[1 << 18];
	const struct map_rule *rule = record;
	const struct map_host *host = record;
	size_t at = section + (addr - 1ULL) * SLOT, key = 0;
	size_t end = section + END;
	int is_host = size == sizeof(*host);

	if (!addr || addr > SLOTS)
		return;
	memset(text, 'l', sizeof(text));
	if (is_host)
		key = host->lengths * 2;
	memset(text + key, is_host ? 'n' : 'k', rule->key_len);
	if (!is_host)
		text[0] = '/';
	put(image, at, end, record, size);
	at += size;
	if (texts) {
		at = TEXTS + texts * 8ULL;
		end = TEXTS + TEXTS_SIZE;
	}
	put(image, at, end, text, key + rule->key_len + rule->location_len);
}

static void fill(uint8_t *image, const struct text_case *one)
{
	struct map_answer answer = {
		.code = 301, .rule_code = 301, .max_age = 60};
	struct map_host host = {
		.lengths = one->lengths,
		.rule.key_len = one->name_len,
		.rule.flags = one->host_flags | MAP_RULE_HOST,
		.rule.texts = one->host_texts,
	};

	memset(image, 0, SIZE);
	memcpy(image, &answer, sizeof(answer));
	record_put(image, HOSTS, one->host_at, &host, sizeof(host),
		   one->host_texts);
	record_put(image, RULES, one->rule_at, &one->rule, sizeof(one->rule),
		   one->rule.texts);
}

static const struct map shape = {
	.header =
		{
			.answers = 1,
			.table[MAP_TABLE_HOSTS] = {.slots = SLOTS,
						   .slot_shift = 8},
			.table[MAP_TABLE_RULES] = {.slots = SLOTS,
						   .slot_shift = 8},
			.section[MAP_RULE_SLOTS] = {.offset = RULES,
						    .size = END},
			.section[MAP_HOST_SLOTS] = {.offset = HOSTS,
						    .size = END},
			.section[MAP_TEXTS] = {.offset = TEXTS,
					       .size = TEXTS_SIZE},
			.section[MAP_ANSWERS] = {.size = sizeof(
							 struct map_answer)},
		},
};

/* Whether a text is what is wanted, or goes on as that ends. */
static int is_like(const char *text, size_t len, const char *want)
{
	size_t n = strlen(want);

	return strlen(text) == len && len >= n &&
	       (len == n || (strspn(text, "l") == len && *want == 'l') ||
		(*want == 'n' && !strcmp(text + len - n, want)));
}

/* A sound rule is what it was; a damaged one is told, and nothing behind the
 * file and its slack is read. */
static void texts(void **state)
{
	static uint8_t image[SIZE];
	static struct rule_buffer buffer;
	struct map map = shape;
	struct rule rule;
	size_t i;
	int err;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct text_case *one = &cases[i];

		fill(image, one);
		map.data = (uint8_t *)guard_copy((char *)image, SIZE);
		err = map_rule_text(&rule, &buffer, &map,
				    one->host_at | MAP_ADDR_HOST, one->rule_at);
		if (err != (one->source ? 0 : -EBADMSG))
			fail_msg("%s: %d", one->about, err);
		if (err)
			continue;
		if (!is_like(rule.source, rule.source_len, one->source) ||
		    !is_like(rule.target, rule.target_len, one->target))
			fail_msg("%s: %s %s", one->about, rule.source,
				 rule.target);
		if (one->rule.flags & MAP_RULE_PASS) {
			assert_int_equal(rule.code, RULE_PASS);
			continue;
		}
		assert_int_equal(rule.code, 301);
		assert_int_equal(rule.max_age, 60);
	}
}

/* The rule of "/" stands in its host's record. */
static void whole(void **state)
{
	static uint8_t image[SIZE];
	static struct rule_buffer buffer;
	struct map map = shape;
	struct map_host host = {
		.rule = {.key_len = 3,
			 .location_len = 4,
			 .flags = MAP_RULE_HOST | MAP_RULE_LOCATION |
				  MAP_RULE_REMAINDER},
		.lengths = 5,
	};
	uint32_t texts, addr = MAP_ADDR_HOST | HOST;
	struct map_answer answer = {.rule_code = 308, .max_age = 7};
	struct rule rule;

	(void)state;
	for (texts = 0; texts < 3; texts++) {
		memset(image, 0, SIZE);
		memcpy(image, &answer, sizeof(answer));
		host.rule.texts = texts;
		record_put(image, HOSTS, HOST, &host, sizeof(host), texts);
		map.data = (uint8_t *)guard_copy((char *)image, SIZE);
		assert_int_equal(
			map_rule_text(&rule, &buffer, &map, addr, addr), 0);
		assert_string_equal(rule.source, "nnn/*");
		assert_string_equal(rule.target, "llll*");
		assert_int_equal(rule.code, 308);
		assert_int_equal(rule.max_age, 7);
		assert_true(rule.query_drop);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
