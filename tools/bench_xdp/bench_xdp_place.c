// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "bench_xdp_frame.h"
#include "bench_xdp_place.h"
#include "error.h"

static int loopback_up(int fd)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_mtu = 1500};

	if (ioctl(fd, SIOCSIFMTU, &request))
		return error_sys(-errno, "cannot set the MTU of lo");
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		return error_sys(-errno, "cannot bring lo up");
	return 0;
}

int bench_place_network(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6,
				   .sin6_port = htons(BENCH_PORT)};
	int fd;

	if (unshare(CLONE_NEWNET))
		return error_sys(-errno, "cannot make a network namespace");
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) ||
	    listen(fd, SOMAXCONN))
		return error_sys(-errno, "cannot listen on port %d",
				 BENCH_PORT);
	return loopback_up(fd);
}

int bench_place_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		return error_sys(-errno, "cannot run on CPU %d", cpu);
	return 0;
}
