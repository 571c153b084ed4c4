// SPDX-License-Identifier: BSD-2-Clause
/*
 * bench_map COUNT FILE: compile COUNT synthetic rules into FILE, open it, look
 * up at random; one row of figures, under what bench_map --header prints. Rules
 * and requests are made outside the timed stretches. One process per size, so
 * that the peak memory is its own.
 *
 * "load" is one dependent load from a random place of the map: what the
 * machine asks for a lookup that touches memory once. The last two columns are of
 * each round: a hit of the mix in such loads, and a miss of another path in hits
 * of an exact one.
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
#include "map_lookup.h"
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

enum kind { HIT, HIT_EXACT, HIT_PREFIX, MISS_PATH, MISS_HOST, KINDS };

/* A rule drawn at random, until its kind is wanted. */
static void rule_draw(struct rulegen *gen, uint64_t seed, enum kind kind,
		      struct rule *rule)
{
	for (;; seed = rulegen_mix(seed)) {
		int star, query;

		rulegen_rule(gen, rulegen_mix(seed) % gen->rules, rule);
		star = rule->source[rule->source_len - 1] == '*';
		query = strchr(rule->source, '?') != NULL;
		if (kind == HIT_EXACT ? !star && !query
				      : kind != HIT_PREFIX || star)
			return;
	}
}

/* A request for a random rule. For a miss its path gets a beginning and its
 * host an end that no rule has. */
static void request_make(struct request *request, struct rulegen *gen,
			 uint64_t seed, enum kind kind)
{
	char *slash, *question, *text = gen->source;
	struct rule rule;
	size_t len;

	rule_draw(gen, seed, kind, &rule);
	len = rule.source_len;
	if (text[len - 1] == '*')
		len += sprintf(text + len - 1, "page-%u",
			       (unsigned)seed % 1000) -
		       1;
	text[len] = 0;
	slash = strchr(text, '/');
	if (kind == MISS_PATH)
		slash[1] = 'z';
	if (kind == MISS_HOST)
		text[0] = 'v';
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

		/* A request has just been read when it is looked up. */
		__builtin_prefetch(r + 8);
		__builtin_prefetch(&r[8].path[40]);
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

static double median(double *values)
{
	double t;
	int i, k;

	for (i = 1; i < ROUNDS; i++)
		for (k = i; k > 0 && values[k - 1] > values[k]; k--) {
			t = values[k];
			values[k] = values[k - 1];
			values[k - 1] = t;
		}
	return values[ROUNDS / 2];
}

struct figures {
	struct request *requests[KINDS];
	double ns[KINDS][ROUNDS], load[ROUNDS];
};

/* How often one cost is another, round by round. */
static double times(const double *one, const double *other)
{
	double values[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++)
		values[i] = one[i] / other[i];
	return median(values);
}

static double loads(const struct map *map)
{
	double start = now(CLOCK_MONOTONIC);
	uint64_t at = 1, i;

	for (i = 0; i < REQUESTS; i++)
		at = rulegen_mix(at + map->data[at % map_size(map)]);
	return at ? (now(CLOCK_MONOTONIC) - start) / REQUESTS * 1e9 : 0;
}

/* All kinds in turn, round by round: the machine's moods meet each alike. */
static int measure(const struct map *map, struct rulegen *gen,
		   struct figures *figures)
{
	uint64_t found;
	int i, kind;

	for (kind = 0; kind < KINDS; kind++) {
		struct request *requests =
			calloc(REQUESTS + 8, sizeof(*requests));

		if (!requests)
			return error_set(-1, "out of memory");
		figures->requests[kind] = requests;
		for (i = 0; i < REQUESTS; i++)
			request_make(&requests[i], gen, i + 1, kind);
		lookups(map, requests, &found);
		if (found != (kind < MISS_PATH ? REQUESTS : 0))
			return error_set(-1, "kind %d: %llu found", kind,
					 (unsigned long long)found);
	}
	for (i = 0; i < ROUNDS; i++) {
		for (kind = 0; kind < KINDS; kind++)
			figures->ns[kind][i] =
				lookups(map, figures->requests[kind], &found);
		figures->load[i] = loads(map);
	}
	return 0;
}

static void header(void)
{
	puts("            compile M/s   bytes per rule      open  verify     "
	     "lookup, ns: hit     miss, other           peak   hit in  miss,\n"
	     "     rules    cpu   wall  file  overhead        ms      ms    "
	     "mix  exact  subtree    path   host   load     MB    loads  "
	     "in hits");
}

int main(int argc, char **argv)
{
	struct compile c = {0};
	static struct figures figures;
	double start, open_ms, verify_ms, in_loads, in_hits;
	struct rulegen gen;
	struct rusage usage;
	struct map *map;
	uint64_t count;

	if (argc == 2 && !strcmp(argv[1], "--header")) {
		header();
		return 0;
	}
	if (argc != 3 || !(count = strtoull(argv[1], NULL, 10))) {
		fputs("usage: bench_map COUNT FILE | --header\n", stderr);
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
	if (measure(map, &gen, &figures))
		return die();
	in_loads = times(figures.ns[HIT], figures.load);
	in_hits = times(figures.ns[MISS_PATH], figures.ns[HIT_EXACT]);
	printf("%10llu %6.2f %6.2f %5.1f %9.1f %9.2f %7.1f %6.0f %6.0f %8.0f "
	       "%7.0f %6.0f %6.0f %6ld %8.2f %8.2f\n",
	       (unsigned long long)count, count / c.cpu / 1e6,
	       count / c.wall / 1e6, (double)map_size(map) / count,
	       ((double)map_size(map) - c.texts) / count, open_ms, verify_ms,
	       median(figures.ns[HIT]), median(figures.ns[HIT_EXACT]),
	       median(figures.ns[HIT_PREFIX]), median(figures.ns[MISS_PATH]),
	       median(figures.ns[MISS_HOST]), median(figures.load),
	       usage.ru_maxrss / 1024, in_loads, in_hits);
	map_close(map);
	unlink(argv[2]);
	return 0;
}
