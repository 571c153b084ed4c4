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

static const char config[] = "VLAN Dev name\t | VLAN ID\n"
			     "Name-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\n"
			     "eth0.100       | 100  | eth0\n"
			     "eth0.100.7     | 7  | eth0.100\n"
			     "fifteen-letters| 4094  | other|7\n"
			     "eth1           | 8  | eth10\n"
			     "nonsense\n"
			     "\n"
			     "last           | 9  | lan";

static int judge(const char *interface, bool stripped)
{
	FILE *file = fmemopen((void *)config, strlen(config), "r");
	int err;

	assert_non_null(file);
	err = fast_vlan_judge(file, interface, stripped);
	fclose(file);
	return err;
}

static void test_judge(void **state)
{
	static const struct {
		const char *interface, *vlan; /* NULL: none */
	} cases[] = {
		{"eth0", "eth0.100 "},
		{"eth0.100", "eth0.100.7 "},
		{"other|7", "fifteen-letters "},
		{"lan", "last "},
		{"eth10", "eth1 "},
		{"eth1", NULL},
		{"eth", NULL},
		{"7", NULL},
		{"other", NULL},
		{"nonsense", NULL},
		{"", NULL},
		/* Words of the list's head. */
		{"ID", NULL},
		{"VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD", NULL},
	};
	char want[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("case %zu\n", i);
		assert_int_equal(judge(cases[i].interface, false), 0);
		assert_int_equal(judge(cases[i].interface, true),
				 cases[i].vlan ? -ENOTSUP : 0);
		if (!cases[i].vlan)
			continue;
		snprintf(want, sizeof(want), "VLAN device %s", cases[i].vlan);
		assert_non_null(strstr(error_text(), want));
		snprintf(want, sizeof(want), "ethtool -K %s rxvlan off",
			 cases[i].interface);
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
	assert_int_equal(fast_vlan_check("va"), 0);
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
