// SPDX-License-Identifier: BSD-2-Clause
/* The kernel's own connections and listeners beside the fast path. */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/bpf.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "listener_mark.h"
#include "xdp_listener.h"

#define ACCEPTED RIG_COUNTER(COOKIE_ACCEPTED)
#define METHOD RIG_COUNTER(HAND_METHOD)
#define REQUEST "GET /1 HTTP/1.1\r\nHost: o.example\r\n\r\n"

enum {
	MPTCP = 262,	/* IPPROTO_MPTCP */
	MINUTE = 60000, /* ms */
};

static struct frame frame;
static struct rig_result result;

/* A packet of a connection between two sockets on the loopback device. */
static void packet_between(struct packet *packet, int client, uint8_t flags,
			   const char *data)
{
	struct sockaddr_storage address;
	struct sockaddr_in *ipv4 = (void *)&address;
	socklen_t len = sizeof(address);

	assert_int_equal(getsockname(client, (void *)&address, &len), 0);
	client_packet(packet, address.ss_family == AF_INET ? 0 : CLIENT_IPV6);
	memcpy(packet->from, packet->to, ADDRESS_SIZE);
	packet->from_port = ntohs(ipv4->sin_port); /* the same place in both */
	packet->seq = CLIENT_ISN + 1U;
	packet->ack = client_cookie(packet, CLIENT_ISN, 6, 0) + 1;
	packet->flags = flags;
	packet->data = data;
	packet->data_len = data ? strlen(data) : 0;
	frame_write(&frame, packet);
}

static int client_connect(int ipv6)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons(RIG_PORT)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
				   .sin6_port = htons(RIG_PORT)};
	int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, RIG_IPV4, &in.sin_addr);
	inet_pton(AF_INET6, RIG_IPV6, &in6.sin6_addr);
	assert_int_equal(ipv6 ? connect(fd, (void *)&in6, sizeof(in6))
			      : connect(fd, (void *)&in, sizeof(in)),
			 0);
	return fd;
}

static void expect_connection(const char *about, int client)
{
	static const struct {
		uint8_t flags;
		const char *data;
	} rows[] = {
		{TCP_SYN, NULL},
		{TCP_ACK, NULL},
		{TCP_RST, NULL},
		{TCP_ACK | TCP_FIN, NULL},
		{TCP_ACK | TCP_PSH, REQUEST},
	};
	struct packet packet;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		packet_between(&packet, client, rows[i].flags, rows[i].data);
		rig_expect_pass(about, &frame, RIG_COUNTER(PASS_CONNECTION));
		packet.seq += 100; /* with data or FIN: early */
		frame_write(&frame, &packet);
		rig_hand_over(&result, &frame);
		rig_expect(about, &result, LISTENER_NEXT, &frame, 0);
	}
	packet_between(&packet, client, TCP_ACK, REQUEST);
	packet.from_port ^= 1; /* another connection's */
	frame_write(&frame, &packet);
	rig_respond(&result, &frame);
	assert_false(result.rose & RIG_COUNTER(PASS_CONNECTION));
}

/* It is not asked about a flow of which it is known, for a while. */
static void expect_not_asked(int client)
{
	struct packet packet;
	struct fast_flow flow;

	packet_between(&packet, client, TCP_ACK, NULL);
	flow = client_flow(&packet);
	rig_flow_put(&flow, FLOW_OURS, 0);
	rig_expect_drop("known", &frame, RIG_COUNTER(DROP_ACK));
	rig_flow_put(&flow, FLOW_OURS, FLOW_OURS_SECONDS);
	rig_expect_pass("known before", &frame, RIG_COUNTER(PASS_CONNECTION));
	rig_flow_put(&flow, FLOW_OURS, 0);
	packet_between(&packet, client, TCP_SYN, NULL);
	rig_expect_pass("SYN", &frame, RIG_COUNTER(PASS_CONNECTION));
	packet_between(&packet, client, TCP_ACK, NULL);
	rig_expect_pass("behind it", &frame, RIG_COUNTER(PASS_CONNECTION));
}

/* A flow that is remembered, though the kernel has a connection: data that are
 * none of ours show it. */
static void expect_asked_again(int client)
{
	struct packet packet;
	struct fast_flow flow;

	packet_between(&packet, client, TCP_ACK, REQUEST);
	flow = client_flow(&packet);
	rig_flow_put(&flow, FLOW_OURS, 0);
	client_avoid_cookie(&packet);
	frame_write(&frame, &packet);
	rig_expect_pass("known", &frame, RIG_COUNTER(COOKIE_REFUSED));
	packet_between(&packet, client, TCP_ACK, NULL);
	rig_expect_pass("behind it", &frame, RIG_COUNTER(PASS_CONNECTION));
}

/* What the kernel has a connection for is the kernel's. */
static void connections(void **state)
{
	int client, server, ipv6;
	char byte;

	(void)state;
	listener_open(16);
	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		client = client_connect(ipv6);
		server = accept(listener, NULL, NULL);
		assert_true(server >= 0);
		expect_connection("established", client);
		expect_not_asked(client);
		expect_asked_again(client);
		shutdown(server, SHUT_WR);
		assert_int_equal(read(client, &byte, 1), 0);
		expect_connection("FIN-WAIT-2", client);
		close(server);
		shutdown(client, SHUT_WR);
		expect_connection("TIME-WAIT", client);
		close(client);
	}
}

/* Nothing can be handed over to a listener of MPTCP: its connections begin in
 * the kernel. What has begun before it listened goes on. */
static void mptcp(void **state)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(RIG_PORT),
	};
	struct packet packet;
	int tags, on = 1;

	(void)state;
	listener = socket(AF_INET, SOCK_STREAM, MPTCP);
	if (listener < 0 && errno == EPROTONOSUPPORT)
		skip();
	assert_true(listener >= 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(listener, (void *)&any, sizeof(any)), 0);
	assert_int_equal(listen(listener, 16), 0);
	for (tags = 0; tags < CLIENT_IPV6; tags++) {
		client_syn(&packet, tags);
		frame_write(&frame, &packet);
		rig_expect_pass("SYN", &frame, RIG_COUNTER(PASS_SYN_MPTCP));
		client_segment(&packet, tags, TCP_ACK, NULL);
		frame_write(&frame, &packet);
		rig_expect_drop("ACK", &frame, RIG_COUNTER(DROP_ACK));
		client_segment(&packet, tags, TCP_ACK, REQUEST);
		frame_write(&frame, &packet);
		rig_respond(&result, &frame);
		assert_int_equal(result.verdict, XDP_TX);
		assert_int_equal(result.rose, ACCEPTED | RIG_COUNTER(GET_301));
		/* It is IPv4's only. */
		client_syn(&packet, CLIENT_IPV6 + tags);
		frame_write(&frame, &packet);
		rig_respond(&result, &frame);
		assert_int_equal(result.rose, RIG_COUNTER(COOKIE_SENT));
	}
}

static void mark(int idle, int interval, int probes)
{
	setsockopt(listener, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(listener, IPPROTO_TCP, TCP_KEEPINTVL, &interval,
		   sizeof(interval));
	setsockopt(listener, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

/* The mark of https is these three, and nothing else. */
static void https_mark(void **state)
{
	static const struct {
		const char *about;
		int idle, interval, probes;
		bool https;
	} rows[] = {
		{"the mark", LISTENER_MARK_IDLE, LISTENER_MARK_INTERVAL,
		 LISTENER_MARK_HTTPS, true},
		{"another idle time", LISTENER_MARK_IDLE - 1,
		 LISTENER_MARK_INTERVAL, LISTENER_MARK_HTTPS, false},
		{"another interval", LISTENER_MARK_IDLE,
		 LISTENER_MARK_INTERVAL + 1, LISTENER_MARK_HTTPS, false},
		{"the mark of plaintext", LISTENER_MARK_IDLE,
		 LISTENER_MARK_INTERVAL, LISTENER_MARK_PLAIN, false},
		{"other probes", LISTENER_MARK_IDLE, LISTENER_MARK_INTERVAL,
		 LISTENER_MARK_HTTPS - 1, false},
		{"the longest", 32767, 32767, 127, false},
		{"the shortest", 1, 1, 1, false},
		{"what is usual", 7200, 75, 9, false},
	};
	struct packet packet;
	size_t i;
	int v;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		listener_open(16);
		mark(rows[i].idle, rows[i].interval, rows[i].probes);
		for (v = 0; v < CLIENT_VARIANTS; v++) {
			rig_forget();
			client_syn(&packet, v);
			frame_write(&frame, &packet);
			rig_respond(&result, &frame);
			if (result.rose != (rows[i].https
						    ? RIG_COUNTER(PASS_HTTPS)
						    : RIG_COUNTER(COOKIE_SENT)))
				rig_fail("%s: %s", rows[i].about,
					 rig_counters_text(result.rose));
		}
		listener_close();
	}
}

static bool handed_over(const struct packet *packet)
{
	struct fast_flow flow = client_flow(packet);

	return rig_flow_is(&flow, FLOW_HANDED);
}

/* To a listener of https goes all that is new; what has begun before, too, when
 * it is not remembered that it has. */
static void https_request(void **state)
{
	struct packet packet, syn;
	struct fast_flow flow;
	int fd, v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		listener_open(16);
		listener_request(&packet, &listener_all, v, 600 + v);
		mark(LISTENER_MARK_IDLE, LISTENER_MARK_INTERVAL,
		     LISTENER_MARK_HTTPS);
		packet.data = REQUEST;
		packet.data_len = strlen(REQUEST);
		frame_write(&frame, &packet);
		rig_respond(&result, &frame);
		assert_int_equal(result.rose, ACCEPTED | RIG_COUNTER(GET_301));
		rig_forget();
		fd = listener_hand_over("https", &packet,
					RIG_COUNTER(PASS_HTTPS));
		assert_true(handed_over(&packet));
		close(fd);
		/* Nor is anything known of one whose SYN was passed. */
		syn = packet;
		syn.from_port++;
		syn.flags = TCP_SYN;
		syn.data_len = 0;
		flow = client_flow(&syn);
		rig_flow_put(&flow, FLOW_OURS, 0);
		frame_write(&frame, &syn);
		rig_respond(&result, &frame);
		assert_true(result.rose == RIG_COUNTER(PASS_HTTPS));
		assert_false(rig_flow_is(&flow, FLOW_OURS));
		listener_close();
	}
}

/* The queue of a listener with a backlog of 0 has room for one connection. What
 * does not get into it is as if it had never come, until there is room. */
static void backlog(void **state)
{
	struct packet first, packet;
	int link, fd, v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		listener_open(0);
		listener_request(&first, &listener_all, v, 200 + 2 * v);
		link = listener_attach();
		listener_inject(&first);
		listener_wait(listener);
		close(link);
		listener_request(&packet, &listener_all, v, 201 + 2 * v);
		frame_write(&frame, &packet);
		rig_expect_pass("request", &frame, ACCEPTED | METHOD);
		assert_true(handed_over(&packet));
		rig_hand_over(&result, &frame);
		rig_expect("queue full", &result, LISTENER_SHOT, &frame,
			   RIG_COUNTER(ASSIGN_BACKLOG));
		assert_false(handed_over(&packet));
		packet.seq += packet.data_len;
		frame_write(&frame, &packet);
		rig_hand_over(&result, &frame);
		rig_expect("behind it", &result, LISTENER_SHOT, &frame,
			   RIG_COUNTER(DROP_EARLY));
		packet.seq -= packet.data_len;
		fd = accept(listener, NULL, NULL);
		assert_true(fd >= 0);
		close(fd);
		fd = listener_hand_over("again", &packet, METHOD);
		assert_true(handed_over(&packet));
		close(fd);
		listener_close();
	}
}

/* A request whose options do not add up is handed over like others, with those
 * before the odd one. */
static void odd_options(void **state)
{
	static const struct offer no_timestamps = {"no timestamps", 1460, true,
						   false, 7};
	static const uint8_t odd[4] = {254, 5, 0, 0};
	struct packet packet;
	char got[256];
	int fd, i;

	(void)state;
	listener_open(16);
	for (i = 0; i < 4; i++) {
		listener_request(&packet,
				 i / 2 ? &listener_all : &no_timestamps,
				 i % 2 * CLIENT_IPV6, 300 + i);
		memcpy(packet.options + packet.options_len, odd, sizeof(odd));
		packet.options_len += sizeof(odd);
		fd = listener_hand_over("odd options", &packet,
					RIG_COUNTER(HAND_FLAGS));
		listener_wait(fd);
		assert_int_equal(read(fd, got, sizeof(got)),
				 strlen(LISTENER_REQUEST));
		close(fd);
	}
}

/* The kernel's timestamps go on from those of the SYN-ACK, whatever offset the
 * clock has for the two. Of a clock of milliseconds getsockopt() clears bit 0
 * (6.7), which the wire does not. */
static void p6_clock_goes_on(void **state)
{
	struct cookie_keys keys = rig.keys;
	socklen_t len = sizeof(uint32_t);
	uint32_t before, after;
	struct packet packet;
	int fd, i;

	(void)state;
	listener_open(16);
	for (i = 0; i < 8; i++) {
		keys.clock = i / 2 * 0x9e3779b97f4a7c15ULL;
		rig_keys(&keys);
		listener_request(&packet, &listener_all, i % 2 * CLIENT_IPV6,
				 400 + i);
		memcpy(&before, packet.options + 8, sizeof(before));
		fd = listener_hand_over("clock", &packet, METHOD);
		assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_TIMESTAMP,
					    &after, &len),
				 0);
		if (after - (be32toh(before) & ~1u) > MINUTE)
			rig_fail("the clock does not go on, turn %d", i);
		close(fd);
	}
}

/* A second SYN, which is answered while the request is between the programs,
 * takes nothing from the connection that the kernel makes. */
static void syn_between(void **state)
{
	struct packet packet, syn;
	struct fast_flow flow;
	int fd, link, v;

	(void)state;
	listener_open(16);
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		listener_request(&packet, &listener_all, v, 500 + v);
		flow = client_flow(&packet);
		frame_write(&frame, &packet);
		rig_expect_pass("request", &frame, ACCEPTED | METHOD);
		client_syn(&syn, v);
		syn.from_port = packet.from_port;
		frame_write(&frame, &syn);
		rig_respond(&result, &frame);
		assert_int_equal(result.rose, RIG_COUNTER(COOKIE_SENT));
		link = listener_attach();
		listener_inject(&packet);
		listener_wait(listener);
		fd = accept(listener, NULL, NULL);
		assert_true(fd >= 0);
		assert_false(rig_flow_is(&flow, FLOW_OURS));
		packet.seq += packet.data_len;
		frame_write(&frame, &packet);
		rig_expect_pass("behind it", &frame,
				RIG_COUNTER(PASS_CONNECTION));
		close(link);
		close(fd);
	}
}

int main(void)
{
#define CASE(name) \
	cmocka_unit_test_setup_teardown(name, rig_reset, listener_check)
	const struct CMUnitTest tests[] = {
		CASE(connections),	CASE(mptcp),
		CASE(backlog),		CASE(odd_options),
		CASE(p6_clock_goes_on), CASE(syn_between),
		CASE(https_mark),	CASE(https_request),
	};

	return cmocka_run_group_tests(tests, listener_setup, rig_teardown);
}
