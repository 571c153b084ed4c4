// SPDX-License-Identifier: BSD-2-Clause
/* What a tap is told of the fast path's answers, and that answers do not change
 * by it. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/libbpf.h>

#include "error.h"
#include "fast_arena.h"
#include "fast_tap_record.h"
#include "fast_tap_ring.h"
#include "fast_tap_slot.h"
#include "fastpath.h"
#include "fastpath.skel.h"
#include "lookup_key.h"
#include "xdp_answer.h"
#include "xdp_client.h"

#define HOST(name) "Host: " name "\r\n"
#define GET(target, name) "GET " target " HTTP/1.1\r\n" HOST(name) "\r\n"
#define HEAD(target, name) "HEAD " target " HTTP/1.1\r\n" HOST(name) "\r\n"
#define O "o.example"

enum { KEPT = 64, RING_ROOM = 1 << 18, RING_SMALL = 4096 };

static const char *const rules[] = {
	"*.t.example https://*.New.example/a/* 301",
	"*/any https://new.example/any-host 303",
	"o.example https://new.example 301",
	"o.example/2 https://new.example/two 302 max-age=60",
	"o.example/9 - 410",
};

/* What is kept of a record. */
struct kept {
	struct fast_tap_record record;
	uint8_t byte[8192];
};

/* A tap of the rig's program, and what it was told since tap_read(). */
struct tap_test {
	struct fast_tap_slot slot;
	struct fast_tap_ring *ring;
	size_t count;
	struct kept kept[KEPT];
};

static struct tap_test one, other;

static const struct tap_want all = {.kinds = TAP_ANSWER | TAP_MISS,
				    .sample = 1};

static int record_keep(void *arg, int cpu, const void *data, size_t size)
{
	struct tap_test *tap = arg;
	struct kept *kept = &tap->kept[tap->count++ % KEPT];

	(void)cpu;
	assert_true(size <= sizeof(kept->byte));
	memcpy(kept->byte, data, size);
	assert_int_equal(fast_tap_record_read(&kept->record, kept->byte, size),
			 0);
	return 0;
}

static void tap_take(struct tap_test *tap, const struct tap_want *want,
		     size_t room)
{
	memset(tap, 0, sizeof(*tap));
	if (fast_tap_slot_take(&tap->slot, bpf_map__fd(rig.programs->maps.taps),
			       "/tmp", want) ||
	    fast_tap_ring_open(&tap->ring,
			       bpf_map__fd(rig.programs->maps.tap_records),
			       tap->slot.number, room, record_keep, tap))
		fail_msg("%s", error_text());
}

static void tap_open_room(struct tap_test *tap, const struct tap_want *want,
			  size_t room)
{
	tap_take(tap, want, room);
	assert_int_equal(fast_tap_slot_renew(&tap->slot, rig.arena), 0);
}

static void tap_open(struct tap_test *tap, const struct tap_want *want)
{
	tap_open_room(tap, want, RING_ROOM);
}

/* How many records came. */
static size_t tap_read(struct tap_test *tap)
{
	tap->count = 0;
	fast_tap_ring_read(tap->ring);
	return tap->count;
}

static uint64_t tap_lost(const struct tap_test *tap)
{
	return fast_tap_slot_lost(&tap->slot);
}

static void tap_close(struct tap_test *tap)
{
	fast_tap_slot_leave(&tap->slot);
	fast_tap_ring_close(tap->ring);
}

/* Send a request of a client of its own; the frames as they came and went. */
static void ask(int variant, const char *request, struct frame *sent,
		struct rig_result *got)
{
	static uint16_t port;
	struct packet packet;

	rig_forget();
	client_segment(&packet, variant, TCP_ACK | TCP_PSH, request);
	packet.from_port = 20000 + ++port % 20000;
	packet.ack = client_cookie(&packet, CLIENT_ISN, CLIENT_CLASS, 0) + 1;
	frame_write(sent, &packet);
	rig_respond(got, sent);
}

static void ask_times(const char *request, int times)
{
	static struct rig_result got;
	static struct frame sent;

	while (times--) {
		ask(0, request, &sent, &got);
		assert_int_equal(got.verdict, XDP_TX);
	}
}

static void part_is(const char *about, const struct fast_tap_part *part,
		    const void *data, size_t len)
{
	if (part->len != len || memcmp(part->data, data, len))
		rig_fail("%s: %zu bytes, '%.*s'", about, part->len,
			 (int)part->len, (const char *)part->data);
}

static const struct {
	const char *about, *request, *host, *target, *location;
	int code;
	bool head;
} answers[] = {
	{"plain", GET("/x/y", O), O, "/x/y", "https://new.example/x/y", 301,
	 false},
	{"query", GET("/x?y=1", O), O, "/x?y=1", "https://new.example/x?y=1",
	 301, false},
	{"empty query", GET("/x?", O), O, "/x?", "https://new.example/x?", 301,
	 false},
	{"all of a host's spelling", GET("/2", "O.Example.:8080"), O, "/2",
	 "https://new.example/two", 302, false},
	{"HEAD", HEAD("/2?z", O), O, "/2?z", "https://new.example/two?z", 302,
	 true},
	{"410", GET("/9", O), O, "/9", "", 410, false},
	{"any host", GET("/any", "unknown.example"), "unknown.example", "/any",
	 "https://new.example/any-host", 303, false},
	{"the host's remainder", GET("/x?y", "a.b.t.example"), "a.b.t.example",
	 "/x?y", "https://a.b.New.example/a/x?y", 301, false},
	{"quotes, markup's kin, escapes", GET("/'%22%3Cb%3E%0A?a='", O), NULL,
	 NULL, NULL, 0, false},
	{"... as far as they are in normal form", GET("/%22%3Cb%3E%0A", O), O,
	 "/%22%3Cb%3E%0A", "https://new.example/%22%3Cb%3E%0A", 301, false},
};

static void flow_check(const char *about, const struct tap_record *told,
		       const struct frame *sent)
{
	struct packet packet;

	assert_null(frame_read(&packet, sent));
	if (memcmp(told->flow.client, packet.from, ADDRESS_SIZE) ||
	    memcmp(told->flow.server, packet.to, ADDRESS_SIZE) ||
	    ntohs(told->flow.client_port) != packet.from_port)
		rig_fail("%s: another flow", about);
	if (told->ifindex != RIG_IFINDEX || told->domain != rig.domain ||
	    told->place != rig.area->at || told->crc != rig.area->loaded.crc)
		rig_fail("%s: of %u in %u, at %x, crc %x", about, told->ifindex,
			 told->domain, told->place, told->crc);
}

static void request_check(size_t row, const struct fast_tap_record *record,
			  const struct frame *sent)
{
	const char *about = answers[row].about;
	static struct map_key key;
	struct fast_tap_part method, part;

	assert_int_equal(record->told.part, TAP_REQUEST);
	part_is(about, &record->frame, sent->byte, sent->len);
	part_is(about, &record->data, answers[row].request,
		strlen(answers[row].request));
	flow_check(about, &record->told, sent);
	assert_int_equal(fast_tap_request_read(&key, &method, &record->data),
			 0);
	part_is(about, &method, answers[row].request, method.len);
	part = (struct fast_tap_part){key.host, key.host_len};
	part_is(about, &part, answers[row].host, strlen(answers[row].host));
	part = (struct fast_tap_part){key.path, key.path_len + key.has_query +
							key.query_len};
	part_is(about, &part, answers[row].target, strlen(answers[row].target));
}

static void reply_check(size_t row, const struct fast_tap_record *record,
			const struct frame *sent, const struct frame *reply)
{
	const char *about = answers[row].about;

	assert_int_equal(record->told.part, TAP_REPLY);
	part_is(about, &record->frame, reply->byte, reply->len);
	part_is(about, &record->location, answers[row].location,
		strlen(answers[row].location));
	if (record->told.code != (uint32_t)answers[row].code)
		rig_fail("%s: code %u", about, record->told.code);
	if (record->data.len < 12 || memcmp(record->data.data, "HTTP/1.1 ", 9))
		rig_fail("%s: no answer in the data", about);
	flow_check(about, &record->told, sent);
}

static void told(void)
{
	static struct rig_result got;
	static struct frame sent;
	char about[128];
	size_t i, v;

	tap_open(&one, &all);
	for (i = 0; i < COUNT(answers); i++)
		for (v = 0; v < CLIENT_VARIANTS; v++) {
			ask(v, answers[i].request, &sent, &got);
			snprintf(about, sizeof(about), "%s, %s",
				 answers[i].about, client_variant(v));
			if (tap_read(&one) != (answers[i].host ? 2 : 0)) {
				rig_fail("%s: %zu records", about, one.count);
				continue;
			}
			if (!answers[i].host)
				continue;
			request_check(i, &one.kept[0].record, &sent);
			reply_check(i, &one.kept[1].record, &sent, &got.frame);
		}
	assert_int_equal(tap_lost(&one), 0);
	tap_close(&one);
}

static void records(void **state)
{
	(void)state;
	told();
}

/* Answers with header lines of the rule's own behind Location. */
static void headers(void **state)
{
	(void)state;
	rig.headers = "A: b\r\nX-Long: https://other.example/\r\n";
	rig_rules(rules, COUNT(rules));
	told();
	rig.headers = NULL;
	rig_rules(rules, COUNT(rules));
}

/* With a tap and without the frame that goes back is the same, but for what the
 * clock says. */
static void same(void **state)
{
	struct packet packet;
	size_t i, v;

	(void)state;
	tap_open(&one, &all);
	for (i = 0; i < COUNT(answers); i++)
		for (v = 0; answers[i].host && v < CLIENT_VARIANTS; v++) {
			int get = !answers[i].head;
			rig_set counter =
				answers[i].code == 301	 ? RIG_COUNTER(GET_301)
				: answers[i].code == 303 ? RIG_COUNTER(GET_303)
				: answers[i].code == 410 ? RIG_COUNTER(GET_410)
				: get			 ? RIG_COUNTER(GET_302)
				      : RIG_COUNTER(HEAD_302);

			client_segment(&packet, v, TCP_ACK | TCP_PSH,
				       answers[i].request);
			answer_expect(answers[i].about, &packet,
				      RIG_COUNTER(COOKIE_ACCEPTED) | counter);
		}
	tap_close(&one);
}

/* What is no answer: the handshake, the end, requests that are handed over; but
 * for what no rule matches, where nobody of detour's listens. */
static void others(void **state)
{
	static struct frame sent;
	static struct rig_result got;
	struct packet packet;

	(void)state;
	tap_open(&one, &all);
	client_syn(&packet, 0);
	frame_write(&sent, &packet);
	rig_respond(&got, &sent);
	assert_int_equal(got.verdict, XDP_TX);
	client_segment(&packet, 0, TCP_ACK | TCP_FIN, NULL);
	frame_write(&sent, &packet);
	rig_respond(&got, &sent);
	assert_int_equal(got.verdict, XDP_TX);
	ask(0, "POST / HTTP/1.1\r\n" HOST(O) "Content-Length: 0\r\n\r\n", &sent,
	    &got);
	assert_int_equal(got.verdict, XDP_PASS);
	assert_int_equal(tap_read(&one), 0);
	ask(0, GET("/missed", "missed.example"), &sent, &got);
	assert_int_equal(got.verdict, XDP_PASS);
	assert_int_equal(tap_read(&one), 1);
	assert_int_equal(one.kept[0].record.told.kind, TAP_MISS);
	part_is("miss", &one.kept[0].record.frame, sent.byte, sent.len);
	tap_close(&one);
}

/* Where the ring is full the answer goes out, and is counted as lost; there is
 * room again when the tap has read. */
static void full(void **state)
{
	uint64_t lost, requests = 0, replies = 0;
	size_t i;

	(void)state;
	tap_open_room(&one, &all, RING_SMALL);
	ask_times(GET("/x/y", O), 200);
	lost = tap_lost(&one);
	assert_in_range(tap_read(&one), 1, KEPT);
	for (i = 0; i < one.count; i++) {
		requests += one.kept[i].record.told.part == TAP_REQUEST;
		replies += one.kept[i].record.told.part == TAP_REPLY;
	}
	/* One may have found room for its request alone. */
	assert_in_range(requests, replies, replies + 200);
	assert_int_equal(replies + lost, 200);
	ask_times(GET("/x/y", O), 3);
	assert_int_equal(tap_read(&one), 6);
	assert_int_equal(tap_lost(&one), lost);
	tap_close(&one);
}

/* Much that waits wakes the tap, little does not. */
static void wakes(void **state)
{
	struct pollfd ready = {.events = POLLIN};

	(void)state;
	tap_open(&one, &all);
	ready.fd = fast_tap_ring_fd(one.ring);
	ask_times(GET("/x/y", O), 10);
	assert_int_equal(poll(&ready, 1, 0), 0);
	ask_times(GET("/x/y", O), 200);
	assert_int_equal(poll(&ready, 1, 20000), 1);
	assert_int_equal(tap_read(&one), 420);
	tap_close(&one);
}

static void samples(void **state)
{
	struct tap_want want = {.kinds = TAP_ANSWER, .sample = 10};
	int i;

	(void)state;
	tap_open(&one, &want);
	ask_times(GET("/x/y", O), 10); /* of a block that another test began */
	tap_read(&one);
	for (i = 0; i < 20; i++) {
		ask_times(GET("/x/y", O), 100);
		assert_in_range(tap_read(&one), 18, 22);
	}
	tap_close(&one);
}

static void host_set(struct tap_host *host, bool self, bool below,
		     const char *name)
{
	memset(host, 0, sizeof(*host));
	host->self = self;
	host->below = below;
	host->len = strlen(name);
	memcpy(host->name, name, host->len);
}

static bool told_of(const struct tap_want *want, const char *request)
{
	static struct rig_result got;
	static struct frame sent;
	size_t count;

	tap_open(&one, want);
	ask(0, request, &sent, &got);
	count = tap_read(&one);
	tap_close(&one);
	return count;
}

static void filters(void **state)
{
	struct tap_want want = all;
	static const struct {
		bool self, below;
		const char *name, *host;
		bool told;
	} rows[] = {
		{true, false, "a.t.example", "a.t.example", true},
		{true, false, "t.example", "a.t.example", false},
		{true, false, "a.t.exampl", "a.t.example", false},
		{true, false, "b.a.t.example", "a.t.example", false},
		{true, true, "a.t.example", "a.t.example", true},
		{true, true, "t.example", "a.t.example", true},
		{true, true, "example", "a.t.example", true},
		{true, true, "xample", "a.t.example", false},
		{true, true, ".t.example", "a.t.example", false},
		{false, true, "t.example", "a.t.example", true},
		{false, true, "a.t.example", "a.t.example", false},
		{true, false, "a.t.example", "A.T.Example", true},
	};
	char request[256];
	size_t i;

	(void)state;
	want.code = 302;
	assert_true(told_of(&want, GET("/2", O)));
	assert_false(told_of(&want, GET("/3", O)));
	want.code = TAP_ANY_CODE;
	want.kinds = TAP_MISS;
	assert_false(told_of(&want, GET("/2", O)));
	assert_true(told_of(&want, GET("/x", "missed.example")));
	want.kinds = TAP_ANSWER;
	assert_true(told_of(&want, GET("/2", O)));
	assert_false(told_of(&want, GET("/x", "missed.example")));
	for (i = 0; i < COUNT(rows); i++) {
		host_set(&want.host, rows[i].self, rows[i].below, rows[i].name);
		snprintf(request, sizeof(request),
			 "GET /x HTTP/1.1\r\nHost: %s\r\n\r\n", rows[i].host);
		if (told_of(&want, request) != rows[i].told)
			rig_fail("%d %d %s, asked for %s", rows[i].self,
				 rows[i].below, rows[i].name, rows[i].host);
	}
}

/* A filter comes before a sample: each tenth of what is wanted. */
static void filtered_sample(void **state)
{
	struct tap_want want = {.kinds = TAP_ANSWER, .sample = 10, .code = 302};
	int i;

	(void)state;
	tap_open(&one, &want);
	for (i = 0; i < 100; i++) {
		ask_times(GET("/3", O), 3);
		ask_times(GET("/2", O), 1);
	}
	assert_in_range(tap_read(&one), 18, 22);
	tap_close(&one);
}

static void several(void **state)
{
	struct tap_want want = {.kinds = TAP_ANSWER, .sample = 1, .code = 302};

	(void)state;
	tap_open(&one, &all);
	ask_times(GET("/2", O), 1);
	tap_open(&other, &want);
	ask_times(GET("/2", O), 1);
	ask_times(GET("/3", O), 1);
	assert_int_equal(tap_read(&one), 6);
	assert_int_equal(tap_read(&other), 2);
	tap_close(&one);
	ask_times(GET("/2", O), 1);
	assert_int_equal(tap_read(&other), 2);
	tap_close(&other);
}

/* Each slot once, and again when it is given back. */
static void slots(void **state)
{
	static struct tap_test taps[TAP_SLOTS];
	struct fast_tap_slot more;
	int fd = bpf_map__fd(rig.programs->maps.taps);
	size_t i;

	(void)state;
	for (i = 0; i < TAP_SLOTS; i++)
		tap_open(&taps[i], &all);
	assert_int_equal(fast_tap_slot_take(&more, fd, "/tmp", &all), -EBUSY);
	ask_times(GET("/2", O), 1);
	for (i = 0; i < TAP_SLOTS; i++)
		assert_int_equal(tap_read(&taps[i]), 2);
	tap_close(&taps[1]);
	tap_open(&taps[1], &all);
	for (i = 0; i < TAP_SLOTS; i++)
		tap_close(&taps[i]);
}

/* Nothing is written for who does not look any more: neither behind its end, nor
 * when its time is over, as of one that was killed; and then its slot is
 * another's, which it finds out. */
static void gone(void **state)
{
	struct tap_want want = all;

	(void)state;
	tap_open(&one, &all);
	fast_tap_slot_leave(&one.slot);
	ask_times(GET("/2", O), 10);
	assert_int_equal(tap_read(&one), 0);
	fast_tap_ring_close(one.ring);
	tap_open(&one, &all);
	one.slot.taps[one.slot.number].until = rig_seconds();
	ask_times(GET("/2", O), 10);
	assert_int_equal(tap_read(&one), 0);
	assert_int_equal(tap_lost(&one), 0);
	tap_open(&other, &want);
	assert_int_equal(other.slot.number, one.slot.number);
	assert_int_equal(fast_tap_slot_renew(&one.slot, rig.arena), -ESTALE);
	tap_close(&one);
	ask_times(GET("/2", O), 1);
	assert_int_equal(tap_read(&other), 2);
	tap_close(&other);
	fast_arena_tapped(rig.arena, rig_seconds());
	tap_take(&one, &all, RING_ROOM);
	ask_times(GET("/2", O), 1);
	assert_int_equal(tap_read(&one), 0);
	tap_close(&one);
}

/* A tap that was killed: its rings are gone, its slot is not yet over. Answers go
 * out all the same. */
static void killed(void **state)
{
	uint64_t lost;

	(void)state;
	tap_open(&one, &all);
	fast_tap_ring_close(one.ring);
	ask_times(GET("/2", O), 10);
	lost = tap_lost(&one);
	assert_int_equal(lost, 10);
	fast_tap_slot_leave(&one.slot);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		RIG_TEST(records), RIG_TEST(headers), RIG_TEST(same),
		RIG_TEST(others),  RIG_TEST(full),    RIG_TEST(wakes),
		RIG_TEST(samples), RIG_TEST(filters), RIG_TEST(filtered_sample),
		RIG_TEST(several), RIG_TEST(slots),   RIG_TEST(gone),
		RIG_TEST(killed),
	};
	cpu_set_t cpus;

	/* Samples are of a CPU. */
	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
