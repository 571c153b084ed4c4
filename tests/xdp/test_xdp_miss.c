// SPDX-License-Identifier: BSD-2-Clause
/* What the fast path counts of requests that no rule matches: those that a server
 * gets that is not detour's, as a server would count them. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "fast_misses.h"
#include "fastpath.h"
#include "fastpath.skel.h"
#include "listener_mark.h"
#include "map_key.h"
#include "miss_memory.h"
#include "miss_server.h"
#include "miss_sum.h"
#include "xdp_listener.h"

static struct frame frame;
static struct rig_result result;

static int misses_fd(void)
{
	return bpf_map__fd(rig.programs->maps.misses);
}

/* Begin anew: with no item. */
static void misses_clear(void)
{
	int cpus = libbpf_num_possible_cpus();
	void *zeros = calloc(cpus, MISS_BUCKET);
	uint32_t i;

	for (i = 0; i < 1 + MISS_TABLES * FAST_MISS_BUCKETS; i++)
		assert_int_equal(bpf_map_update_elem(misses_fd(), &i, zeros,
						     BPF_ANY),
				 0);
	free(zeros);
}

static int header_take(const struct miss_header *header, void *arg)
{
	return miss_sum_memory(arg, header);
}

static int bucket_take(const struct miss_bucket *bucket, uint32_t table,
		       uint32_t number, void *arg)
{
	return miss_sum_bucket(arg, table, number, bucket);
}

static struct miss_sum *misses_read(void)
{
	struct fast_misses_reader reader = {header_take, bucket_take, NULL};
	struct miss_sum *sum;

	assert_int_equal(miss_sum_new(&sum), 0);
	reader.arg = sum;
	assert_int_equal(fast_misses_each(misses_fd(), &reader), 0);
	return sum;
}

/* All that is counted of a table, in one text: "item count,item count,". */
static char *misses_text(struct miss_sum *sum, uint32_t table)
{
	static char texts[4][4096];
	static int turn;
	char *text = texts[turn++ % 4], *at = text;
	struct miss_list list;
	size_t i;

	*at = '\0';
	assert_int_equal(miss_sum_list(sum, table, 0, &list), 0);
	assert_int_equal(list.absent, 0);
	for (i = 0; i < list.count; i++) {
		const struct miss_found *found = &list.found[i];

		at += sprintf(at, "%.*s%s %d,", (int)found->len, found->text,
			      found->cut ? "..." : "", (int)found->count);
		assert_int_equal(found->error, 0);
		assert_in_range(found->last, time(NULL) - 60, time(NULL) + 60);
	}
	miss_list_free(&list);
	return text;
}

/* A request of a connection of its own, which must end with these counters. */
static void request(const char *text, rig_set reason)
{
	struct packet packet;

	rig_forget();
	client_segment(&packet, 0, TCP_ACK | TCP_PSH, text);
	frame_write(&frame, &packet);
	rig_respond(&result, &frame);
	if (result.rose != (reason | RIG_COUNTER(COOKIE_ACCEPTED)))
		rig_fail("%.40s: %s", text, rig_counters_text(result.rose));
}

static void get(const char *host, const char *path, rig_set reason)
{
	static char text[4096];

	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n",
		 path, host);
	request(text, reason);
}

static void expect(const char *about, uint32_t table, const char *want)
{
	struct miss_sum *sum = misses_read();
	const char *got = misses_text(sum, table);

	if (strcmp(got, want))
		rig_fail("%s: '%s', not '%s'", about, got, want);
	miss_sum_free(sum);
}

static void expect_urls(const char *about, const char *known,
			const char *unknown)
{
	expect(about, MISS_URLS | MISS_KNOWN, known);
	expect(about, MISS_URLS, unknown);
}

static int begin(void **state)
{
	static const char *const rules[] = {
		"*/any https://n.example 301",
		"*.w.example/x https://n.example 301",
		"*.deep.w.example/x https://n.example 301",
		"o.example/1 https://n.example 301",
		"o.example/p/* - pass",
	};
	int err = rig_reset(state);

	rig_rules(rules, COUNT(rules));
	misses_clear();
	assert_int_equal(fast_misses_begin(misses_fd()), 0);
	return err;
}

/* By name and by "*.name", but not by "*". */
static void known(void **state)
{
	(void)state;
	get("o.example", "/2", RIG_COUNTER(HAND_MISS));
	get("O.Example", "/2", RIG_COUNTER(HAND_MISS));
	get("o.example:80", "/2?a=b", RIG_COUNTER(HAND_MISS));
	get("a.w.example", "/y", RIG_COUNTER(HAND_MISS));
	get("a.b.w.example", "/y", RIG_COUNTER(HAND_MISS));
	get("w.example", "/y", RIG_COUNTER(HAND_MISS));
	get("xo.example", "/", RIG_COUNTER(HAND_MISS));
	get("b.example", "/any", RIG_COUNTER(GET_301));
	get("o.example", "/1", RIG_COUNTER(GET_301));
	expect_urls("URLs", "o.example/2 3,a.b.w.example/y 1,a.w.example/y 1,",
		    "w.example/y 1,xo.example/ 1,");
	expect("hosts", MISS_HOSTS | MISS_KNOWN,
	       "o.example 3,a.b.w.example 1,a.w.example 1,");
	expect("hosts", MISS_HOSTS, "w.example 1,xo.example 1,");
}

/* No other request is counted, nor is anything without memory for it. */
static void others(void **state)
{
	(void)state;
	get("o.example", "/p/1", RIG_COUNTER(HAND_PASS));
	get("o.example", "/a/../2", RIG_COUNTER(HAND_TARGET));
	request("POST /2 HTTP/1.1\r\nHost: o.example\r\n\r\n",
		RIG_COUNTER(HAND_METHOD));
	request("GET /2 HTTP/1.1\r\n", RIG_COUNTER(HAND_INCOMPLETE));
	expect_urls("others", "", "");
	request("HEAD /2 HTTP/1.1\r\nHost: o.example\r\n\r\n",
		RIG_COUNTER(HAND_MISS));
	expect_urls("HEAD", "o.example/2 1,", "");
	misses_clear();
	get("o.example", "/2", RIG_COUNTER(HAND_MISS));
	expect_urls("no memory", "", "");
}

static void mark(int idle, int interval, int probes)
{
	setsockopt(listener, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(listener, IPPROTO_TCP, TCP_KEEPINTVL, &interval,
		   sizeof(interval));
	setsockopt(listener, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

/* What detour's own server gets, that counts. */
static void listeners(void **state)
{
	static const struct {
		const char *about;
		int idle, interval, probes;
		bool counted;
	} rows[] = {
		{"another server", 7200, 75, 9, true},
		{"detour", LISTENER_MARK_IDLE, LISTENER_MARK_INTERVAL,
		 LISTENER_MARK_PLAIN, false},
		{"another idle time", LISTENER_MARK_IDLE - 1,
		 LISTENER_MARK_INTERVAL, LISTENER_MARK_PLAIN, true},
		{"other probes", LISTENER_MARK_IDLE, LISTENER_MARK_INTERVAL,
		 LISTENER_MARK_PLAIN + 1, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		misses_clear();
		assert_int_equal(fast_misses_begin(misses_fd()), 0);
		listener_open(16);
		mark(rows[i].idle, rows[i].interval, rows[i].probes);
		get("o.example", "/2", RIG_COUNTER(HAND_MISS));
		expect_urls(rows[i].about,
			    rows[i].counted ? "o.example/2 1," : "", "");
		listener_close();
	}
}

/* The same items as a server makes of the same requests. */
static void same(void **state)
{
	enum { MOST = 700 };
	char host[LIMIT_HOST + 1], path[MOST + 1];
	struct miss_memory *memory;
	struct miss_header header;
	struct map_key key;
	struct miss_sum *sum, *own;
	size_t i, len;
	uint32_t table;

	(void)state;
	assert_int_equal(miss_memory_new(&memory, 1, FAST_MISS_BUCKETS), 0);
	for (i = 0; i < 40; i++) {
		len = i * i % MOST;
		memset(path, 'a' + i % 26, sizeof(path));
		path[0] = '/';
		path[len + 1] = '\0';
		memset(host, 'h', sizeof(host));
		for (len = 60; len < sizeof(host); len += 60)
			host[len] = '.';
		strcpy(host + i * 6, i % 2 ? "o.w.example" : "o.example");
		get(host, path, RIG_COUNTER(HAND_MISS));
		map_key_of(&key, host, path);
		miss_memory_count(memory, 0, rig.map, &key, time(NULL));
	}
	sum = misses_read();
	assert_int_equal(miss_sum_new(&own), 0);
	assert_int_equal(miss_server_read(own, miss_memory_fd(memory), &header),
			 0);
	for (table = 0; table < MISS_TABLES; table++) {
		struct miss_list a, b;

		assert_int_equal(miss_sum_list(sum, table, 0, &a), 0);
		assert_int_equal(miss_sum_list(own, table, 0, &b), 0);
		assert_true(a.count > 0);
		assert_int_equal(a.count, b.count);
		assert_int_equal(a.missed, b.missed);
		for (i = 0; i < a.count; i++) {
			const struct miss_found *x = &a.found[i];
			size_t k;

			for (k = 0; k < b.count; k++)
				if (b.found[k].len == x->len &&
				    b.found[k].host_len == x->host_len &&
				    b.found[k].cut == x->cut &&
				    b.found[k].count == x->count &&
				    !memcmp(b.found[k].text, x->text, x->len))
					break;
			if (k == b.count)
				rig_fail("%.*s", (int)x->len, x->text);
		}
		miss_list_free(&a);
		miss_list_free(&b);
	}
	miss_sum_free(sum);
	miss_sum_free(own);
	miss_memory_free(memory);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, listener_check)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(known),
		CASE(others),
		CASE(listeners),
		CASE(same),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
