// SPDX-License-Identifier: BSD-2-Clause
/*
 * gen_rules COUNT [rules|csv|requests] [sorted|shuffled] [mixed|pages]:
 * synthetic rules on stdout. Requests, one a line, are those that the rules of
 * `pages` answer: host, path, status and Location, with tabs between them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rulegen.h"

/* A permutation of 0..n-1: a bijection of the next power of two, the values
 * beyond n walked over. */
static uint64_t shuffled(uint64_t i, uint64_t n)
{
	uint64_t mask = 1;

	while (mask < n)
		mask <<= 1;
	mask--;
	do {
		i = (i * 0x9e3779b97f4a7c15ULL + 0x7f4a7c15) & mask;
		i ^= i >> 7;
		i = i * 0xbf58476d1ce4e5b9ULL & mask;
	} while (i >= n);
	return i;
}

static void print_rule(const struct rule *rule)
{
	printf("%s %s %u\n", rule->source, rule->target, rule->code);
}

static void print_record(const struct rule *rule)
{
	printf("%s,%s,%u\n", rule->source, rule->target, rule->code);
}

static void print_request(const struct rule *rule)
{
	int host = strcspn(rule->source, "/");

	printf("%.*s\t%s\t%u\t%s\n", host, rule->source, rule->source + host,
	       rule->code, rule->target);
}

/* How a rule is printed; NULL: there is no such format. */
static void (*printer_of(const char *name))(const struct rule *)
{
	static const struct {
		const char *name;
		void (*print)(const struct rule *);
	} formats[] = {
		{"rules", print_rule},
		{"csv", print_record},
		{"requests", print_request},
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i].name, name))
			return formats[i].print;
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned long long count = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	void (*print)(const struct rule *) =
		printer_of(argc > 2 ? argv[2] : "rules");
	int shuffle = argc > 3 && !strcmp(argv[3], "shuffled");
	struct rulegen gen;
	struct rule rule;
	uint64_t i;

	if (!count || !print) {
		fputs("usage: gen_rules COUNT [rules|csv|requests] "
		      "[sorted|shuffled] [mixed|pages]\n",
		      stderr);
		return 2;
	}
	gen = rulegen_of(count);
	gen.pages = print == print_request ||
		    (argc > 4 && !strcmp(argv[4], "pages"));
	if (print == print_record)
		puts("source,target,code");
	for (i = 0; i < count; i++) {
		rulegen_rule(&gen, shuffle ? shuffled(i, count) : i, &rule);
		print(&rule);
	}
	return fflush(stdout) ? 1 : 0;
}
