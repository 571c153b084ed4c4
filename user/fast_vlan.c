// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_vlan.h"

bool fast_vlan_stripped(const char *interface)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};
	struct ifreq request = {.ifr_data = (void *)&flags};
	bool known;

	if (fd < 0)
		return false;
	snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
	known = !ioctl(fd, SIOCETHTOOL, &request);
	close(fd);
	return known && flags.data & ETH_FLAG_RXVLAN;
}

/* "DEVICE | ID  | INTERFACE": names have no blanks, but may have bars. */
static bool line_is_of(char *line, const char *interface)
{
	char *name;

	line[strcspn(line, "\n")] = '\0';
	name = strrchr(line, ' ');
	return name && name - line > 2 && !memcmp(name - 2, " |", 2) &&
	       !strcmp(name + 1, interface);
}

int fast_vlan_judge(FILE *config, const char *interface, bool stripped)
{
	char line[128];

	while (stripped && fgets(line, sizeof(line), config)) {
		if (!line_is_of(line, interface))
			continue;
		line[strcspn(line, " ")] = '\0';
		return error_set(
			-ENOTSUP,
			"%s has the VLAN device %.15s and takes tags out of frames, so that replies would leave without: ethtool -K %s rxvlan off",
			interface, line, interface);
	}
	return 0;
}

int fast_vlan_check(const char *interface)
{
	FILE *config = fopen("/proc/self/net/vlan/config", "re");
	int err;

	if (!config) /* no kernel with VLAN devices */
		return 0;
	err = fast_vlan_judge(config, interface, fast_vlan_stripped(interface));
	fclose(config);
	return err;
}
