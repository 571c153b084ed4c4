// SPDX-License-Identifier: BSD-2-Clause
/* gen_rules COUNT [rules|csv] [sorted|shuffled]: synthetic rules on stdout. */
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

int main(int argc, char **argv)
{
	unsigned long long count = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	int csv = argc > 2 && !strcmp(argv[2], "csv");
	int shuffle = argc > 3 && !strcmp(argv[3], "shuffled");
	struct rulegen gen;
	struct rule rule;
	uint64_t i;

	if (!count) {
		fputs("usage: gen_rules COUNT [rules|csv] [sorted|shuffled]\n",
		      stderr);
		return 2;
	}
	gen = rulegen_of(count);
	if (csv)
		puts("source,target,code");
	for (i = 0; i < count; i++) {
		rulegen_rule(&gen, shuffle ? shuffled(i, count) : i, &rule);
		printf(csv ? "%s,%s,%u\n" : "%s %s %u\n", rule.source,
		       rule.target, rule.code);
	}
	return fflush(stdout) ? 1 : 0;
}
