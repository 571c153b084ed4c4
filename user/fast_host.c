// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "fast_host.h"
#include "fastpath.h"

static bool sysctl_set(const char *path)
{
	FILE *file = fopen(path, "re");
	int value = 1;

	if (!file)
		return true;
	if (fscanf(file, "%d", &value) != 1)
		value = 1;
	fclose(file);
	return value != 0;
}

uint32_t fast_host_offers(void)
{
	static const struct {
		const char *path;
		uint32_t offer;
	} sysctls[] = {
		{"/proc/sys/net/ipv4/tcp_timestamps", FAST_OFFER_TIMESTAMPS},
		{"/proc/sys/net/ipv4/tcp_sack", FAST_OFFER_SACK},
		{"/proc/sys/net/ipv4/tcp_window_scaling", FAST_OFFER_WSCALE},
	};
	uint32_t offers = 0;
	size_t i;

	for (i = 0; i < sizeof(sysctls) / sizeof(*sysctls); i++)
		if (sysctl_set(sysctls[i].path))
			offers |= sysctls[i].offer;
	return offers;
}

uint64_t fast_host_tai_offset(void)
{
	struct timespec tai, real;
	int64_t ahead;

	if (clock_gettime(CLOCK_TAI, &tai) ||
	    clock_gettime(CLOCK_REALTIME, &real))
		return 0;
	/* Two readings, one behind the other: round to whole seconds. */
	ahead = (tai.tv_sec - real.tv_sec) * 1000000000LL +
		(tai.tv_nsec - real.tv_nsec);
	return ahead > 0 ? (ahead + 500000000) / 1000000000 : 0;
}
