// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "bench_xdp_head.h"

/* Firefox for an address without a scheme, less one line. */
static const char firefox[] =
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) "
	"Gecko/20100101 Firefox/128.0\r\n"
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,"
	"image/avif,image/webp,*/*;q=0.8\r\n"
	"Accept-Language: en-US,en;q=0.5\r\n"
	"Accept-Encoding: gzip, deflate\r\n"
	"Connection: keep-alive\r\n";

/* Chrome, from a link of the same site. */
static const char chrome[] =
	"Connection: keep-alive\r\n"
	"Upgrade-Insecure-Requests: 1\r\n"
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
	"(KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r\n"
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,"
	"image/avif,image/webp,image/apng,*/*;q=0.8,"
	"application/signed-exchange;v=b3;q=0.7\r\n"
	"Referer: http://www.old.example/catalog/index.html\r\n"
	"Accept-Encoding: gzip, deflate\r\n"
	"Accept-Language: en-US,en;q=0.9,de;q=0.8\r\n";

static const char accept_any[] = "Accept: */*\r\n";
static const char cookie[] = "Cookie: session=";

/* The number of a rule. Skewed: each doubling of the rank is as likely as any
 * other, and the ranks are spread over all rules. */
static uint64_t rule_draw(enum bench_draw draw, uint64_t rules, uint64_t seed)
{
	uint64_t random = rulegen_mix(seed), rank, bits;

	switch (draw) {
	case BENCH_ONE:
		return rulegen_mix(1) % rules;
	case BENCH_SKEWED:
		bits = random % (64 - __builtin_clzll(rules));
		rank = (1ULL << bits) + (random >> 32) % (1ULL << bits);
		return rulegen_mix(rank) % rules;
	default:
		return random % rules;
	}
}

/* Host and target of a rule. For a miss the path gets a beginning, or the host
 * an end of its beginning, that no rule has. */
static uint32_t first_lines(char *text, enum bench_find find,
			    enum bench_draw draw, struct rulegen *gen,
			    uint64_t seed, unsigned int *code)
{
	char *source = gen->source, *slash;
	struct rule rule;

	rulegen_rule(gen, rule_draw(draw, gen->rules, seed), &rule);
	*code = rule.code;
	if (source[rule.source_len - 1] == '*')
		snprintf(source + rule.source_len - 1, 16, "page-%u",
			 (unsigned int)(seed % 1000));
	slash = strchr(source, '/');
	if (find == BENCH_MISS_PATH)
		slash[1] = 'z';
	if (find == BENCH_MISS_HOST)
		source[0] = 'v';
	return sprintf(text, "GET %s HTTP/1.1\r\nHost: %.*s\r\n", slash,
		       (int)(slash - source), source);
}

/* A cookie that fills the head up to len, which has room for one. */
static uint32_t cookie_line(char *text, uint32_t at, uint32_t len,
			    uint64_t seed)
{
	uint32_t end = len - 4, start = at + sizeof(cookie) - 1;

	if (start >= end)
		return at;
	memcpy(text + at, cookie, sizeof(cookie) - 1);
	for (at = start; at < end; at++, seed = rulegen_mix(seed))
		text[at] = "0123456789abcdef"[seed & 15];
	memcpy(text + at, "\r\n", 2);
	return at + 2;
}

uint32_t bench_head(char *text, uint32_t len, enum bench_find find,
		    enum bench_draw draw, struct rulegen *gen, uint64_t seed,
		    unsigned int *code)
{
	uint32_t at = first_lines(text, find, draw, gen, seed, code);
	const char *lines = len < 300	? accept_any
			    : len < 600 ? firefox
					: chrome;
	uint32_t size = strlen(lines);

	if (at + size + 2 <= len) {
		memcpy(text + at, lines, size);
		at = cookie_line(text, at + size, len, seed);
	}
	memcpy(text + at, "\r\n", 2);
	return at + 2;
}
