// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_receive.h"
#include "fast_metric.h"

enum {
	RECEIVE_SIGNED = 32767, /* the window if others take it for signed */
	RECEIVE_SCALE_MAX = 14, /* RFC 7323 2.3 */
};

/* tcp_rmem: the smallest, usual and largest buffer; the kernel's own values
 * where it cannot be read. */
static void rmem_read(uint32_t rmem[3])
{
	FILE *file = fopen("/proc/sys/net/ipv4/tcp_rmem", "re");

	if (!file || fscanf(file, "%u %u %u", &rmem[0], &rmem[1], &rmem[2]) < 3)
		memcpy(rmem, (uint32_t[]){4096, 131072, 6291456},
		       3 * sizeof(*rmem));
	if (file)
		fclose(file);
}

/* net.core.rmem_max, which not every network namespace shows: a socket gets
 * twice that and no more. */
static uint32_t rmem_max(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), size = INT_MAX;
	socklen_t len = sizeof(size);

	if (fd < 0)
		return 0;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) ||
	    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &len))
		size = 0;
	close(fd);
	return size / 2;
}

static bool windows_signed(void)
{
	FILE *file =
		fopen("/proc/sys/net/ipv4/tcp_workaround_signed_windows", "re");
	int on = 0;

	if (!file)
		return false;
	if (fscanf(file, "%d", &on) != 1)
		on = 0;
	fclose(file);
	return on != 0;
}

uint32_t fast_receive_scale(uint32_t rmem, uint32_t clamp)
{
	uint32_t scale = 0;

	rmem = receive_clamp(rmem, clamp);
	while (scale < RECEIVE_SCALE_MAX && rmem >> scale > 65535)
		scale++;
	return scale;
}

int fast_receive_read(struct fast_receive *receive, uint32_t ifindex,
		      uint32_t mss)
{
	struct fast_metrics route;
	uint32_t rmem[3], most = rmem_max(), least;
	int err = fast_metric_read(&route, ifindex), i;

	if (err)
		return err;
	rmem_read(rmem);
	memset(receive, 0, sizeof(*receive));
	receive->space = rmem[1] / 2; /* the other half is the buffers' own */
	receive->clamp = route.window;
	receive->scale = fast_receive_scale(most > rmem[2] ? most : rmem[2],
					    route.window);
	if (windows_signed())
		receive->clamp = receive_clamp(RECEIVE_SIGNED, route.window);
	receive->segments = route.segments > 65535 ? 65535 : route.segments;
	for (i = 0; i < 2; i++) {
		least = route.mss[i];
		if (mss && (!least || mss < least))
			least = mss;
		receive->mss[i] = least > 65495 ? 65495 : least;
	}
	return 0;
}
