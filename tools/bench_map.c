// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_map COUNT FILE: compile COUNT synthetic rules into FILE, open it, look
 * up at random; one line of figures. Rules and requests are made outside the
 * timed stretches. One process per size, so that the peak memory is its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "map_build.h"
#include "map_file.h"
#include "map_view.h"
#include "rulegen.h"

enum { BLOCK = 4096, REQUESTS = 1 << 20, ROUNDS = 5 };

struct request {
	uint8_t host_len, path_len, query_len, has_query;
	char host[40], path[84];
};
_Static_assert(sizeof(struct request) == 128, "two cache lines");

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int die(void)
{
	fprintf(stderr, "bench_map: %s\n", error_text());
	return 1;
}

struct compile {
	double cpu, wall;
	uint64_t texts; /* bytes of sources and targets */
};

static int compile(struct compile *c, uint64_t count, const char *path)
{
	static struct rulegen gens[BLOCK];
	static struct rule rules[BLOCK];
	struct rulegen gen = rulegen_of(count);
	struct map_build *build;
	double cpu, wall;
	uint64_t i, n;

	if (map_build_open(&build, path))
		return -1;
	for (i = 0; i < count; i += n) {
		for (n = 0; n < BLOCK && i + n < count; n++) {
			gens[n] = gen;
			rulegen_rule(&gens[n], i + n, &rules[n]);
			c->texts += rules[n].source_len + rules[n].target_len;
		}
		cpu = now(CLOCK_PROCESS_CPUTIME_ID);
		wall = now(CLOCK_MONOTONIC);
		for (uint64_t k = 0; k < n; k++)
			if (map_build_add(build, &rules[k]))
				return -1;
		c->cpu += now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		c->wall += now(CLOCK_MONOTONIC) - wall;
	}
	cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	wall = now(CLOCK_MONOTONIC);
	if (map_build_finish(build))
		return -1;
	c->cpu += now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	c->wall += now(CLOCK_MONOTONIC) - wall;
	map_build_free(build);
	return 0;
}

enum kind { HIT, MISS_PATH, MISS_HOST };

/* A request for a random rule; for a miss its path gets an end, or its host a
 * beginning, that no rule has. */
static void request_make(struct request *request, struct rulegen *gen,
			 uint64_t seed, enum kind kind)
{
	char *slash, *question, *text = gen->source;
	struct rule rule;
	size_t len;

	rulegen_rule(gen, rulegen_mix(seed) % gen->rules, &rule);
	len = rule.source_len;
	if (text[len - 1] == '*')
		len += sprintf(text + len - 1, "page-%u",
			       (unsigned)seed % 1000) -
		       1;
	else if (kind == MISS_PATH)
		text[len++] = 'x';
	if (kind == MISS_HOST)
		text[0] = 'v';
	text[len] = 0;
	slash = strchr(text, '/');
	question = strchr(text, '?');
	memset(request, 0, sizeof(*request));
	request->host_len = slash - text;
	request->has_query = question != NULL;
	request->path_len = (question ? question : text + len) - slash;
	request->query_len = question ? text + len - question - 1 : 0;
	memcpy(request->host, text, request->host_len);
	memcpy(request->path, slash, text + len - slash);
}

static double lookups(const struct map *map, const struct request *requests,
		      uint64_t *found)
{
	static struct map_key key;
	double start = now(CLOCK_MONOTONIC);
	size_t i;

	*found = 0;
	for (i = 0; i < REQUESTS; i++) {
		const struct request *r = &requests[i];

		key.host_len = r->host_len;
		key.path_len = r->path_len;
		key.query_len = r->query_len;
		key.has_query = r->has_query;
		memcpy(key.host, r->host, sizeof(r->host));
		memcpy(key.path, r->path, sizeof(r->path));
		*found += map_lookup(map, &key) != 0;
	}
	return (now(CLOCK_MONOTONIC) - start) / REQUESTS * 1e9;
}

/* The median of some rounds, in ns. */
static double measure(const struct map *map, struct rulegen *gen,
		      enum kind kind, double *rate)
{
	struct request *requests = calloc(REQUESTS, sizeof(*requests));
	double ns[ROUNDS];
	uint64_t found = 0;
	int i, k;

	if (!requests)
		return 0;
	for (i = 0; i < REQUESTS; i++)
		request_make(&requests[i], gen, i + 1, kind);
	lookups(map, requests, &found);
	for (i = 0; i < ROUNDS; i++) {
		double t = lookups(map, requests, &found);

		for (k = i; k > 0 && ns[k - 1] > t; k--)
			ns[k] = ns[k - 1];
		ns[k] = t;
	}
	*rate = (double)found / REQUESTS;
	free(requests);
	return ns[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	struct compile c = {0};
	double start, open_ms, verify_ms, hit, path, host, rate[3];
	struct rulegen gen;
	struct rusage usage;
	struct map *map;
	uint64_t count;

	if (argc != 3 || !(count = strtoull(argv[1], NULL, 10))) {
		fputs("usage: bench_map COUNT FILE\n", stderr);
		return 2;
	}
	unlink(argv[2]);
	if (compile(&c, count, argv[2]))
		return die();
	getrusage(RUSAGE_SELF, &usage);
	start = now(CLOCK_MONOTONIC);
	if (map_open(&map, argv[2]))
		return die();
	open_ms = (now(CLOCK_MONOTONIC) - start) * 1e3;
	start = now(CLOCK_MONOTONIC);
	if (map_verify(map))
		return die();
	verify_ms = (now(CLOCK_MONOTONIC) - start) * 1e3;
	gen = rulegen_of(count);
	hit = measure(map, &gen, HIT, &rate[0]);
	path = measure(map, &gen, MISS_PATH, &rate[1]);
	host = measure(map, &gen, MISS_HOST, &rate[2]);
	printf("%9llu %7.2f %7.2f %7.1f %7.1f %8.2f %8.1f %6.0f %6.0f %6.0f %8ld\n",
	       (unsigned long long)count, count / c.cpu / 1e6,
	       count / c.wall / 1e6, (double)map_size(map) / count,
	       ((double)map_size(map) - c.texts) / count, open_ms, verify_ms,
	       hit, path, host, usage.ru_maxrss / 1024);
	fprintf(stderr, "found: hit %.3f, other path %.3f, other host %.3f\n",
		rate[0], rate[1], rate[2]);
	map_close(map);
	unlink(argv[2]);
	return 0;
}
