// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_host.h"
#include "fastpath.h"
#include "file.h"

/* 1 if it cannot be read. */
static int sysctl_read(const char *path)
{
	return file_number(path, 1);
}

static bool sysctl_set(const char *path)
{
	return sysctl_read(path) != 0;
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
	const int fast_open_server = 2;
	uint32_t offers = 0;
	size_t i;

	for (i = 0; i < sizeof(sysctls) / sizeof(*sysctls); i++)
		if (sysctl_set(sysctls[i].path))
			offers |= sysctls[i].offer;
	if (sysctl_read("/proc/sys/net/ipv4/tcp_fastopen") & fast_open_server)
		offers |= FAST_OFFER_FAST_OPEN;
	return offers;
}

bool fast_host_cookies(void)
{
	return sysctl_set("/proc/sys/net/ipv4/tcp_syncookies");
}

/* Only the first network namespace has the sysctl; what the kernel makes of a
 * program tells everywhere. */
bool fast_host_jit(void)
{
	const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);
	bool jit = true;
	int fd;

	if (!sysctl_set("/proc/sys/net/core/bpf_jit_enable"))
		return false;
	fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, NULL, "GPL", program,
			   sizeof(program) / sizeof(*program), NULL);
	if (fd < 0)
		return true;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		jit = info.jited_prog_len > 0;
	close(fd);
	return jit;
}

bool fast_host_loose(void)
{
	return sysctl_set("/proc/sys/net/netfilter/nf_conntrack_tcp_loose");
}

int fast_host_mac(const char *interface, uint8_t mac[6])
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;
	struct ifreq request = {0};

	memset(mac, 0, 6);
	if (fd < 0)
		return error_sys(-errno, "cannot open a socket");
	snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		err = error_sys(-errno, "cannot read the MAC address of %s",
				interface);
	else if (request.ifr_hwaddr.sa_family == ARPHRD_ETHER)
		memcpy(mac, request.ifr_hwaddr.sa_data, 6);
	close(fd);
	return err;
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
