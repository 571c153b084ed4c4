// SPDX-License-Identifier: BSD-2-Clause
/* What the programs look up once in a tick of the kernel's clock: of which
 * address and interface it is, and that it is looked up again. On one CPU,
 * which has one memory. */
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "fastpath.h"
#include "fastpath.skel.h"
#include "xdp_client.h"

#define ADDRESS RIG_COUNTER(PASS_ADDRESS)
#define SENT RIG_COUNTER(COOKIE_SENT)

enum { TRIES = 100 };

static struct frame frame;
static struct rig_result result;
static uint32_t other; /* another interface */

static uint64_t respond(const struct packet *packet)
{
	frame_write(&frame, packet);
	rig_respond(&result, &frame);
	return result.rose;
}

/* Two frames are not always of one tick. */
static void expect(const struct packet *packet, uint64_t rose,
		   const struct packet *behind)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		respond(behind);
		assert_int_equal(respond(packet), rose);
	}
}

/* Addresses that differ in any byte from the one that was just met. */
static void addresses(void **state)
{
	struct packet packet, alien;
	int v, i;

	(void)state;
	for (v = 0; v < CLIENT_VARIANTS; v += CLIENT_IPV6) {
		client_syn(&packet, v);
		for (i = v ? 1 : 12; i < ADDRESS_SIZE; i++) {
			alien = packet;
			alien.to[i] ^= 1;
			expect(&alien, ADDRESS, &packet);
		}
	}
}

/* ... and on another interface. */
static void interfaces(void **state)
{
	struct packet packet;
	int i;

	(void)state;
	client_syn(&packet, 0);
	for (i = 0; i < TRIES; i++) {
		assert_int_equal(respond(&packet), SENT);
		rig.ifindex = other;
		assert_int_equal(respond(&packet), ADDRESS);
		rig.ifindex = RIG_IFINDEX;
	}
}

static void removed(void **state)
{
	int fd = bpf_map__fd(rig.programs->maps.addresses);
	struct fast_address address = {.ifindex = RIG_IFINDEX};
	struct packet packet;

	(void)state;
	client_syn(&packet, CLIENT_IPV6);
	assert_int_equal(respond(&packet), SENT);
	memcpy(address.addr, packet.to, ADDRESS_SIZE);
	assert_int_equal(bpf_map_delete_elem(fd, &address), 0);
	usleep(20000);
	assert_int_equal(respond(&packet), ADDRESS);
	rig_address(RIG_IPV6, FAST_SERVED);
	assert_int_equal(respond(&packet), SENT);
}

static uint16_t mss_sent(void)
{
	struct packet reply;
	const uint8_t *mss;

	assert_null(frame_read(&reply, &result.frame));
	mss = packet_option(&reply, TCP_OPTION_MSS, 2);
	assert_non_null(mss);
	return mss[0] << 8 | mss[1];
}

/* An interface's flags and MTU change. */
static void changed(void **state)
{
	struct packet packet;

	(void)state;
	client_syn(&packet, 0);
	assert_int_equal(respond(&packet), SENT);
	assert_int_equal(mss_sent(), 1460);
	rig_interface(FAST_IF_DRAINING);
	assert_int_equal(respond(&packet), RIG_COUNTER(PASS_SYN_DRAINING));
	rig_interface(0);
	assert_int_equal(respond(&packet), SENT);
	assert_int_equal(system("ip link set lo mtu 1400"), 0);
	usleep(20000);
	assert_int_equal(respond(&packet), SENT);
	assert_int_equal(mss_sent(), 1360);
	assert_int_equal(system("ip link set lo mtu 1500"), 0);
}

/* The clock of SYN-ACKs goes on. */
static void clock_moves(void **state)
{
	uint32_t before = 0, now;
	struct packet packet, reply;
	const uint8_t *stamps;
	int i;

	(void)state;
	client_syn(&packet, 0);
	packet_add_timestamps(&packet, 1, 0);
	for (i = 0; i < 3; i++) {
		respond(&packet);
		assert_null(frame_read(&reply, &result.frame));
		stamps = packet_option(&reply, TCP_OPTION_TIMESTAMPS, 8);
		assert_non_null(stamps);
		memcpy(&now, stamps, sizeof(now));
		now = ntohl(now);
		assert_true(!i || (int32_t)(now - before) > 0);
		before = now;
		usleep(20000);
	}
}

/* Two interfaces in one tick, one of them draining. */
static void links(void **state)
{
	struct fast_interface draining = {.flags = FAST_IF_DRAINING |
						   FAST_IF_WITHOUT_LISTENER};
	struct fast_address address = {.ifindex = other};
	struct packet packet;
	uint32_t one = 1;
	int i;

	(void)state;
	client_syn(&packet, CLIENT_IPV6);
	memcpy(address.addr, packet.to, ADDRESS_SIZE);
	bpf_map_update_elem(bpf_map__fd(rig.programs->maps.addresses), &address,
			    &one, BPF_ANY);
	bpf_map_update_elem(bpf_map__fd(rig.programs->maps.interfaces), &other,
			    &draining, BPF_ANY);
	usleep(20000);
	for (i = 0; i < TRIES; i++) {
		assert_int_equal(respond(&packet), SENT);
		rig.ifindex = other;
		assert_int_equal(respond(&packet),
				 RIG_COUNTER(PASS_SYN_DRAINING));
		rig.ifindex = RIG_IFINDEX;
	}
}

static int setup(void **state)
{
	cpu_set_t cpu;
	int err = rig_setup(state);

	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	err = err || sched_setaffinity(0, sizeof(cpu), &cpu) ||
	      system("ip link add rig type veth peer name rig-peer");
	other = if_nametoindex("rig");
	return err || !other;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(addresses), RIG_TEST(interfaces),
		RIG_TEST(removed),   RIG_TEST(changed),
		RIG_TEST(links),     RIG_TEST(clock_moves),
	};

	return cmocka_run_group_tests(tests, setup, rig_teardown);
}
