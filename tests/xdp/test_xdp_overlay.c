// SPDX-License-Identifier: BSD-2-Clause
/* The fast path answers from an overlay and its base as the socket responder
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "answer.h"
#include "fast_arena.h"
#include "fastpath.h"
#include "live_file.h"
#include "map_file.h"
#include "map_hand.h"
#include "overlay_model.h"
#include "state.h"
#include "state_dir.h"
#include "xdp_answer.h"
#include "xdp_client.h"

#define HAND(name) RIG_COUNTER(HAND_##name)

static const struct live_file base = {.release = 1, .map = "1.map"};
static const struct live_file over = {.release = 2, .map = "2.map"};

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

/* The kinds of rules that it leaves to a server are few: where one is, others
 * are left, too. */
static unsigned int version_draw(unsigned int p, unsigned int one_in)
{
	if (rand() % (p < MODEL_PLAIN ? one_in : one_in * 16))
		return 0;
	return rand() % 100 + 1;
}

static void models_make(struct model *from, struct model *to)
{
	unsigned int h, p;

	for (h = 0; h < MODEL_HOSTS; h++)
		for (p = 0; p < MODEL_PATHS; p++)
			from->version[h][p] = version_draw(p, 3);
	from->version[0][11] = 1;
	*to = *from;
	for (h = 0; h < MODEL_HOSTS; h += rand() % 3 + 1)
		for (p = 0; p < MODEL_PATHS; p++)
			to->version[h][p] = h % 4 ? version_draw(p, 2) : 0;
}

/* Compile both, and open the overlay for the socket responder's part. */
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

static uint64_t answer_counter(const char *answer)
{
	switch (atoi(answer + 9)) {
	case 301:
		return RIG_COUNTER(GET_301);
	case 302:
		return RIG_COUNTER(GET_302);
	case 303:
		return RIG_COUNTER(GET_303);
	case 307:
		return RIG_COUNTER(GET_307);
	case 308:
		return RIG_COUNTER(GET_308);
	default:
		return RIG_COUNTER(GET_410);
	}
}

/* The reasons to hand over what the fast path leaves to a server. */
static rig_set hand_reasons(uint32_t hand)
{
	switch (hand) {
	case MAP_HAND_PATTERN:
		return HAND(PATTERN);
	case MAP_HAND_PAIRS:
		return HAND(PAIRS);
	case MAP_HAND_CASE:
		return HAND(CASE);
	default:
		return HAND(MISS) | HAND(PASS);
	}
}

/* Returns whether it was answered. */
static bool ask(const char *host, const char *target, int variant)
{
	static const char date[] = "Thu, 01 Jan 1970 00:00:00 GMT";
	static char answer[ANSWER_MAX];
	struct packet packet;
	struct map_key key;
	char request[256];
	uint32_t addr;
	size_t len;

	snprintf(request, sizeof(request),
		 "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, host);
	client_segment(&packet, variant, TCP_ACK, request);
	map_key_of(&key, host, target);
	addr = map_lookup_rule(rig.map, &key);
	len = answer_of(answer, request, strlen(request), date);
	/* What it leaves to a server has no rule that it answers. */
	assert_false(addr && key.search.hand);
	if (len && !key.search.hand)
		answer_expect(request, &packet,
			      RIG_COUNTER(COOKIE_ACCEPTED) |
				      answer_counter(answer));
	else
		handover_expect(request, &packet,
				hand_reasons(key.search.hand));
	return len && !key.search.hand;
}

static unsigned int ask_all(int variant)
{
	unsigned int answered = 0;
	size_t h, p;

	for (h = 0; h < MODEL_COUNT(model_asked_hosts); h++) {
		/* No wildcard's: the fast path is not sure of addresses. */
		if (*model_asked_hosts[h] == '[')
			continue;
		for (p = 0; p < MODEL_COUNT(model_asked); p++)
			answered += ask(model_asked_hosts[h], model_asked[p],
					variant);
	}
	return answered;
}

static void as_the_socket_responder(void **state)
{
	struct model from, to;
	unsigned int answered = 0;
	struct fast_area *below;
	uint32_t round;

	(void)state;
	for (round = 0; round < 12; round++) {
		srand(round);
		models_make(&from, &to);
		maps_make(&from, &to);
		below = rig_load(state_dir, &base);
		rig_live(rig_load(state_dir, &over), below);
		answered += ask_all(round % CLIENT_VARIANTS);
	}
	assert_true(answered > 500);
}

/* A map without a base does not look at what else is there. */
static void whole(void **state)
{
	struct model from = {{{0}}}, to;
	struct packet packet;

	(void)state;
	from.version[5][0] = MODEL_ANY;
	to = from;
	to.version[9][0] = MODEL_ANY;
	maps_make(&from, &to);
	rig_load(state_dir, &over);
	fast_arena_switch(rig.arena, rig_load(state_dir, &base), NULL);
	assert_true(ask("a.example", "/", 0));
	client_segment(&packet, 0, TCP_ACK,
		       "GET / HTTP/1.1\r\nHost: x.example\r\n\r\n");
	handover_expect("not in the base", &packet, HAND(MISS));
}

/* One store makes both of a new release answer, and an area is used again. */
static void switched(void **state)
{
	struct fast_area *below, *above;
	struct model from = {{{0}}}, to;
	unsigned int round;
	uint64_t place = 0;

	(void)state;
	from.version[5][0] = from.version[9][0] = MODEL_ANY;
	for (round = 2; round < 20; round++) {
		to = from;
		to.version[5][0] = MODEL_ANY + 77 * round;
		maps_make(&from, &to);
		below = rig_load(state_dir, &base);
		above = rig_load(state_dir, &over);
		rig_live(above, below);
		assert_true(ask("a.example", "/", 0));
		assert_true(ask("x.example", "/", 0));
		if (round % 2 && place)
			assert_int_equal(above->at, place);
		if (round % 2)
			place = above->at;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(as_the_socket_responder),
		RIG_TEST(whole),
		RIG_TEST(switched),
	};

	if (geteuid()) {
		puts("SKIP: the fast path's programs need root");
		return 0;
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
