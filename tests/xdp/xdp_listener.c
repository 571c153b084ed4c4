// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <poll.h>
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
#include "xdp_listener.h"

enum {
	TCX_INGRESS = 46, /* BPF_TCX_INGRESS; the headers may be older */
	WAIT = 5000,	  /* ms */
};

int listener = -1;
const struct offer listener_all = {"all", 1460, true, true, 7};

int listener_setup(void **state)
{
	static const char *const rules[] = {
		"o.example https://new.example 301"};

	rig.rules = rules;
	rig.rules_count = COUNT(rules);
	return rig_setup(state) || system("ip route add 192.0.2.0/24 dev lo") ||
	       system("ip route add 2001:db8:7::/64 dev lo");
}

void listener_open(int backlog)
{
	struct sockaddr_in6 any = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(RIG_PORT),
	};
	int on = 1;

	listener = socket(AF_INET6, SOCK_STREAM, 0);
	assert_true(listener >= 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(listener, (void *)&any, sizeof(any)), 0);
	assert_int_equal(listen(listener, backlog), 0);
}

void listener_close(void)
{
	if (listener >= 0)
		close(listener);
	listener = -1;
}

int listener_check(void **state)
{
	listener_close();
	return rig_check(state);
}

void listener_wait(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&poll_fd, 1, WAIT), 1);
}

int listener_attach(void)
{
	int program = bpf_program__fd(rig.programs->progs.tc_hand_over);
	int link = bpf_link_create(program, RIG_IFINDEX,
				   (enum bpf_attach_type)TCX_INGRESS, NULL);

	assert_true(link >= 0);
	return link;
}

void listener_inject(const struct packet *packet)
{
	struct sockaddr_ll lo = {
		.sll_family = AF_PACKET,
		.sll_ifindex = RIG_IFINDEX,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	static struct frame frame;

	assert_true(fd >= 0);
	frame_write(&frame, packet);
	assert_int_equal(sendto(fd, frame.byte, frame.len, 0, (void *)&lo,
				sizeof(lo)),
			 frame.len);
	close(fd);
}

void listener_request(struct packet *packet, const struct offer *offer,
		      int variant, int turn)
{
	client_syn(packet, variant);
	memset(packet->mac_from, 0, MAC_SIZE);
	memset(packet->mac_to, 0, MAC_SIZE);
	packet->from_port += turn;
	client_open(packet, offer);
	packet->flags |= TCP_PSH;
	packet->window = 64000;
	packet->data = LISTENER_REQUEST;
	packet->data_len = strlen(LISTENER_REQUEST);
}

int listener_hand_over(const char *about, const struct packet *packet,
		       rig_set reason)
{
	static struct frame frame;
	int link, fd;

	frame_write(&frame, packet);
	rig_expect_pass(about, &frame, RIG_COUNTER(COOKIE_ACCEPTED) | reason);
	link = listener_attach();
	listener_inject(packet);
	listener_wait(listener);
	fd = accept(listener, NULL, NULL);
	assert_true(fd >= 0);
	close(link);
	return fd;
}
