// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <string.h>

#include "error.h"
#include "fast_kind.h"

/* Interfaces of kinds that a kernel may lack. */
#define ETHER(number, of, on, called, what)                         \
	{                                                           \
		.ifindex = (number), .master = (of), .lower = (on), \
		.mtu = 1500, .type = ARPHRD_ETHER, .name = called,  \
		.kind = what                                        \
	}

static const struct fast_device devices[] = {
	ETHER(1, 0, 0, "eth0", ""),
	ETHER(2, 3, 0, "eth1", ""),
	ETHER(3, 0, 0, "bond0", "bond"),
	ETHER(4, 5, 0, "eth2", ""),
	ETHER(5, 0, 0, "team0", "team"),
	ETHER(6, 7, 0, "eth3", ""),
	ETHER(7, 0, 0, "br0", "bridge"),
	ETHER(8, 9, 0, "eth4", ""),
	ETHER(9, 0, 0, "ovs-system", "openvswitch"),
	ETHER(10, 0, 0, "ovsbr0", "openvswitch"),
	ETHER(11, 12, 0, "eth5", ""),
	ETHER(12, 0, 0, "blue", "vrf"),
	ETHER(13, 14, 0, "enP1s2", ""), /* faster hardware beside eth6 */
	ETHER(14, 0, 0, "eth6", ""),
	ETHER(15, 0, 1, "eth0.5", "vlan"),
	ETHER(16, 7, 1, "eth0.6", "vlan"), /* a port of br0 */
	ETHER(17, 0, 1, "mac0", "macvlan"),
	ETHER(18, 0, 1, "mtap0", "macvtap"),
	ETHER(19, 0, 1, "ipv0", "ipvlan"),
	ETHER(21, 0, 0, "dummy0", "dummy"),
	ETHER(22, 0, 0, "veth0", "veth"),
	ETHER(23, 0, 0, "tap0", "tun"),
	ETHER(24, 0, 0, "vx0", "vxlan"),
	ETHER(25, 26, 0, "eth7", ""),
	ETHER(26, 0, 0, "bat0", "batadv"),
	ETHER(27, 0, 7, "br0.9", "vlan"),
	ETHER(28, 12, 0, "bond1", "bond"), /* in a VRF */
	ETHER(29, 0, 15, "eth0.5.7", "vlan"),
	ETHER(30, 0, 0, "ifb0", "ifb"),
	ETHER(31, 0, 1, "iptap0", "ipvtap"),
	{.ifindex = 32,
	 .lower = 1,
	 .type = ARPHRD_ETHER,
	 .name = "l3s0",
	 .kind = "ipvlan",
	 .ipvlan = FAST_DEVICE_L3S},
	{.ifindex = 33,
	 .type = ARPHRD_NONE,
	 .name = "wg0",
	 .kind = "wireguard"},
	{.ifindex = 34, .type = ARPHRD_NONE, .name = "tun0", .kind = "tun"},
	{.ifindex = 35, .type = ARPHRD_TUNNEL, .name = "ipip0", .kind = "ipip"},
	{.ifindex = 36, .type = ARPHRD_IPGRE, .name = "gre0", .kind = "gre"},
	{.ifindex = 37, .type = ARPHRD_PPP, .name = "ppp0", .kind = "ppp"},
	{.ifindex = 38, .type = ARPHRD_INFINIBAND, .name = "ib0"},
	{.ifindex = 39,
	 .type = ARPHRD_LOOPBACK,
	 .loopback = true,
	 .name = "lo"},
	{.ifindex = 40,
	 .type = ARPHRD_ETHER,
	 .name = "br1",
	 .kind = "bridge",
	 .call_ipv6 = true},
	ETHER(41, 40, 0, "eth8", ""),
};
static const struct fast_device_list all = {
	.device = (struct fast_device *)devices,
	.count = sizeof(devices) / sizeof(*devices),
};
static const struct fast_kind_host plain = {.filter = true};
static const struct fast_kind_host calls = {.filter = true, .call_ipv4 = true};
static const struct fast_kind_host none = {.filter = false};

static int judge(uint32_t ifindex, const struct fast_kind_host *host,
		 enum fast_mode mode, struct fast_kind *kind, size_t *said)
{
	struct fast_notes notes = {.count = 0};
	int err = fast_kind_judge(&all, fast_device_find(&all, ifindex), host,
				  mode, kind, &notes);

	*said = notes.count;
	fast_note_free(&notes);
	return err;
}

/* Those that work, with what they are to the fast path. */
static void p2_works(void **state)
{
	static const struct {
		uint32_t ifindex, mac, vrf;
	} cases[] = {
		{1, 1, 0},   {3, 3, 0},	   {5, 5, 0},	 {6, 7, 0},
		{7, 7, 0},   {10, 10, 0},  {11, 11, 12}, {14, 14, 0},
		{15, 15, 0}, {16, 7, 0},   {17, 17, 0},	 {19, 19, 0},
		{22, 22, 0}, {23, 23, 0},  {24, 24, 0},	 {26, 26, 0},
		{27, 27, 0}, {28, 28, 12}, {39, 39, 0},	 {40, 40, 0},
	};
	struct fast_kind kind;
	size_t i, said;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("%u\n", cases[i].ifindex);
		assert_int_equal(judge(cases[i].ifindex, &plain, FAST_MODE_AUTO,
				       &kind, &said),
				 0);
		assert_int_equal(kind.mac, cases[i].mac);
		assert_int_equal(kind.vrf, cases[i].vrf);
		assert_int_equal(said, 0);
	}
}

static void p2_refused(void **state)
{
	static const struct {
		uint32_t ifindex;
		const char *text;
	} cases[] = {
		{2, "eth1 is a port of bond0 (bond), and the packets of"},
		{2, ": attach to bond0"},
		{4, "eth2 is a port of team0 (team)"},
		{8, "eth4 is a port of ovs-system (openvswitch)"},
		{8, "attach to the bridge's interface that has the address"},
		{12, "packets come by its ports"},
		{13, "enP1s2 is a port of eth6, and"},
		{18, "virtual machine"},
		{21, "no packets come by it"},
		{25, "eth7 is a port of bat0 (batadv): attach to bat0"},
		{30, "its packets go back to another"},
		{31, "virtual machine"},
		{32, "l3s0 is an ipvlan in mode l3s, which sees no packets: "
		     "attach to eth0"},
		{33, "wg0 (wireguard) has no Ethernet frames"},
		{34, "tun0 (tun) has no Ethernet frames"},
		{35, "ipip0 (ipip) has no Ethernet frames"},
		{36, "gre0 (gre) has no Ethernet frames"},
		{37, "ppp0 (ppp) has no Ethernet frames"},
		{38, "ib0 has no Ethernet frames"},
		/* By the bridge's own setting. */
		{41, "eth8 is a port of the bridge br1"},
		{41, "attach to br1, or: ip link set br1 type bridge nf_call"},
	};
	struct fast_kind kind;
	size_t i, said;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("%u\n", cases[i].ifindex);
		assert_int_equal(judge(cases[i].ifindex, &plain, FAST_MODE_AUTO,
				       &kind, &said),
				 -ENOTSUP);
		assert_non_null(strstr(error_text(), cases[i].text));
	}
}

static void p2_netfilter(void **state)
{
	struct fast_kind kind;
	size_t said;

	(void)state;
	assert_int_equal(judge(6, &calls, FAST_MODE_AUTO, &kind, &said),
			 -ENOTSUP);
	assert_non_null(
		strstr(error_text(), "eth3 is a port of the bridge br0"));
	assert_non_null(
		strstr(error_text(),
		       "or: sysctl -w net.bridge.bridge-nf-call-iptables=0"));
	assert_int_equal(judge(7, &calls, FAST_MODE_AUTO, &kind, &said), 0);
	assert_int_equal(said, 0);
	/* Without the module the settings mean nothing. */
	assert_int_equal(judge(41, &none, FAST_MODE_AUTO, &kind, &said), 0);
	/* A VLAN of it is a port. */
	assert_int_equal(judge(1, &calls, FAST_MODE_AUTO, &kind, &said), 0);
	assert_int_equal(said, 1);
	assert_int_equal(judge(16, &calls, FAST_MODE_AUTO, &kind, &said),
			 -ENOTSUP);
}

static void p3_mode(void **state)
{
	static const struct {
		uint32_t ifindex;
		enum fast_mode asked, meant;
		size_t said;
	} cases[] = {
		{22, FAST_MODE_AUTO, FAST_MODE_GENERIC, 1},
		{22, FAST_MODE_GENERIC, FAST_MODE_GENERIC, 0},
		{22, FAST_MODE_NATIVE, FAST_MODE_NATIVE, 1},
		{1, FAST_MODE_AUTO, FAST_MODE_AUTO, 0},
		{1, FAST_MODE_NATIVE, FAST_MODE_NATIVE, 0},
		{23, FAST_MODE_AUTO, FAST_MODE_AUTO, 0},
		{3, FAST_MODE_AUTO, FAST_MODE_GENERIC, 1},
		{14, FAST_MODE_AUTO, FAST_MODE_GENERIC, 1},
		{39, FAST_MODE_AUTO, FAST_MODE_AUTO, 0},
	};
	struct fast_notes notes;
	struct fast_kind kind;
	size_t i, said;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("case %zu\n", i);
		notes = (struct fast_notes){.count = 0};
		assert_int_equal(
			fast_kind_mode(&all,
				       fast_device_find(&all, cases[i].ifindex),
				       cases[i].asked, &notes),
			cases[i].meant);
		assert_int_equal(notes.count, cases[i].said);
		fast_note_free(&notes);
	}
	/* Their native programs would run where nothing is known of them. */
	assert_int_equal(judge(3, &plain, FAST_MODE_NATIVE, &kind, &said),
			 -ENOTSUP);
	assert_int_equal(judge(14, &plain, FAST_MODE_NATIVE, &kind, &said),
			 -ENOTSUP);
	assert_int_equal(judge(5, &plain, FAST_MODE_NATIVE, &kind, &said), 0);
}

static void test_above(void **state)
{
	static const struct {
		uint32_t ifindex, device;
		bool above;
	} cases[] = {
		{1, 1, true},	{15, 1, true},	{29, 1, true}, {17, 1, true},
		{19, 1, true},	{7, 6, true},	{27, 6, true}, {24, 1, false},
		{2, 1, false},	{3, 2, false},	{0, 1, false}, {12, 11, false},
		{1, 15, false}, {99, 1, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("case %zu\n", i);
		assert_int_equal(
			fast_kind_above(&all, cases[i].ifindex,
					fast_device_find(&all,
							 cases[i].device)),
			cases[i].above);
	}
}

/* Whatever word a driver has for it. */
static void p24_falls_back(void **state)
{
	static const int back[] = {-EOPNOTSUPP, -EINVAL, -ERANGE, -E2BIG,
				   -ENOSPC,	-ENOMEM, -EIO,	  -524};
	static const int failed[] = {-EBUSY, -EEXIST, -EPERM, -ENODEV};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(back) / sizeof(*back); i++)
		assert_true(fast_link_falls_back(back[i]));
	for (i = 0; i < sizeof(failed) / sizeof(*failed); i++)
		assert_false(fast_link_falls_back(failed[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p2_works),
		cmocka_unit_test(p2_refused),
		cmocka_unit_test(p2_netfilter),
		cmocka_unit_test(p3_mode),
		cmocka_unit_test(test_above),
		cmocka_unit_test(p24_falls_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
