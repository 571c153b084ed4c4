/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULEGEN_H
#define RULEGEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "rule.h"

/*
 * Synthetic rules of realistic length, the same on every run: rule i of n,
 * grouped by host, up to 10,000 hosts. Of 100 rules of a host, 90 are exact
 * pages, 6 subtrees, 4 legacy queries; with pages set all are exact pages and
 * permanent, which is what every web server can be given.
 */
struct rulegen {
	uint64_t rules, hosts;
	bool pages;
	char source[256], target[256];
};

static inline struct rulegen rulegen_of(uint64_t rules)
{
	uint64_t hosts = rules / 100;

	if (hosts > 10000)
		hosts = 10000;
	return (struct rulegen){.rules = rules, .hosts = hosts ? hosts : 1};
}

static inline uint64_t rulegen_mix(uint64_t n)
{
	n += 0x9e3779b97f4a7c15ULL;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ULL;
	n = (n ^ n >> 27) * 0x94d049bb133111ebULL;
	return n ^ n >> 31;
}

static inline const char *rulegen_word(uint64_t n)
{
	static const char *const words[32] = {
		"about",   "archive", "blue",	 "brewing",  "careers",
		"catalog", "contact", "cups",	 "download", "events",
		"forum",   "gallery", "garden",	 "green",    "guide",
		"history", "index",   "journal", "kettles",  "leaf",
		"legal",   "local",   "market",	 "museum",   "news",
		"orders",  "papers",  "press",	 "product",  "support",
		"tea",	   "travel",
	};

	return words[n & 31];
}

/* Host h of the set. */
static inline int rulegen_host(char *dst, size_t size, uint64_t h)
{
	uint64_t r = rulegen_mix(h ^ 0x686f7374);

	return snprintf(dst, size, "www.%s-%s%llu.example", rulegen_word(r),
			rulegen_word(r >> 5), (unsigned long long)h);
}

enum rulegen_kind {
	RULEGEN_WHOLE,
	RULEGEN_EXACT,
	RULEGEN_PREFIX,
	RULEGEN_QUERY
};

static inline enum rulegen_kind rulegen_kind(uint64_t in_host)
{
	if (in_host % 100 < 90)
		return RULEGEN_EXACT;
	return in_host % 100 < 96 ? RULEGEN_PREFIX : RULEGEN_QUERY;
}

/* The path of rule i, without '*'. */
static inline int rulegen_path(char *dst, size_t size, uint64_t i,
			       enum rulegen_kind kind)
{
	uint64_t r = rulegen_mix(i);
	const char *a = rulegen_word(r), *b = rulegen_word(r >> 5),
		   *c = rulegen_word(r >> 10), *d = rulegen_word(r >> 15);
	unsigned long long n = i;

	switch (kind) {
	case RULEGEN_EXACT:
		return snprintf(dst, size, "/%s/%s-%s-%s-%llu%s", a, b, c, d, n,
				r >> 20 & 1 ? ".html" : "");
	case RULEGEN_PREFIX:
		return snprintf(dst, size, "/%s/%s-%llu/", a, b, n);
	default:
		return snprintf(dst, size, "/%s.php?id=%llu", a, n);
	}
}

/* The texts of *rule live in *gen until the next call. */
static inline void rulegen_rule(struct rulegen *gen, uint64_t i,
				struct rule *rule)
{
	uint64_t per_host = gen->rules / gen->hosts, h = i / per_host;
	uint64_t in_host = i % per_host, r = rulegen_mix(i ^ 0x74617267);
	enum rulegen_kind kind;
	int len;

	if (h >= gen->hosts) { /* what the division left goes to the last */
		h = gen->hosts - 1;
		in_host = i - h * per_host;
	}
	kind = gen->pages ? RULEGEN_EXACT : rulegen_kind(in_host);
	len = rulegen_host(gen->source, sizeof(gen->source), h);
	len += rulegen_path(gen->source + len, sizeof(gen->source) - len, i,
			    kind);
	if (kind == RULEGEN_PREFIX)
		gen->source[len++] = '*';
	gen->source[len] = 0;
	memset(rule, 0, sizeof(*rule));
	rule->source = gen->source;
	rule->source_len = len;
	rule->target = gen->target;
	rule->target_len =
		snprintf(gen->target, sizeof(gen->target),
			 "https://shop.%s.example/%s/%s-%s-%llu%s",
			 rulegen_word(r), rulegen_word(r >> 5),
			 rulegen_word(r >> 10), rulegen_word(r >> 15),
			 (unsigned long long)i,
			 kind == RULEGEN_PREFIX ? "/*" : "");
	rule->tag = rule->note = rule->headers = "";
	rule->final.code = 0;
	rule->code = gen->pages || r >> 20 & 3 ? 301 : 307;
	rule->max_age = rule->code == 301 ? 3600 : 0;
}

#endif
