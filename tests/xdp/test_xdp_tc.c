// SPDX-License-Identifier: BSD-2-Clause
/* The hand-over to the kernel's TCP. */
#include <linux/bpf.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "fastpath.h"
#include "fastpath.skel.h"
#include "xdp_client.h"
#include "xdp_listener.h"

#define ASSIGNED RIG_COUNTER(ASSIGNED)
#define NO_LISTENER RIG_COUNTER(ASSIGN_NO_LISTENER)

static struct frame frame;
static struct rig_result result;

static void expect_options(const struct offer *offer, int fd, bool ipv6)
{
	struct agreed agreed;
	struct packet packet;
	uint32_t mss;
	int options = 0;
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	client_packet(&packet, ipv6 ? CLIENT_IPV6 : 0);
	agreed = client_agreed(&packet, offer);
	mss = agreed.mss;
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len), 0);
	options |= offer->timestamps ? TCPI_OPT_TIMESTAMPS : 0;
	options |= agreed.scale >= 0 ? TCPI_OPT_WSCALE : 0;
	options |= agreed.sack ? TCPI_OPT_SACK : 0;
	if ((info.tcpi_options & 7) != options)
		rig_fail("%s: options %x, not %x", offer->about,
			 info.tcpi_options, options);
	if (agreed.scale >= 0 && (info.tcpi_snd_wscale != agreed.scale ||
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
		{"Windows", 1460, true, false, 8},
		{"Windows by a tunnel", 1380, true, false, 8},
		{"scale 10 by a tunnel", 1400, true, false, 10},
		{"scale 7 by a tunnel", 1400, true, false, 7},
		{"SACK alone", 1300, true, false, OFFER_NO_SCALE},
		{"timestamps alone", 1400, false, true, OFFER_NO_SCALE},
		{"timestamps and SACK", 1400, true, true, OFFER_NO_SCALE},
		{"timestamps and scale", 1300, false, true, 14},
		{"scale 0", 1460, true, true, 0},
		{"nothing", 1300, false, false, OFFER_NO_SCALE},
	};
	static const char reply[] = "HTTP/1.1 404 Not Found\r\n\r\n";
	struct packet packet;
	char got[256];
	int fd, i;

	(void)state;
	listener_open(16);
	for (i = 0; i < (int)COUNT(offers) * 2; i++) {
		const struct offer *offer = &offers[i / 2];

		listener_request(&packet, offer, i % 2 * CLIENT_IPV6, i);
		fd = listener_hand_over(offer->about, &packet,
					RIG_COUNTER(HAND_METHOD));
		expect_options(offer, fd, i % 2);
		listener_wait(fd);
		assert_int_equal(read(fd, got, sizeof(got)),
				 strlen(LISTENER_REQUEST));
		assert_memory_equal(got, LISTENER_REQUEST,
				    strlen(LISTENER_REQUEST));
		assert_int_equal(write(fd, reply, strlen(reply)),
				 strlen(reply));
		close(fd);
	}
}

/* A frame of which the device gives little more than the link layer's header in
 * one piece. */
static void paged(void **state)
{
	static char data[6000] = "POST /";
	struct packet packet;
	int link, fd, v;

	(void)state;
	memset(data + strlen(data), 'x', sizeof(data) - strlen(data));
	assert_int_equal(system("ip link set lo mtu 9000"), 0);
	listener_open(16);
	link = listener_attach();
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		listener_request(&packet, &listener_all, v, 150 + v);
		packet.data = data;
		packet.data_len = sizeof(data);
		rig_counters_begin();
		listener_inject(&packet);
		listener_wait(listener);
		assert_int_equal(rig_counters_end(), ASSIGNED);
		fd = accept(listener, NULL, NULL);
		expect_options(&listener_all, fd, false);
		close(fd);
	}
	close(link);
	assert_int_equal(system("ip link set lo mtu 1500"), 0);
}

/* The counters of a hand-over at the device. */
static void counted(void **state)
{
	char text[2 * sizeof(LISTENER_REQUEST)];
	int link = listener_attach(), fd;
	struct packet packet;
	ssize_t got, left;

	(void)state;
	listener_open(16);
	listener_request(&packet, &listener_all, 0, 100);
	rig_counters_begin();
	listener_inject(&packet);
	listener_wait(listener);
	assert_int_equal(rig_counters_end(), ASSIGNED);
	fd = accept(listener, NULL, NULL);
	/* From here on it is the kernel's. */
	rig_counters_begin();
	packet.seq += packet.data_len;
	listener_inject(&packet);
	for (left = 2 * strlen(LISTENER_REQUEST); left; left -= got) {
		listener_wait(fd);
		got = read(fd, text, left);
		assert_in_range(got, 1, left);
	}
	assert_int_equal(rig_counters_end(), 0);
	close(fd);
	close(link);
}

static void expect(const char *about, const struct packet *packet, int verdict,
		   uint64_t counters)
{
	frame_write(&frame, packet);
	rig_hand_over(&result, &frame);
	rig_expect(about, &result, verdict, &frame, counters);
}

static void expect_next(const char *about, const struct packet *packet,
			uint64_t counters)
{
	expect(about, packet, LISTENER_NEXT, counters);
}

/* What is no hand-over goes on to the next program as it is. */
static void ignored(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	listener_open(16);
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_syn(&packet, v);
		expect_next("SYN", &packet, 0);
		client_segment(&packet, v, TCP_ACK, NULL);
		expect_next("bare ACK", &packet, 0);
		client_segment(&packet, v, TCP_RST, NULL);
		expect_next("RST", &packet, 0);
		client_segment(&packet, v, TCP_ACK | TCP_FIN, NULL);
		expect_next("FIN without a request", &packet, 0);
		packet.seq += 100;
		packet.ack += 200;
		client_avoid_cookie(&packet);
		expect_next("FIN behind the answer", &packet, 0);
		client_segment(&packet, v, TCP_ACK, LISTENER_REQUEST);
		packet.ack++;
		client_avoid_cookie(&packet);
		expect_next("data without a cookie", &packet, 0);
		client_segment(&packet, v, TCP_ACK, LISTENER_REQUEST);
		packet.to_port++;
		expect_next("other port", &packet, 0);
		client_segment(&packet, v, TCP_ACK, LISTENER_REQUEST);
		packet.to[15]++;
		packet.ack = client_cookie(&packet, CLIENT_ISN, 6, 0) + 1;
		expect_next("other address", &packet, 0);
		client_segment(&packet, v, TCP_ACK, LISTENER_REQUEST);
		packet.vlans = 2;
		packet.vlan_type[1] = 0x8100;
		expect_next("two tags", &packet, 0);
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
		client_segment(&packet, v, TCP_ACK, LISTENER_REQUEST);
		frame_write(&frame, &packet);
		for (len = packet_tcp_at(&packet); len < frame.len; len++) {
			head.len = len;
			memcpy(head.byte, frame.byte, len);
			rig_hand_over(&result, &head);
			rig_expect("cut", &result, LISTENER_NEXT, &head, 0);
		}
	}
}

static void no_listener(void **state)
{
	struct packet packet;
	int v;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v++) {
		client_segment(&packet, v, TCP_ACK | TCP_PSH, LISTENER_REQUEST);
		packet.from_port += 1000; /* that no other test has used */
		packet.ack = client_cookie(&packet, CLIENT_ISN, 6, 0) + 1;
		expect_next("nothing listens", &packet, NO_LISTENER);
	}
}

/* What is ahead of its request would be reset, while the request is on its way
 * again. Behind one that was handed over it is the kernel's. */
static void early(void **state)
{
	static const struct {
		const char *about, *data;
		uint8_t flags;
		bool listening;
	} rows[] = {
		{"data", LISTENER_REQUEST, TCP_ACK | TCP_PSH, true},
		{"a byte", "x", TCP_ACK, true},
		{"data and FIN", LISTENER_REQUEST, TCP_ACK | TCP_FIN, true},
		{"FIN", NULL, TCP_ACK | TCP_FIN, true},
		{"data, nothing listens", "x", TCP_ACK, false},
		{"FIN, nothing listens", NULL, TCP_ACK | TCP_FIN, false},
	};
	struct packet packet;
	struct fast_flow flow;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows) * CLIENT_VARIANTS; i++) {
		size_t row = i / CLIENT_VARIANTS;

		if (rows[row].listening)
			listener_open(16);
		client_segment(&packet, i % CLIENT_VARIANTS, rows[row].flags,
			       rows[row].data);
		packet.from_port += 2000; /* that no other test has used */
		packet.ack = client_cookie(&packet, CLIENT_ISN, 6, 0) + 1;
		packet.seq += strlen(LISTENER_REQUEST);
		expect(rows[row].about, &packet, LISTENER_SHOT,
		       RIG_COUNTER(DROP_EARLY));
		flow = client_flow(&packet);
		rig_flow_put(&flow, FLOW_HANDED, 0);
		expect_next(rows[row].about, &packet, 0);
		rig_flow_put(&flow, FLOW_HANDED, 5);
		expect(rows[row].about, &packet, LISTENER_SHOT,
		       RIG_COUNTER(DROP_EARLY));
		rig_forget();
		listener_close();
	}
}

int main(void)
{
#define CASE(name) \
	cmocka_unit_test_setup_teardown(name, rig_reset, listener_check)
	const struct CMUnitTest tests[] = {
		CASE(assigned), CASE(paged),	   CASE(counted), CASE(ignored),
		CASE(cut),	CASE(no_listener), CASE(early),
	};

	return cmocka_run_group_tests(tests, listener_setup, rig_teardown);
}
