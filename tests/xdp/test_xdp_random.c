// SPDX-License-Identifier: BSD-2-Clause
/* Frames and requests with random damage: whatever comes, a reply is sound, and
 * an answer is the socket responder's. The seed is fixed. */
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "answer.h"
#include "xdp_answer.h"
#include "xdp_client.h"

#define DATE_AT "\r\nDate: "

enum { FRAMES = 200000, REQUESTS = 200000, REQUEST_MAX = 1400 };

static const char *const rules[] = {
	"*.w.example https://*.new.example/w/*?x#y 301",
	"*/any https://*.any.example/any#x 303",
	"o.example https://new.example/o/* 301",
	"o.example/a https://new.example/a 302",
	"o.example/a?b https://new.example/ab 308",
	"o.example/b/* https://new.example/?b=* 307 query=drop",
	"o.example/gone* - 410",
	"o.example/pass/* - pass",
};

static struct frame frame, before;

static uint32_t below(uint32_t n)
{
	return random() % n;
}

/* A frame as good as they come. */
static void good(struct packet *packet)
{
	static const char request[] =
		"GET /a?b HTTP/1.1\r\nHost: o.example\r\nX: y\r\n\r\n";
	static const uint8_t flags[] = {TCP_ACK, TCP_ACK | TCP_PSH,
					TCP_ACK | TCP_FIN, TCP_RST};
	static const uint8_t mss[2] = {5, 180}, scale = 7;
	uint32_t kind = below(8);

	if (kind < 2)
		client_syn(packet, below(CLIENT_VARIANTS));
	else
		client_segment(packet, below(CLIENT_VARIANTS),
			       flags[below(COUNT(flags))],
			       kind < 6 ? request : NULL);
	if (kind < 2) {
		packet_add_option(packet, 2, mss, 2);
		packet_add_option(packet, 4, NULL, 0);
		packet_add_option(packet, 3, &scale, 1);
	}
	if (below(2))
		packet_add_timestamps(packet, random(), random());
}

/* A byte of the headers more often than one of the data. */
static void spoil(struct packet *packet)
{
	uint32_t headers = packet_data_at(packet), n = below(4), at;

	while (n--) {
		at = below(below(3) ? headers : frame.len);
		if (at < frame.len)
			frame.byte[at] =
				below(2) ? frame.byte[at] ^ 1 << below(8)
					 : random();
	}
	if (!below(8))
		frame.len = 14 + below(frame.len - 13);
	if (!below(8)) {
		n = below(100);
		memset(frame.byte + frame.len, random(), n);
		frame.len += n;
	}
}

static void check_reply(int i, int verdict)
{
	struct packet reply;
	const char *wrong;

	if (verdict == XDP_PASS) {
		if (frame.len != before.len ||
		    memcmp(frame.byte, before.byte, frame.len))
			fail_msg("frame %d is passed with other bytes", i);
		return;
	}
	if (verdict == XDP_DROP)
		return;
	if (verdict != XDP_TX)
		fail_msg("frame %d: verdict %d", i, verdict);
	wrong = frame_read(&reply, &frame);
	if (wrong)
		fail_msg("reply to frame %d: %s", i, wrong);
	assert_true(reply.flags & TCP_ACK);
	assert_false(reply.flags & TCP_RST);
	assert_memory_equal(frame.byte, before.byte + 6, 6);
	assert_memory_equal(frame.byte + 6, before.byte, 6);
	assert_int_equal(reply.from_port == RIG_PORT ||
				 reply.from_port == RIG_OTHER_PORT,
			 1);
}

static void frames(void **state)
{
	uint32_t verdicts[5] = {0};
	struct packet packet;
	int i, verdict;

	(void)state;
	srandom(20);
	for (i = 0; i < FRAMES; i++) {
		good(&packet);
		frame_write(&frame, &packet);
		spoil(&packet);
		before.len = frame.len;
		memcpy(before.byte, frame.byte, frame.len);
		verdict = rig_verdict(&frame);
		check_reply(i, verdict);
		verdicts[verdict]++;
	}
	print_message("drop %u, pass %u, tx %u\n", verdicts[XDP_DROP],
		      verdicts[XDP_PASS], verdicts[XDP_TX]);
	for (i = XDP_DROP; i <= XDP_TX; i++)
		assert_true(verdicts[i] > FRAMES / 50);
}

/* Pieces of which heads are made. */
static const char *const pieces[] = {
	"GET ",
	"HEAD ",
	"POST ",
	"/a",
	"/b/",
	"/gone",
	"/pass/",
	"/any",
	"/",
	"?",
	"?b",
	"b",
	"&c=d",
	".",
	"..",
	"/../",
	"/./",
	"%",
	"%2f",
	"%2F",
	"%41",
	"%zz",
	"*",
	"http://o.example/a",
	" ",
	"  ",
	" HTTP/1.1",
	" HTTP/1.0",
	" HTTP/1.1\r\n",
	"\r\n",
	"\n",
	"\r",
	"\r\n\r\n",
	"Host: ",
	"host:",
	"HOST:\t",
	"Host : ",
	"o.example",
	"O.EXAMPLE",
	"x.w.example",
	"192.0.2.1",
	"[::1]",
	":80",
	":",
	".\r\n",
	"\r\nHost: o.example",
	"Content-Length: 0\r\n",
	"Content-Length: 3\r\n",
	"Transfer-Encoding: chunked\r\n",
	"Connection: close\r\n",
	"Connection: keep-alive\r\n",
	"Expect: 100-continue\r\n",
	"X: y\r\n",
	"X:",
	"\t",
	"\x7f",
	"\x80",
	"\"",
	"#",
	"@",
	"abcdefgh",
	"abcdefghijklmnopqrstuvwxyz",
	"GET /a HTTP/1.1\r\nHost: o.example\r\n",
};

static size_t request_good(char *request)
{
	static const char *const targets[] = {"/a",	 "/a?b", "/b/c/d?e",
					      "/gone/x", "/any", "/x/y?z=%20"};
	static const char *const hosts[] = {"o.example", "x.w.example",
					    "n.example"};

	return sprintf(request, "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n",
		       below(4) ? "GET" : "HEAD",
		       targets[below(COUNT(targets))],
		       hosts[below(COUNT(hosts))],
		       below(2) ? "Accept: */*\r\nX-Y: some text\r\n" : "");
}

/* Put a piece somewhere, over what is there or between it. */
static size_t request_splice(char *request, size_t len)
{
	const char *piece = pieces[below(COUNT(pieces))];
	size_t at = below(len + 1), size = strlen(piece);
	size_t over = below(2) ? below(len - at + 1) % 8 : 0;

	if (len + size > REQUEST_MAX)
		return len;
	memmove(request + at + size, request + at + over, len - at - over);
	memcpy(request + at, piece, size);
	return len + size - over;
}

static size_t request_make(char *request)
{
	size_t len = request_good(request), n = below(4);

	while (n--)
		len = request_splice(request, len);
	if (!below(4) && len)
		request[below(len)] = random();
	return len;
}

/* Whether the answer in the reply is the socket responder's, Date aside. */
static void check_answer(int i, const char *request, size_t len)
{
	static char answer[ANSWER_MAX], date[ANSWER_DATE];
	struct packet reply;
	const char *wrong, *at;
	size_t size;

	wrong = frame_read(&reply, &frame);
	if (wrong)
		fail_msg("reply to request %d: %s", i, wrong);
	at = memmem(reply.data, reply.data_len, DATE_AT, strlen(DATE_AT));
	assert_non_null(at);
	memcpy(date, at + strlen(DATE_AT), ANSWER_DATE);
	size = answer_of(answer, request, len, date);
	if (size != reply.data_len || memcmp(answer, reply.data, size))
		fail_msg("request %d:\n%.*s\ngot:\n%.*s\nnot:\n%.*s", i,
			 (int)len, request, (int)reply.data_len,
			 (const char *)reply.data, (int)size, answer);
}

static void requests(void **state)
{
	static char request[2 * REQUEST_MAX];
	uint32_t answered = 0;
	struct packet packet;
	int i, verdict;

	(void)state;
	srandom(21);
	for (i = 0; i < REQUESTS; i++) {
		client_segment(&packet, below(CLIENT_VARIANTS), TCP_ACK, NULL);
		packet.data_len = request_make(request);
		if (!packet.data_len)
			continue;
		packet.data = request;
		/* Of a port that nothing was handed over from before. */
		packet.from_port = 1024 + i % 60000;
		packet.ack =
			client_cookie(&packet, CLIENT_ISN, CLIENT_CLASS, 0) + 1;
		frame_write(&frame, &packet);
		verdict = rig_verdict(&frame);
		if (verdict == XDP_TX)
			check_answer(i, request, packet.data_len);
		else
			assert_int_equal(verdict, XDP_PASS);
		answered += verdict == XDP_TX;
		if (i % 60000 == 59999)
			rig_reset(NULL);
	}
	print_message("%u of %d answered\n", answered, REQUESTS);
	assert_true(answered > REQUESTS / 10);
	assert_true(answered < REQUESTS / 10 * 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(frames),
		RIG_TEST(requests),
	};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
