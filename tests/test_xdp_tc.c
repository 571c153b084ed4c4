// SPDX-License-Identifier: BSD-2-Clause
/* The hand-over to the kernel's TCP, and the connections that it has. */
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "fastpath.skel.h"
#include "xdp_client.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define ASSIGNED RIG_COUNTER(ASSIGNED)
#define NO_LISTENER RIG_COUNTER(ASSIGN_NO_LISTENER)
#define REQUEST "POST /1 HTTP/1.1\r\nHost: o.example\r\n\r\n"

enum {
	TCX_INGRESS = 46, /* BPF_TCX_INGRESS; the headers may be older */
	TC_NEXT = -1,
	WAIT = 5000, /* ms, for what is under way already */
};

static struct frame frame;
static struct rig_result result;

static int listening = -1;

/* Listen on every address, for both families, until the test ends. */
static void listener_open(void)
{
	struct sockaddr_in6 any = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(RIG_PORT),
	};
	int on = 1;

	listening = socket(AF_INET6, SOCK_STREAM, 0);
	assert_true(listening >= 0);
	setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(listening, (void *)&any, sizeof(any)), 0);
	assert_int_equal(listen(listening, 16), 0);
}

static int check(void **state)
{
	close(listening);
	listening = -1;
	return rig_check(state);
}

/* Put the TC program at the ingress of the loopback device; ends with the
 * descriptor. */
static int attach(void)
{
	int program = bpf_program__fd(rig.programs->progs.tc_hand_over);
	int link = bpf_link_create(program, RIG_IFINDEX,
				   (enum bpf_attach_type)TCX_INGRESS, NULL);

	assert_true(link >= 0);
	return link;
}

/* Receive a frame on the loopback device. */
static void inject(int fd)
{
	struct sockaddr_ll lo = {
		.sll_family = AF_PACKET,
		.sll_ifindex = RIG_IFINDEX,
	};

	assert_int_equal(sendto(fd, frame.byte, frame.len, 0, (void *)&lo,
				sizeof(lo)),
			 frame.len);
}

static bool readable(int fd, int timeout)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, timeout) == 1;
}

/* Open a connection as far as the request: its segment, behind a handshake with
 * the XDP program. The loopback device's MAC is zeros. */
static void request_make(struct packet *packet, const struct offer *offer,
			 int variant, int turn)
{
	client_syn(packet, variant);
	memset(packet->mac_from, 0, MAC_SIZE);
	memset(packet->mac_to, 0, MAC_SIZE);
	packet->from_port += turn;
	client_open(packet, offer);
	packet->flags |= TCP_PSH;
	packet->window = 64000;
	packet->data = REQUEST;
	packet->data_len = strlen(REQUEST);
	frame_write(&frame, packet);
}

static const struct offer all = {"all", 1460, true, true, 7};

/* Give the frame to the TC program at the device; returns the connection. */
static int hand_over(const char *about)
{
	int packets = socket(AF_PACKET, SOCK_RAW, 0), link, fd;

	rig_expect_pass(about, &frame,
			RIG_COUNTER(COOKIE_ACCEPTED) |
				RIG_COUNTER(HAND_METHOD));
	link = attach();
	inject(packets);
	if (!readable(listening, WAIT))
		fail_msg("%s: no connection", about);
	fd = accept(listening, NULL, NULL);
	assert_true(fd >= 0);
	close(packets);
	close(link);
	return fd;
}

static void expect_options(const struct offer *offer, int fd, bool ipv6)
{
	uint32_t mss = cookie_mss(cookie_class(offer->mss));
	int options = 0;
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);
	bool scale = offer->timestamps && offer->scale >= 0;
	bool sack = offer->timestamps && offer->sack;

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	options |= offer->timestamps ? TCPI_OPT_TIMESTAMPS : 0;
	options |= scale ? TCPI_OPT_WSCALE : 0;
	options |= sack ? TCPI_OPT_SACK : 0;
	if ((info.tcpi_options & 7) != options)
		rig_fail("%s: options %x, not %x", offer->about,
			 info.tcpi_options, options);
	if (scale && (info.tcpi_snd_wscale != offer->scale ||
		      info.tcpi_rcv_wscale != CLIENT_SERVER_SCALE))
		rig_fail("%s: scales %u and %u", offer->about,
			 info.tcpi_snd_wscale, info.tcpi_rcv_wscale);
	if (ipv6 && mss > 1440)
		mss = 1440; /* the MTU of the way back */
	if (info.tcpi_snd_mss != mss - (offer->timestamps ? 12 : 0))
		rig_fail("%s: MSS %u", offer->about, info.tcpi_snd_mss);
	if (info.tcpi_state != 1 /* established */)
		rig_fail("%s: state %u", offer->about, info.tcpi_state);
}

static void assigned(void **state)
{
	static const struct offer offers[] = {
		{"all", 1460, true, true, 7},
		{"no timestamps", 1460, true, false, 7},
		{"timestamps alone", 1400, false, true, OFFER_NO_SCALE},
		{"timestamps and SACK", 1400, true, true, OFFER_NO_SCALE},
		{"timestamps and scale", 1300, false, true, 14},
		{"scale 0", 1460, true, true, 0},
		{"nothing", 1300, false, false, OFFER_NO_SCALE},
	};
	static const char reply[] = "HTTP/1.1 404 Not Found\r\n\r\n";
	int fd, i;
	struct packet packet;
	char got[256];

	(void)state;
	listener_open();
	for (i = 0; i < (int)COUNT(offers) * 2; i++) {
		const struct offer *offer = &offers[i / 2];

		request_make(&packet, offer, i % 2 * CLIENT_IPV6, i);
		fd = hand_over(offer->about);
		expect_options(offer, fd, i % 2);
		assert_true(readable(fd, WAIT));
		assert_int_equal(read(fd, got, sizeof(got)), strlen(REQUEST));
		assert_memory_equal(got, REQUEST, strlen(REQUEST));
		assert_int_equal(write(fd, reply, strlen(reply)),
				 strlen(reply));
		close(fd);
	}
}

/* The counters of a hand-over at the device. */
static void counted(void **state)
{
	int packets = socket(AF_PACKET, SOCK_RAW, 0), link = attach(), fd;
	char text[2 * sizeof(REQUEST)];
	struct packet packet;
	ssize_t got, left;

	(void)state;
	listener_open();
	request_make(&packet, &all, 0, 100);
	rig_counters_begin();
	inject(packets);
	assert_true(readable(listening, WAIT));
	assert_int_equal(rig_counters_end(), ASSIGNED);
	fd = accept(listening, NULL, NULL);
	/* From here on it is the kernel's. */
	rig_counters_begin();
	packet.seq += packet.data_len;
	frame_write(&frame, &packet);
	inject(packets);
	for (left = 2 * strlen(REQUEST); left; left -= got) {
		assert_true(readable(fd, WAIT));
		got = read(fd, text, left);
		assert_in_range(got, 1, left);
	}
	assert_int_equal(rig_counters_end(), 0);
	close(fd);
	close(link);
	close(packets);
}

static void expect_next(const char *about, const struct packet *packet,
			uint64_t counters)
{
	frame_write(&frame, packet);
	rig_hand_over(&result, &frame);
	rig_expect(about, &result, TC_NEXT, &frame, counters);
}

/* What is no hand-over goes on to the next program as it is. */
static void ignored(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	listener_open();
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_syn(&packet, v);
		expect_next("SYN", &packet, 0);
		client_segment(&packet, v, TCP_ACK, NULL);
		expect_next("bare ACK", &packet, 0);
		client_segment(&packet, v, TCP_RST, NULL);
		expect_next("RST", &packet, 0);
		client_segment(&packet, v, TCP_ACK, REQUEST);
		packet.seq++;
		expect_next("data ahead of a request", &packet, 0);
		packet.ack++;
		client_avoid_cookie(&packet);
		expect_next("data without a cookie", &packet, 0);
		client_segment(&packet, v, TCP_ACK, REQUEST);
		packet.to_port++;
		expect_next("other port", &packet, 0);
		client_segment(&packet, v, TCP_ACK, REQUEST);
		packet.to[15]++;
		packet.ack = client_cookie(&packet, CLIENT_ISN, 6, 0) + 1;
		expect_next("other address", &packet, 0);
	}
}

static void cut(void **state)
{
	static struct frame head;
	struct packet packet;
	size_t len;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK, REQUEST);
		frame_write(&frame, &packet);
		for (len = packet_tcp_at(&packet); len < frame.len; len++) {
			head.len = len;
			memcpy(head.byte, frame.byte, len);
			rig_hand_over(&result, &head);
			rig_expect("cut", &result, TC_NEXT, &head, 0);
		}
	}
}

static void no_listener(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK | TCP_PSH, REQUEST);
		packet.from_port += 1000; /* that no other test has used */
		packet.ack = client_cookie(&packet, CLIENT_ISN, 6, 0) + 1;
		expect_next("nothing listens", &packet, NO_LISTENER);
	}
}

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
	}
	packet_between(&packet, client, TCP_ACK, REQUEST);
	packet.from_port ^= 1; /* another connection's */
	frame_write(&frame, &packet);
	rig_respond(&result, &frame);
	assert_false(result.rose & RIG_COUNTER(PASS_CONNECTION));
}

/* What the kernel has a connection for is the kernel's. */
static void connections(void **state)
{
	int client, server, ipv6;
	char byte;

	(void)state;
	listener_open();
	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		client = client_connect(ipv6);
		server = accept(listening, NULL, NULL);
		assert_true(server >= 0);
		expect_connection("established", client);
		shutdown(server, SHUT_WR);
		assert_int_equal(read(client, &byte, 1), 0);
		expect_connection("FIN-WAIT-2", client);
		close(server);
		shutdown(client, SHUT_WR);
		expect_connection("TIME-WAIT", client);
		close(client);
	}
}

/* Route clients by the loopback device, so that the kernel takes their packets
 * for packets from there. */
static int setup(void **state)
{
	static const char *const rules[] = {
		"o.example https://new.example 301"};
	int err = rig_setup(state);

	if (err || system("ip route add 192.0.2.0/24 dev lo") ||
	    system("ip route add 2001:db8:7::/64 dev lo"))
		return -1;
	rig_rules(rules, COUNT(rules));
	return 0;
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_reset, check)
	const struct CMUnitTest tests[] = {
		CASE(assigned), CASE(counted),	   CASE(ignored),
		CASE(cut),	CASE(no_listener), CASE(connections),
	};

	return cmocka_run_group_tests(tests, setup, rig_teardown);
}
