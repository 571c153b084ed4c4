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

enum {
	END = MAP_CHUNK,
	RECORDS = MAP_PAGE, /* behind a page of answers */
	SIZE = RECORDS + MAP_CHUNK + MAP_SLACK,
	HOST = 64,
	RULE = 2048,
};

/* A map of one host, which has one rule and may be damaged. */
static const struct text_case {
	const char *about;
	uint32_t host_at, rule_at;
	struct map_host host;
	struct map_rule rule;
	const char *source, *target; /* no source: -EBADMSG */
} cases[] = {
	{"an exact path",
	 HOST,
	 RULE,
	 {.name_len = 3},
	 {.key_len = 2, .flags = MAP_RULE_LOCATION, .location_len = 4},
	 "nnn/k",
	 "llll"},
	{"a wildcard's prefix",
	 HOST,
	 RULE,
	 {.name_len = 3, .lengths = 9, .flags = MAP_HOST_WILD},
	 {.key_len = 2, .flags = MAP_RULE_PREFIX},
	 "*.nnn/k*",
	 "-"},
	{"any host, the whole of it",
	 HOST,
	 RULE,
	 {.flags = MAP_HOST_WILD},
	 {.key_len = 1,
	  .flags = MAP_RULE_PREFIX | MAP_RULE_LOCATION | MAP_RULE_REMAINDER,
	  .location_len = 2},
	 "*/*",
	 "ll*"},
	{"a name up to the end",
	 END - 16,
	 RULE,
	 {.name_len = 8},
	 {.key_len = 2},
	 "nnnnnnnn/k",
	 "-"},
	{"a name over the end",
	 END - 16,
	 RULE,
	 {.name_len = 9},
	 {.key_len = 2},
	 0,
	 0},
	{"lengths and a name up to the end",
	 END - 16,
	 RULE,
	 {.lengths = 3, .name_len = 2},
	 {.key_len = 2},
	 "nn/k",
	 "-"},
	{"lengths and a name over the end",
	 END - 16,
	 RULE,
	 {.lengths = 3, .name_len = 3},
	 {.key_len = 2},
	 0,
	 0},
	{"no name, at the end",
	 END - 8,
	 RULE,
	 {.flags = MAP_HOST_WILD},
	 {.key_len = 2},
	 "*/k",
	 "-"},
	{"a length over the end",
	 END - 8,
	 RULE,
	 {.lengths = 1},
	 {.key_len = 2},
	 0,
	 0},
	{"as many lengths as can be",
	 HOST,
	 RULE,
	 {.lengths = 65535, .name_len = 255},
	 {.key_len = 2},
	 0,
	 0},
	{"... at the end",
	 END - 8,
	 RULE,
	 {.lengths = 65535, .name_len = 255},
	 {.key_len = 2},
	 0,
	 0},
	{"no host", 0, RULE, {.name_len = 3}, {.key_len = 2}, 0, 0},
	{"a host in no chunk",
	 END + 8,
	 RULE,
	 {.name_len = 3},
	 {.key_len = 2},
	 0,
	 0},
	{"no rule", HOST, 0, {.name_len = 3}, {.key_len = 2}, 0, 0},
	{"a rule in no chunk",
	 HOST,
	 END + 8,
	 {.name_len = 3},
	 {.key_len = 2},
	 0,
	 0},
	{"a rule up to the end",
	 HOST,
	 END - 16,
	 {.name_len = 3},
	 {.key_len = 2, .flags = MAP_RULE_LOCATION, .location_len = 2},
	 "nnn/k",
	 "ll"},
	{"a Location over the end",
	 HOST,
	 END - 16,
	 {.name_len = 3},
	 {.key_len = 2, .flags = MAP_RULE_LOCATION, .location_len = 3},
	 0,
	 0},
	{"a rule's head over the end",
	 HOST,
	 END - 8,
	 {.name_len = 3},
	 {.key_len = 0},
	 0,
	 0},
	{"a key longer than any",
	 HOST,
	 RULE,
	 {.name_len = 3},
	 {.key_len = LIMIT_PATH + 1},
	 0,
	 0},
	{"a Location longer than any",
	 HOST,
	 RULE,
	 {.name_len = 3},
	 {.key_len = 2, .location_len = LIMIT_TARGET + 1},
	 0,
	 0},
	{"a marker",
	 HOST,
	 RULE,
	 {.name_len = 3},
	 {.key_len = 2, .flags = MAP_RULE_MARKER},
	 0,
	 0},
	{"the second of one answer",
	 HOST,
	 RULE,
	 {.name_len = 3},
	 {.key_len = 2, .answer = 1},
	 0,
	 0},
};

/* The same of rules with a template behind the Location. */
static const struct {
	struct text_case one;
	struct map_template template;
} templates[] = {
	{{"a template",
	  HOST,
	  RULE,
	  {.name_len = 3},
	  {.key_len = 2,
	   .flags = MAP_RULE_LOCATION | MAP_RULE_TEMPLATE,
	   .location_len = 4},
	  "nnn/k",
	  "llll"},
	 {.rest = 4, .query = 4}},
	{{"... with both remainders",
	  HOST,
	  RULE,
	  {.name_len = 3},
	  {.key_len = 2,
	   .flags = MAP_RULE_LOCATION | MAP_RULE_TEMPLATE | MAP_RULE_REMAINDER,
	   .location_len = 4},
	  "nnn/k",
	  "llll"},
	 {0, 2, 3, LIMIT_HOST, 0}},
	{{"... of a 410, up to the end",
	  HOST,
	  END - 24,
	  {.name_len = 3},
	  {.key_len = 2, .flags = MAP_RULE_TEMPLATE, .location_len = 0},
	  "nnn/k",
	  "-"},
	 {0}},
	{{"... over the end",
	  HOST,
	  END - 16,
	  {.name_len = 3},
	  {.key_len = 2, .flags = MAP_RULE_TEMPLATE, .location_len = 0},
	  0,
	  0},
	 {0}},
	{{"a place behind the Location",
	  HOST,
	  RULE,
	  {.name_len = 3},
	  {.key_len = 2,
	   .flags = MAP_RULE_LOCATION | MAP_RULE_TEMPLATE,
	   .location_len = 4},
	  0,
	  0},
	 {.rest = 4, .query = 5}},
	{{"places that fall",
	  HOST,
	  RULE,
	  {.name_len = 3},
	  {.key_len = 2,
	   .flags = MAP_RULE_LOCATION | MAP_RULE_TEMPLATE,
	   .location_len = 4},
	  0,
	  0},
	 {.rest = 4, .query = 3}},
	{{"a remainder that has no place",
	  HOST,
	  RULE,
	  {.name_len = 3},
	  {.key_len = 2,
	   .flags = MAP_RULE_LOCATION | MAP_RULE_TEMPLATE | MAP_RULE_REMAINDER,
	   .location_len = 4},
	  0,
	  0},
	 {.rest = 4, .query = 4}},
	{{"a host longer than any",
	  HOST,
	  RULE,
	  {.name_len = 3},
	  {.key_len = 2,
	   .flags = MAP_RULE_LOCATION | MAP_RULE_TEMPLATE,
	   .location_len = 4},
	  0,
	  0},
	 {0, 2, 3, LIMIT_HOST + 1, 0}},
	{{"header lines longer than any",
	  HOST,
	  RULE,
	  {.name_len = 3},
	  {.key_len = 2,
	   .flags = MAP_RULE_LOCATION | MAP_RULE_TEMPLATE,
	   .location_len = 4},
	  0,
	  0},
	 {0, 2, 3, 0, LIMIT_HEADER_BYTES + 3}},
	{{"header lines over the end",
	  HOST,
	  END - 24,
	  {.name_len = 3},
	  {.key_len = 2, .flags = MAP_RULE_TEMPLATE, .location_len = 0},
	  0,
	  0},
	 {.headers = 1}},
};

/* As much of a text as there is room for in the records. */
static void put(uint8_t *records, size_t at, const void *from, size_t len)
{
	size_t room = END + MAP_SLACK;

	if (at < room)
		memcpy(records + at, from, len < room - at ? len : room - at);
}

static void fill(uint8_t *image, const struct text_case *one,
		 const struct map_template *template)
{
	static uint8_t names[255], key[LIMIT_PATH + 1] = "/k";
	static uint8_t location[LIMIT_TARGET + 1];
	struct map_answer answer = {.code = 301, .max_age = 60};
	uint8_t *records = image + RECORDS;
	size_t at = one->host_at % END;

	memset(image, 0, SIZE);
	memset(names, 'n', sizeof(names));
	memset(location, 'l', sizeof(location));
	memcpy(image, &answer, sizeof(answer));
	put(records, at, &one->host, sizeof(one->host));
	at += sizeof(one->host) + one->host.lengths * 2u;
	put(records, at, names, one->host.name_len);
	at = one->rule_at % END;
	put(records, at, &one->rule, sizeof(one->rule));
	at += sizeof(one->rule);
	put(records, at, key, map_rule_stored(&one->rule));
	at += map_rule_stored(&one->rule);
	put(records, at, location, one->rule.location_len);
	if (template)
		put(records, at + one->rule.location_len, template,
		    sizeof(*template));
}

/* A sound rule is what it was; a damaged one is told, and nothing behind the
 * chunk and its slack is read. */
static void check(const struct text_case *one,
		  const struct map_template *template)
{
	static uint8_t image[SIZE];
	static struct rule_buffer buffer;
	struct map map = {
		.header.answers = 1,
		.header.section[MAP_RECORDS].offset = RECORDS,
		.chunks[MAP_RECORDS] = 1,
	};
	struct rule rule;
	int err;

	fill(image, one, template);
	map.data = (uint8_t *)guard_copy((char *)image, SIZE);
	err = map_rule_text(&rule, &buffer, &map, one->host_at / 8,
			    one->rule_at / 8);
	if (err != (one->source ? 0 : -EBADMSG))
		fail_msg("%s: %d", one->about, err);
	if (err)
		return;
	if (strcmp(rule.source, one->source) ||
	    strcmp(rule.target, one->target))
		fail_msg("%s: %s %s", one->about, rule.source, rule.target);
	assert_int_equal(rule.source_len, strlen(one->source));
	assert_int_equal(rule.target_len, strlen(one->target));
	assert_string_equal(rule.headers, "");
	assert_int_equal(rule.code, 301);
	assert_int_equal(rule.max_age, 60);
}

static void texts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check(&cases[i], NULL);
	for (i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		check(&templates[i].one, &templates[i].template);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
