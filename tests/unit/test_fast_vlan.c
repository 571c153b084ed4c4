// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_host.h"
#include "fast_vlan.h"

/* eth0 with a VLAN, and a VLAN on that; eth1, a port of the bridge br0, which
 * has one; eth2, a port of br1, which tells VLANs apart; other kinds on
 * eth3. */
static const struct fast_device devices[] = {
	{.ifindex = 1, .name = "eth0"},
	{.ifindex = 2, .lower = 1, .name = "eth0.100", .kind = "vlan"},
	{.ifindex = 3, .lower = 2, .name = "eth0.100.7", .kind = "vlan"},
	{.ifindex = 4, .master = 5, .name = "eth1"},
	{.ifindex = 5, .name = "br0", .kind = "bridge"},
	{.ifindex = 6, .lower = 5, .name = "br0.8", .kind = "vlan"},
	{.ifindex = 7, .master = 8, .name = "eth2"},
	{.ifindex = 8, .name = "br1", .kind = "bridge", .vlans = true},
	{.ifindex = 9, .name = "eth3"},
	{.ifindex = 10, .lower = 9, .name = "mac0", .kind = "macvlan"},
	{.ifindex = 11, .name = "far", .kind = "vlan"},
	{.ifindex = 12, .master = 13, .name = "eth4"},
	{.ifindex = 13, .name = "bond0", .kind = "bond"},
	{.ifindex = 14, .lower = 13, .name = "bond0.9", .kind = "vlan"},
};
static const struct fast_device_list all = {
	.device = (struct fast_device *)devices,
	.count = sizeof(devices) / sizeof(*devices),
};

static void test_judge(void **state)
{
	static const struct {
		uint32_t ifindex;
		const char *vlan; /* NULL: none */
		size_t notes;
	} cases[] = {
		{1, "eth0.100 ", 0}, {2, "eth0.100.7 ", 0}, {3, NULL, 0},
		{4, "br0.8 ", 0},    {5, "br0.8 ", 0},	    {7, NULL, 1},
		{8, NULL, 0},	     {9, NULL, 0},	    {11, NULL, 0},
		{12, NULL, 0},	     {13, "bond0.9 ", 0},
	};
	const struct fast_device *device;
	struct fast_notes notes;
	char want[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		device = fast_device_find(&all, cases[i].ifindex);
		print_message("%s\n", device->name);
		notes = (struct fast_notes){.count = 0};
		assert_int_equal(fast_vlan_judge(&all, device, false, &notes),
				 0);
		assert_int_equal(notes.count, 0);
		assert_int_equal(fast_vlan_judge(&all, device, true, &notes),
				 cases[i].vlan ? -ENOTSUP : 0);
		assert_int_equal(notes.count, cases[i].notes);
		fast_note_free(&notes);
		if (!cases[i].vlan)
			continue;
		snprintf(want, sizeof(want), "VLAN device %s", cases[i].vlan);
		assert_non_null(strstr(error_text(), want));
		snprintf(want, sizeof(want), "ethtool -K %s rxvlan off",
			 device->name);
		assert_non_null(strstr(error_text(), want));
	}
}

static int make_veth(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNET))
		return -1;
	return system("ip link add va address 02:11:22:33:44:fe type veth "
		      "peer name vb");
}

static void test_stripped(void **state)
{
	(void)state;
	assert_int_equal(system("ethtool -K va rxvlan on"), 0);
	assert_true(fast_vlan_stripped("va"));
	assert_int_equal(system("ethtool -K va rxvlan off"), 0);
	assert_false(fast_vlan_stripped("va"));
	assert_true(fast_vlan_stripped("vb"));
	assert_false(fast_vlan_stripped("lo"));
	assert_false(fast_vlan_stripped("nothere"));
}

static void test_mac(void **state)
{
	static const uint8_t want[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0xfe};
	static const uint8_t none[6];
	uint8_t mac[6];

	(void)state;
	assert_int_equal(fast_host_mac("va", mac), 0);
	assert_memory_equal(mac, want, 6);
	assert_int_equal(fast_host_mac("lo", mac), 0);
	assert_memory_equal(mac, none, 6);
	assert_int_equal(fast_host_mac("nothere", mac), -ENODEV);
	assert_non_null(strstr(error_text(), "nothere: No such device"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_mac),
	};

	return cmocka_run_group_tests(tests, make_veth, NULL);
}
