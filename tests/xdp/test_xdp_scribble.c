// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whatever is written into the arena, the programs answer wrongly at worst: what
 * they send is a frame of the connection, of the length that its headers say,
 * and once the map is loaded again answers are right.
 */
#include <linux/bpf.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "counter.h"
#include "fast_arena.h"
#include "fastpath.h"
#include "map.h"
#include "xdp_client.h"
#include "xdp_frame.h"
#include "xdp_rig.h"

enum { ROUNDS = 600, REQUESTS = 6000 };

static const char *const rules[] = {
	"*.o.example/x/* https://wild.example/* 302",
	"*.t.example https://*.new.example/*?t#u 302 header=X-A:b",
	"o.example https://new.example 301",
	"o.example/1 https://new.example/one 302",
	"o.example/a/* https://new.example/b/* 307",
	"o.example/a/b/* - 410",
	"o.example/q?x=1 https://new.example/?y=1 308 query=drop",
};

static const char *const requests[] = {
	"GET / HTTP/1.1\r\nHost: o.example\r\n\r\n",
	"GET /1 HTTP/1.1\r\nHost: o.example\r\n\r\n",
	"GET /a/c/d?z HTTP/1.1\r\nHost: o.example\r\n\r\n",
	"GET /a/b/c HTTP/1.1\r\nHost: o.example\r\n\r\n",
	"GET /q?x=1 HTTP/1.1\r\nHost: o.example\r\n\r\n",
	"GET /x/y HTTP/1.1\r\nHost: w.o.example\r\n\r\n",
	"GET /x/y HTTP/1.1\r\nHost: a.b.o.example\r\n\r\n",
	"GET /p?q HTTP/1.1\r\nHost: a.t.example\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: none.example\r\n\r\n",
};

static uint64_t word(void)
{
	return (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ rand();
}

/* Words of the control page, of the header or of the rest. */
static void scribble(unsigned int words)
{
	uint8_t *memory = fast_arena_memory(rig.arena, rig.area);
	uint64_t size = rig.area->size;
	unsigned int i;
	size_t at;

	for (i = 0; i < words; i++) {
		at = rand() % (size / 8) * 8;
		if (rand() % 4 == 0)
			at = rand() % (sizeof(struct map_header) / 8) * 8;
		*(volatile uint64_t *)(memory + at) =
			rand() % 3 ? word() : word() >> rand() % 64;
	}
	if (rand() % 8 == 0)
		((volatile struct fast_control *)FAST_ARENA_AT)->live = word();
}

/* Run a request, and look at what came out. */
static uint64_t ask(const char *request, int variant)
{
	static struct rig_result result;
	static struct frame frame;
	struct packet packet, got;
	const char *wrong;

	rig_forget();
	client_segment(&packet, variant, TCP_ACK, request);
	frame_write(&frame, &packet);
	rig_respond(&result, &frame);
	if (result.verdict == XDP_PASS) {
		if (result.frame.len != frame.len ||
		    memcmp(result.frame.byte, frame.byte, frame.len))
			rig_fail("%s: passed, but changed", request);
		return result.rose;
	}
	wrong = frame_read(&got, &result.frame);
	if (result.verdict != XDP_TX)
		rig_fail("%s: verdict %d", request, result.verdict);
	else if (wrong)
		rig_fail("%s: %s", request, wrong);
	else if (got.to_port != packet.from_port || got.seq != packet.ack ||
		 got.data_len > 1460 ||
		 memcmp(got.to, packet.from, ADDRESS_SIZE))
		rig_fail("%s: not to the client", request);
	return result.rose;
}

static void answered_again(void)
{
	rig_rules(rules, COUNT(rules));
	assert_true(ask(requests[0], 0) & RIG_COUNTER(GET_301));
	assert_true(ask(requests[3], 1) & RIG_COUNTER(GET_410));
	assert_true(ask(requests[6], 2) & RIG_COUNTER(GET_302));
	assert_true(ask(requests[7], 0) & RIG_COUNTER(GET_302));
	assert_true(ask(requests[8], 3) & RIG_COUNTER(HAND_MISS));
}

static void before(void **state)
{
	unsigned int round, i, seen = 0;

	(void)state;
	srand(1);
	for (round = 0; round < ROUNDS; round++) {
		if (round % 20 == 0)
			answered_again();
		scribble(1 + round % 20 * 3);
		for (i = 0; i < COUNT(requests); i++)
			seen += !!(ask(requests[i], i % CLIENT_VARIANTS) &
				   (RIG_COUNTER(GET_301) |
				    RIG_COUNTER(GET_302) |
				    RIG_COUNTER(GET_307)));
	}
	assert_true(seen > 100);
	answered_again();
}

static bool ends;

static void *scribbler(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&ends, __ATOMIC_RELAXED))
		scribble(20);
	return NULL;
}

/* On another CPU while requests are answered. */
static void meanwhile(void **state)
{
	pthread_t thread;
	unsigned int i;

	(void)state;
	rig_rules(rules, COUNT(rules));
	ends = false;
	assert_int_equal(pthread_create(&thread, NULL, scribbler, NULL), 0);
	for (i = 0; i < REQUESTS; i++)
		ask(requests[i % COUNT(requests)], i / 8 % CLIENT_VARIANTS);
	__atomic_store_n(&ends, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	answered_again();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(before),
		RIG_TEST(meanwhile),
	};

	if (geteuid()) {
		puts("SKIP: the fast path's programs need root");
		return 0;
	}
	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
