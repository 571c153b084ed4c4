// SPDX-License-Identifier: BSD-2-Clause
#include "desk_case.h"

#include "rule_code.h"
#include "rule_order.h"
#include "ruleset.h"
#include "verify_ask.h"
#include "verify_request.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A rule of each kind of source, and the first request that is made for it. */
static const struct {
	const char *rule, *request;
	bool made_up;
} sources[] = {
	{"old.example/about https://n/ 301", "old.example/about?verify=1",
	 true},
	{"old.example/about - 410", "old.example/about", false},
	{"*/health - 200", "verify.example/health", true},
	{"old.example https://n 301", "old.example/Verify?verify=1", true},
	{"old.example/ https://n/ 301", "old.example/?verify=1", true},
	{"old.example/a? https://n/ 301", "old.example/a?", false},
	{"old.example/a?b=%2A https://n/ 301", "old.example/a?b=%2A", false},
	{"old.example/a?b=1&* https://n/ 301", "old.example/a?b=1&verify=1",
	 true},
	{"old.example/a?b=1&c&* - 410", "old.example/a?b=1&c&verify=1", true},
	{"*.old.example https://n/ 301", "verify.old.example/Verify?verify=1",
	 true},
	{"* https://*.n 301", "verify.example/Verify?verify=1", true},
	{"old.example/a* https://n/ 301", "old.example/aVerify?verify=1", true},
	{"old.example/.* https://n/ 301", "old.example/.Verify?verify=1", true},
	{"old.example/{a}/{b:digits}-{c} https://n/{c}/{a} 301",
	 "old.example/Verify1/12-Verify3?verify=1", true},
	{"old.example/{a}/* https://n/{a}/* 301",
	 "old.example/Verify1/Verify?verify=1", true},
	{"old.example/a%2Fb/%2A https://n/ 301",
	 "old.example/a%2Fb/%2A?verify=1", true},
	{"old.example/%C3%A4B/{x} - 410 case=ignore",
	 "old.example/%C3%A4b/vERIFY1", true},
	{"old.example/a?B=%2f&* https://n/ 301 case=ignore",
	 "old.example/A?b=%2F&VERIFY=1", true},
	{"[2001:DB8::1]/x https://n/ 301", "[2001:db8::1]/x?verify=1", true},
	{"192.0.2.1/x https://n/ 301", "192.0.2.1/x?verify=1", true},
};

static void request_text(char *text, const struct verify_request *request)
{
	sprintf(text, "%s%s", request->host, request->target);
}

static void test_each_kind_of_source(void **state)
{
	static struct verify_request request;
	static char text[LIMIT_HOST + LIMIT_PATH + 200];
	struct desk_case desk;
	struct rule rule;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(sources); i++) {
		desk_case_open(&desk, sources[i].rule);
		ruleset_get(&desk.import.edit.rules.entries[0], &rule);
		assert_true(verify_request_make(&request, &rule, 0));
		request_text(text, &request);
		assert_string_equal(text, sources[i].request);
		assert_int_equal(request.made_up, sources[i].made_up);
		assert_int_equal(request.host_len, strlen(request.host));
		assert_int_equal(request.target_len, strlen(request.target));
		desk_case_close(&desk);
	}
}

/* Each request that is made for a rule is answered by it, if it is alone. */
static void alone_check(const char *line)
{
	static struct verify_request request;
	static struct ask ask;
	unsigned int attempt, made = 0;
	struct desk_case desk;
	struct rule rule;

	desk_case_open(&desk, line);
	ruleset_get(&desk.import.edit.rules.entries[0], &rule);
	for (attempt = 0; attempt < VERIFY_ATTEMPTS; attempt++) {
		if (!verify_request_make(&request, &rule, attempt))
			continue;
		made++;
		if (!ask_begin(&ask, desk.map, rule.scheme == RULE_SCHEME_HTTPS,
			       request.host, request.host_len, request.target,
			       request.target_len) ||
		    !ask_rule(&ask) || rule_order(&ask.met, &rule))
			fail_msg("%s: %s%s", line, request.host,
				 request.target);
	}
	assert_in_range(made, 1, VERIFY_ATTEMPTS);
	desk_case_close(&desk);
}

static void test_alone_each_attempt_matches(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(sources); i++)
		alone_check(sources[i].rule);
}

/* At their limits there is less room, or none, for what is made up. */
static void test_long_sources(void **state)
{
	static char line[2 * LIMIT_PATH], path[LIMIT_PATH + 1];
	static const char *const tails[] = {"", "*", "{a}", "{a:digits}*",
					    "?a&*"};
	int cut, tail;

	(void)state;
	for (tail = 0; tail < (int)COUNT(tails); tail++) {
		for (cut = 3; cut < 60; cut += 4) {
			memset(path, 'p', LIMIT_PATH);
			path[LIMIT_PATH - cut - strlen(tails[tail])] = '\0';
			sprintf(line, "old.example/%s%s https://n/ 301", path,
				tails[tail]);
			alone_check(line);
		}
	}
}

static unsigned int below(unsigned int *seed, unsigned int end)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % end;
}

static const char *const hosts[] = {"a.example", "*.example", "*.a.example",
				    "*", "b.example"};
static const char *const pieces[] = {"/",    "/a",	    "/A",     "/{x}",
				     "/{y}", "/{n:digits}", "/a{z}b", "/11"};
static const char *const tails[] = {
	"", "", "*", "/*", "?a=1", "?a&*", "?a&verify=1&*", "?verify=1", "?"};
static const char *const effects[] = {"https://n.example/ 301",
				      "https://n.example/ 302/307", "- 410",
				      "- pass",
				      "https://n.example/ 302 query=drop"};

/* A line; the source may be one that is none. */
static int line_make(char *line, unsigned int *seed)
{
	unsigned int count = 1 + below(seed, 3), i;
	char path[100] = "", used[COUNT(pieces)] = "";
	const char *tail = tails[below(seed, COUNT(tails))];

	for (i = 0; i < count; i++) {
		unsigned int which = below(seed, COUNT(pieces));

		if (used[which]++)
			continue;
		strcat(path, pieces[which]);
	}
	if (*tail == '?' && strchr(path, '{'))
		tail = "";
	return sprintf(line, "%s%s%s %s%s%s\n",
		       hosts[below(seed, COUNT(hosts))], path, tail,
		       effects[below(seed, COUNT(effects))],
		       below(seed, 4) ? "" : " case=ignore",
		       below(seed, 8) ? "" : " scheme=https");
}

/* What tells sources apart, more or less: without case, names of captures. */
static void source_key(char *key, const char *source)
{
	for (; *source; source++) {
		*key++ = *source;
		if (*source == '{')
			source++;
	}
	*key = '\0';
}

/* Lines that can stand beside each other. */
static void set_make(char *text, unsigned int *seed)
{
	char line[300], all[40][200];
	unsigned int count = 0, i;

	*text = '\0';
	while (count < 25) {
		line_make(line, seed);
		*strchr(line, ' ') = '\0';
		source_key(all[count], line);
		for (i = 0; i < count && strcasecmp(all[i], all[count]); i++)
			;
		line[strlen(line)] = ' ';
		if (i == count++)
			strcat(text, line);
	}
}

/* What is asked for is answered by its rule; what is hidden by another one. */
static void set_check(const struct desk_case *desk, bool https, unsigned int *n)
{
	static struct verify_ask ask;
	static struct ask room;
	const struct ruleset *set = &desk->import.edit.rules;
	size_t i;

	for (i = 0; i < set->count; i++) {
		enum verify_asked asked;

		ruleset_get(&set->entries[i], &ask.rule);
		if (ask.rule.scheme && !https)
			continue;
		ask.method = i % 2 ? "GET" : "POST";
		asked = verify_ask(&ask, &room, desk->map, https);
		n[asked]++;
		assert_true(ask_begin(&room, desk->map, https, ask.request.host,
				      ask.request.host_len, ask.request.target,
				      ask.request.target_len));
		assert_true(ask_rule(&room));
		assert_int_equal(!rule_order(&room.met, &ask.rule),
				 asked != VERIFY_ASK_HIDDEN);
		if (asked == VERIFY_ASK_ANSWERS)
			assert_int_equal(ask.answer.code != 404, 1);
		if (asked == VERIFY_ASK_PASSES)
			assert_int_equal(ask.rule.code, RULE_PASS);
	}
}

static void test_sets_by_chance(void **state)
{
	unsigned int seed = 16, n[3] = {0}, i;
	struct desk_case desk;
	static char text[20000];

	(void)state;
	for (i = 0; i < 400; i++) {
		set_make(text, &seed);
		desk_case_open(&desk, text);
		set_check(&desk, i % 2, n);
		desk_case_close(&desk);
	}
	print_message("asked %u, pass %u, hidden %u\n", n[0], n[1], n[2]);
	assert_in_range(n[VERIFY_ASK_ANSWERS], 2000, 10000);
	assert_in_range(n[VERIFY_ASK_HIDDEN], 0, n[VERIFY_ASK_ANSWERS] / 100);
}

/* Of rules that others hide. */
static void test_hidden(void **state)
{
	static struct verify_ask ask = {.method = "GET"};
	static struct ask room;
	struct desk_case desk;

	(void)state;
	desk_case_open(&desk, "*/* - pass first=yes\na.example - 410\n"
			      "a.example/b* https://n/ 301\n");
	ruleset_get(&desk.import.edit.rules.entries[2], &ask.rule);
	assert_string_equal(ask.rule.source, "a.example/b*");
	assert_int_equal(verify_ask(&ask, &room, desk.map, false),
			 VERIFY_ASK_HIDDEN);
	assert_string_equal(rule_written(&room.met), "*/*");
	assert_string_equal(ask.request.target, "/bVerify?verify=1");
	desk_case_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_of_source),
		cmocka_unit_test(test_alone_each_attempt_matches),
		cmocka_unit_test(test_long_sources),
		cmocka_unit_test(test_sets_by_chance),
		cmocka_unit_test(test_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
