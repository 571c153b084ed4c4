// SPDX-License-Identifier: BSD-2-Clause
/*
 * An input is two lines: a source's set of pairs, and a request's query; the
 * first byte says whether case counts. They are taken as rules and clients send
 * them, and once more as the compiled form and a query that are in a file and
 * in memory.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "pair_list.h"
#include "pair_set.h"
#include "rule_error.h"
#include "rule_pairs.h"
#include "rule_text.h"
#include "uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "fuzz_pairs: %s\n", what);
	abort();
}

static char *copy(const void *data, size_t len)
{
	char *text = malloc(len ? len : 1);

	if (!text)
		abort();
	memcpy(text, data, len);
	return text;
}

/* What is kept has no pair of the set, and is nothing that was not there. */
static void check_rest(const char *rest, size_t len, const char *set,
		       size_t set_len, size_t query_len, bool ignore_case)
{
	static struct pair_list list, kept;
	uint32_t i;

	expect(len < query_len, "nothing is consumed");
	pair_list_fill(&list, set, set_len, ignore_case);
	pair_list_fill(&kept, rest, len, ignore_case);
	for (i = 0; i < kept.count; i++)
		expect(!pair_list_has(&list, rest + kept.pair[i].at,
				      kept.pair[i].len),
		       "a pair of the set is kept");
}

static void try_match(const char *set, size_t set_len, const char *sent,
		      size_t len, bool ignore_case)
{
	static struct pair_list list;
	char *query = copy(sent, len);
	size_t kept;

	pair_list_fill(&list, query, len, ignore_case);
	pair_list_sort(&list);
	if (pair_set_match(set, set_len, &list)) {
		char *rest = copy(query, len);

		kept = pair_set_rest(rest, set, set_len, query, len,
				     ignore_case);
		check_rest(rest, kept, set, set_len, len, ignore_case);
		free(rest);
	}
	free(query);
}

static void try_rule(const char *text, size_t len, const char *query,
		     size_t query_len, bool ignore_case)
{
	static char stored[LIMIT_PATH + 2], again[LIMIT_PATH + 2];
	static char set[LIMIT_PATH], normal[LIMIT_PATH];
	struct rule_error error = {0};
	struct rule_pairs pairs;
	ssize_t n;

	if (!rule_pairs_is(text, len) ||
	    rule_text_check("source", text, len, &error))
		return;
	n = rule_pairs_read(stored, LIMIT_PATH, text, len, ignore_case, &error);
	expect(n > 0 || error.reason[0], "no reason");
	if (n < 0)
		return;
	expect(rule_pairs_read(again, LIMIT_PATH, stored, n, ignore_case,
			       &error) == n &&
		       !memcmp(stored, again, n),
	       "another normal form of a normal form");
	pairs = (struct rule_pairs){stored, n, ignore_case};
	len = rule_pairs_compile(set, &pairs);
	expect(pair_set_check(set, len, ignore_case),
	       "a compiled form that is not sound");
	n = uri_query(normal, sizeof(normal), query, query_len, 0);
	if (n >= 0)
		try_match(set, len, normal, n, ignore_case);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end;
	size_t len, query_len;
	char *text, *query;
	bool ignore_case;

	if (!size || size > LIMIT_PATH)
		return 0;
	ignore_case = *data++ & 1;
	end = memchr(data, '\n', --size);
	len = end ? (size_t)(end - data) : size;
	query_len = end ? size - len - 1 : 0;
	text = copy(data, len);
	query = copy(data + size - query_len, query_len);
	try_rule(text, len, query, query_len, ignore_case);
	if (pair_set_check(text, len, ignore_case))
		try_match(text, len, query, query_len, ignore_case);
	free(text);
	free(query);
	return 0;
}

#include "fuzz_replay.h"
