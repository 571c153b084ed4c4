// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <linux/magic.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "error.h"
#include "fast_folder.h"
#include "fast_host.h"
#include "fast_missing.h"
#include "fast_pin.h"
#include "fast_tried.h"
#include "fast_whose.h"

enum { MTU_PLAIN = 1500 }; /* that every driver with native XDP takes */

static const char kfunc[] = "bpf_sk_assign_tcp_reqsk";

/* CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON. */
int fast_missing_privilege(void)
{
	static const struct {
		const char *name;
		int number;
		bool admin; /* CAP_SYS_ADMIN does */
	} wanted[] = {
		{" CAP_BPF", CAP_BPF, true},
		{" CAP_NET_ADMIN", CAP_NET_ADMIN, false},
		{" CAP_PERFMON", CAP_PERFMON, true},
	};
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	char lacking[64] = "";
	uint64_t has;
	size_t i;

	if (syscall(SYS_capget, &head, data))
		return error_sys(-errno, "cannot read the capabilities");
	has = data[0].effective | (uint64_t)data[1].effective << 32;
	for (i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (!(has >> wanted[i].number & 1) &&
		    !(wanted[i].admin && has >> CAP_SYS_ADMIN & 1))
			strcat(lacking, wanted[i].name);
	if (!*lacking)
		return 0;
	return error_set(-EPERM, "the fast path needs root: lacking%s",
			 lacking);
}

static bool release_is_old(const char *release)
{
	unsigned int major = 0, minor = 0;

	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       (major < 6 || (major == 6 && minor < 12));
}

int fast_missing_kernel(const char *path, const char *release)
{
	struct btf *btf;
	int id;

	if (release_is_old(release))
		return error_set(
			-ENOTSUP,
			"kernel %.64s is too old: the fast path needs 6.12" FAST_TRIED_SAID,
			release);
	libbpf_set_print(NULL);
	btf = btf__parse(path, NULL);
	if (!btf)
		return error_set(
			-ENOTSUP,
			"kernel %.64s shows no BTF (CONFIG_DEBUG_INFO_BTF) in %s: %s",
			release, path, strerror(errno));
	id = btf__find_by_name_kind(btf, kfunc, BTF_KIND_FUNC);
	btf__free(btf);
	if (id >= 0)
		return 0;
	return error_set(
		-ENOTSUP,
		"kernel %.64s has no %s: it is built without CONFIG_SYN_COOKIES",
		release, kfunc);
}

/* -ENOTSUP where the kernel interprets BPF programs. */
static int jit_check(void)
{
	if (fast_host_jit())
		return 0;
	return error_set(
		-ENOTSUP,
		"the kernel's BPF JIT is off, and its interpreter has too small a stack for the fast path: sysctl net.core.bpf_jit_enable=1");
}

static bool is_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && fs.f_type == BPF_FS_MAGIC;
}

int fast_missing_bpffs(void)
{
	static const char first[] = "/proc/1/root/";
	char path[PATH_MAX], whole[PATH_MAX];
	char *slash;

	fast_pin_root(path);
	if (is_bpffs(path))
		return 0;
	strcpy(whole, path);
	slash = strrchr(path, '/');
	if (slash && slash != path)
		*slash = '\0';
	if (is_bpffs(path))
		return fast_folder_check_shared(path);
	/* What is there already is the place to mount at, not what it is in. */
	if (!access(whole, F_OK))
		strcpy(path, whole);
	if (!strncmp(path, first, strlen(first)))
		return error_set(
			-ENODEV,
			"there is no bpf file system at /sys/fs/bpf: mount it outside of \"ip netns exec\", whose own /sys ends with it: mount -t bpf -o mode=0700 bpf /sys/fs/bpf (nsenter --net=/run/netns/NAME keeps the /sys that is there, DETOUR_BPFFS names another place)");
	return error_set(
		-ENODEV,
		"there is no bpf file system at %.500s: mount -t bpf -o mode=0700 bpf %.400s",
		path, path);
}

/* -ENOTSUP where net.ipv4.tcp_syncookies is 0: the kernel then refuses every
 * connection that is handed over. */
static int cookies_check(void)
{
	if (fast_host_cookies())
		return 0;
	return error_set(
		-ENOTSUP,
		"net.ipv4.tcp_syncookies is 0, so that the kernel would refuse what is handed over: sysctl net.ipv4.tcp_syncookies=1");
}

int fast_missing(void)
{
	struct utsname name;
	int err = fast_missing_privilege();

	if (!err && uname(&name))
		err = error_sys(-errno, "cannot tell the kernel's release");
	if (!err)
		err = fast_missing_kernel("/sys/kernel/btf/vmlinux",
					  name.release);
	if (!err)
		err = jit_check();
	if (!err)
		err = fast_missing_bpffs();
	return err ? err : cookies_check();
}

int fast_missing_room(const char *interface, unsigned int ifindex)
{
	struct bpf_xdp_query_opts found = {.sz = sizeof(found)};
	const char *mode = "native";
	char text[1024];
	uint32_t id;

	if (bpf_xdp_query(ifindex, 0, &found))
		return 0;
	id = found.drv_prog_id;
	if (!id && found.hw_prog_id) {
		mode = "offloaded";
		id = found.hw_prog_id;
	} else if (!id) {
		mode = "generic";
		id = found.skb_prog_id;
	}
	if (!id)
		id = found.prog_id;
	if (!id)
		return 0;
	fast_whose_program(text, sizeof(text), interface, id, mode);
	return error_set(-EBUSY, "%s has %s", interface, text);
}

/* 0 if it cannot be told. */
static int mtu_read(const char *interface)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_mtu = 0};

	if (fd < 0)
		return 0;
	snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
	if (ioctl(fd, SIOCGIFMTU, &request))
		request.ifr_mtu = 0;
	close(fd);
	return request.ifr_mtu;
}

void fast_missing_hint(char text[FAST_MISSING_HINT], const char *interface,
		       int err, const char *said)
{
	int mtu = mtu_read(interface);
	const char *hint = "";
	char large[128];

	if (err == -ENOSPC || err == -ENOMEM)
		hint = " (the driver may lack queues or memory for native XDP; ethtool -l)";
	else if (mtu > MTU_PLAIN && !strstr(said, "not support"))
		hint = large;
	else if (err == -EOPNOTSUPP)
		hint = " (the driver has no native XDP as it is set up now; --mode generic does without)";
	else if (err == -EINVAL || err == -E2BIG || err == -ERANGE)
		hint = " (its MTU may be too large for native XDP, or LRO be on; ip link, ethtool -k)";
	snprintf(
		large, sizeof(large),
		" (its MTU may be too large for native XDP: it is %d, most drivers take up to about 3500)",
		mtu);
	snprintf(text, FAST_MISSING_HINT, "%s%s%s%s", strerror(-err),
		 *said ? ": " : "", said, hint);
}

int fast_missing_link(const char *interface, unsigned int ifindex, int err,
		      const char *said)
{
	char text[FAST_MISSING_HINT];

	if ((err == -EBUSY || err == -EEXIST) &&
	    fast_missing_room(interface, ifindex))
		return err;
	fast_missing_hint(text, interface, err, said);
	return error_set(err, "cannot attach to %s: %s", interface, text);
}
