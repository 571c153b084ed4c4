// SPDX-License-Identifier: BSD-2-Clause
/*
 * The fast path counts each answer in the record of the rule that won, of an
 * overlay or of its base, and what a rule leaves to a server that is not detour's;
 * nothing else; and on all CPUs at once, too.
 */
#include <linux/bpf.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "fast_arena.h"
#include "fast_hits.h"
#include "fastpath.h"
#include "fastpath.skel.h"
#include "hits.h"
#include "listener_mark.h"
#include "live_file.h"
#include "map_hand.h"
#include "map_lent.h"
#include "overlay_model.h"
#include "state.h"
#include "state_dir.h"
#include "xdp_client.h"
#include "xdp_listener.h"
#include "xdp_run.h"

enum { ENTRIES_MAX = 1 << 14, THREADS = 2, RUNS = 20000 };

/* What is to be counted of a map. */
struct want {
	uint32_t count[ENTRIES_MAX];
};

static struct want own, below;

static void back(const struct map_lender *lender, const uint8_t *memory)
{
	(void)lender;
	(void)memory;
}

static const struct map_lender lender = {.back = back};

static struct map *lend(const struct fast_area *area, struct map *lower)
{
	struct map *map = NULL;

	assert_int_equal(map_lent(&map, fast_arena_memory(rig.arena, area),
				  area->size, lower, &lender),
			 0);
	return map;
}

/* All entries of a map are as wanted, and what was hit was so lately. */
static void compare(const struct map *map, const struct want *want)
{
	static struct hit hit[ENTRIES_MAX];
	uint64_t entries = hits_entries(map_header(map)), i;
	struct fast_hits hits = {.map = map, .entries = entries};
	time_t now = time(NULL);

	assert_in_range(entries, 1, ENTRIES_MAX - 3);
	fast_hits_read(&hits, 0, hit, entries + 3);
	for (i = 0; i < entries + 3; i++) {
		assert_int_equal(hit[i].count, want->count[i]);
		if (hit[i].count)
			assert_in_range(hit[i].last, now - 120, now + 1);
		else
			assert_int_equal(hit[i].last, 0);
	}
}

/* Where a request is to be counted. */
static void want_one(const char *host, const char *target)
{
	const struct map *map;
	struct map_key key;
	uint64_t index;
	uint32_t addr;

	map_key_of(&key, host, target);
	addr = map_lookup_rule(rig.map, &key);
	assert_int_not_equal(addr, 0);
	map = map_found(rig.map, &key);
	index = hits_index(map_header(map), addr);
	assert_in_range(index, 0, ENTRIES_MAX - 1);
	assert_int_equal(hits_addr(map_header(map), index), addr);
	(map == rig.map ? &own : &below)->count[index]++;
}

/* Ask, and note what is to be counted: where nothing listens, that is also what is
 * left to a server. Returns whether it was answered. */
static bool ask(const char *method, const char *host, const char *target,
		int variant)
{
	static struct rig_result result;
	static struct frame frame;
	struct packet packet;
	char request[256];

	snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: %s\r\n\r\n",
		 method, target, host);
	client_segment(&packet, variant, TCP_ACK, request);
	frame_write(&frame, &packet);
	rig_forget();
	rig_respond(&result, &frame);
	if (result.verdict == XDP_TX ||
	    result.rose & (RIG_COUNTER(HAND_PASS) | RIG_COUNTER(HAND_OK)))
		want_one(host, target);
	return result.verdict == XDP_TX;
}

static const char *const rules[] = {
	"*.o.example/x/* https://wild.example/* 302",
	"*.t.example https://*.new.example/*?t#u 302 header=X-A:b",
	"o.example https://new.example 301",
	"o.example/1 https://new.example/one 302",
	"o.example/a/* https://new.example/b/* 307",
	"o.example/a/b/* - 410",
	"o.example/both https://new.example/both 301/308",
	"o.example/never https://new.example/never 301",
	"o.example/ok - 200",
	"o.example/pass - pass",
	"o.example/q?x=1 https://new.example/?y=1 308 query=drop",
};

static const struct {
	const char *host, *target;
	bool answered;
} rows[] = {
	{"o.example", "/", true},	 {"o.example", "/1", true},
	{"o.example", "/a/c/d?z", true}, {"o.example", "/a/b/c", true},
	{"o.example", "/q?x=1", true},	 {"w.o.example", "/x/y", true},
	{"a.b.o.example", "/x/y", true}, {"a.t.example", "/p?q", true},
	{"o.example", "/both", true},	 {"o.example", "/ok", false},
	{"o.example", "/pass", false},	 {"none.example", "/", false},
	{"w.o.example", "/y", false},
};

static void forget_wanted(void)
{
	memset(&own, 0, sizeof(own));
	memset(&below, 0, sizeof(below));
}

static void each_kind(void **state)
{
	static const char *const methods[] = {"GET", "HEAD", "POST"};
	struct map *map;
	size_t i, round, method;

	(void)state;
	rig_rules(rules, COUNT(rules));
	map = lend(rig.area, NULL);
	forget_wanted();
	compare(map, &own);
	for (round = 0; round < 7; round++)
		for (i = round % 3; i < COUNT(rows); i++)
			for (method = 0; method < 3; method++)
				assert_int_equal(
					ask(methods[method], rows[i].host,
					    rows[i].target,
					    i % CLIENT_VARIANTS),
					rows[i].answered && method < 2);
	compare(map, &own);
	map_close(map);
}

static void option_set(int option, int value)
{
	assert_int_equal(setsockopt(listener, IPPROTO_TCP, option, &value,
				    sizeof(value)),
			 0);
}

/* As a server of detour marks it. */
static void mark(void)
{
	option_set(TCP_KEEPIDLE, LISTENER_MARK_IDLE);
	option_set(TCP_KEEPINTVL, LISTENER_MARK_INTERVAL);
	option_set(TCP_KEEPCNT, LISTENER_MARK_PLAIN);
}

/* What detour's own server gets, that counts. */
static void left_to_servers(void **state)
{
	struct map *map;
	int ours;

	(void)state;
	rig_rules(rules, COUNT(rules));
	map = lend(rig.area, NULL);
	forget_wanted();
	for (ours = 0; ours < 2; ours++) {
		listener_open(16);
		if (ours)
			mark();
		ask("GET", "o.example", "/pass", 0);
		ask("HEAD", "o.example", "/ok", 2);
		ask("GET", "o.example", "/1", 3);
		listener_close();
		if (!ours)
			compare(map, &own);
	}
	forget_wanted();
	want_one("o.example", "/pass");
	want_one("o.example", "/ok");
	want_one("o.example", "/1");
	want_one("o.example", "/1");
	compare(map, &own);
	map_close(map);
}

static const struct live_file base = {.release = 1, .map = "1.map"};
static const struct live_file over = {.release = 2, .map = "2.map"};

static void models_make(struct model *from, struct model *to)
{
	unsigned int h, p;

	memset(from, 0, sizeof(*from));
	for (h = 0; h < MODEL_HOSTS; h++)
		for (p = 0; p < MODEL_PLAIN; p++)
			from->version[h][p] = rand() % 3 ? 0 : rand() % 100 + 1;
	*to = *from;
	for (h = 0; h < MODEL_HOSTS; h += rand() % 3 + 1)
		for (p = 0; p < MODEL_PLAIN; p++)
			to->version[h][p] = rand() % 2 ? 0 : rand() % 100 + 1;
}

static void maps_make(const struct model *from, const struct model *to)
{
	char path[PATH_MAX], over_path[PATH_MAX];
	struct map *map;

	state_map_path(path, state_dir, base.map);
	state_map_path(over_path, state_dir, over.map);
	map = model_compile(from, path);
	model_overlay(over_path, map, from, to, 7);
	map_close(map);
	map_close(rig.map);
	assert_int_equal(map_open(&rig.map, over_path), 0);
}

static unsigned int ask_all(void)
{
	unsigned int answered = 0;
	size_t h, p;

	for (h = 0; h < MODEL_COUNT(model_asked_hosts); h++)
		for (p = 0; p < MODEL_COUNT(model_asked); p++)
			if (*model_asked_hosts[h] != '[')
				answered += ask("GET", model_asked_hosts[h],
						model_asked[p],
						p % CLIENT_VARIANTS);
	return answered;
}

/* Each of the two, and only what was answered from it. */
static void overlay_and_base(void **state)
{
	struct fast_area *lower, *upper;
	struct model from, to;
	struct map *map;
	uint32_t round;
	unsigned int answered = 0, in_base = 0;
	size_t i;

	(void)state;
	for (round = 0; round < 4; round++) {
		srand(round);
		models_make(&from, &to);
		maps_make(&from, &to);
		lower = rig_load(state_dir, &base);
		upper = rig_load(state_dir, &over);
		rig_live(upper, lower);
		forget_wanted();
		answered += ask_all();
		map = lend(lower, NULL);
		compare(map, &below);
		map = lend(upper, map);
		compare(map, &own);
		map_close(map);
		for (i = 0; i < ENTRIES_MAX; i++)
			in_base += below.count[i];
	}
	assert_true(answered > 300);
	assert_in_range(in_base, 50, answered - 50);
}

/* One thread's packets, each of a client of its own. */
struct work {
	pthread_t thread;
	pthread_barrier_t *begin;
	unsigned int number;
	unsigned int answered;
};

static bool answered(const struct frame *frame)
{
	struct xdp_md ctx = {
		.data_end = frame->len,
		.ingress_ifindex = rig.ifindex,
	};
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame->byte,
		.data_size_in = frame->len,
		.ctx_in = &ctx,
		.ctx_size_in = sizeof(ctx),
		.repeat = 1,
	};
	int program = bpf_program__fd(rig.programs->progs.xdp_respond);

	return !bpf_prog_test_run_opts(program, &opts) && opts.retval == XDP_TX;
}

static void *work_run(void *arg)
{
	static const char request[] =
		"GET /1 HTTP/1.1\r\nHost: o.example\r\n\r\n";
	struct work *work = arg;
	struct packet packet;
	struct frame frame;
	unsigned int i;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(work->number % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	pthread_barrier_wait(work->begin);
	for (i = 0; i < RUNS; i++) {
		client_packet(&packet, 0);
		packet.from_port = 1024 + i;
		packet.from[15] += work->number;
		packet.seq = CLIENT_ISN + 1U;
		packet.ack =
			client_cookie(&packet, CLIENT_ISN, CLIENT_CLASS, 0) + 1;
		packet.flags = TCP_ACK;
		packet.data = request;
		packet.data_len = sizeof(request) - 1;
		frame_write(&frame, &packet);
		work->answered += answered(&frame);
	}
	return NULL;
}

static void two_cpus(void **state)
{
	struct work work[THREADS] = {{0}};
	pthread_barrier_t begin;
	unsigned int i, all = 0;
	struct map_key key;
	struct map *map;
	uint32_t addr;

	(void)state;
	rig_rules(rules, COUNT(rules));
	rig_forget();
	map = lend(rig.area, NULL);
	forget_wanted();
	pthread_barrier_init(&begin, NULL, THREADS);
	for (i = 0; i < THREADS; i++) {
		work[i].begin = &begin;
		work[i].number = i;
		assert_int_equal(pthread_create(&work[i].thread, NULL, work_run,
						&work[i]),
				 0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(work[i].thread, NULL);
		all += work[i].answered;
	}
	pthread_barrier_destroy(&begin);
	assert_in_range(all, RUNS, THREADS * RUNS);
	map_key_of(&key, "o.example", "/1");
	addr = map_lookup_rule(map, &key);
	own.count[hits_index(map_header(map), addr)] = all;
	compare(map, &own);
	map_close(map);
}

static int setup(void **state)
{
	char maps[PATH_MAX];

	if (state_dir_setup(state) || mkdir(state_dir, 0700))
		return -1;
	snprintf(maps, sizeof(maps), "%s/maps", state_dir);
	return mkdir(maps, 0700) || rig_setup(state);
}

static int teardown(void **state)
{
	return rig_teardown(state) || state_dir_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(each_kind),
		RIG_TEST(left_to_servers),
		RIG_TEST(overlay_and_base),
		RIG_TEST(two_cpus),
	};

	if (geteuid()) {
		puts("SKIP: the fast path's programs need root");
		return 0;
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
