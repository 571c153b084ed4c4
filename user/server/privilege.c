// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "privilege.h"

int privilege_drop(const char *user)
{
	struct passwd *entry;

	errno = 0;
	entry = getpwnam(user);
	if (!entry)
		return error_set(errno ? -errno : -ENOENT, "no user '%s'",
				 user);
	if (initgroups(entry->pw_name, entry->pw_gid) ||
	    setgid(entry->pw_gid) || setuid(entry->pw_uid))
		return error_sys(-errno, "cannot become user '%s'", user);
	if (entry->pw_uid && (!setuid(0) || !seteuid(0)))
		return error_set(-EPERM, "still root as user '%s'", user);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return error_sys(-errno, "cannot give up new privileges");
	return 0;
}

#if defined(__x86_64__)
#define SEAL_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SEAL_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef SEAL_ARCH
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "arguments are read by their low halves"
#endif

enum { SEAL_X32 = 0x40000000 }; /* of calls of another kind, by number */

#define LOAD(field)                        \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (__u32)offsetof(struct seccomp_data, field))
#define UNLESS(test, value, skip) \
	BPF_JUMP(BPF_JMP | (test) | BPF_K, value, 0, skip)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)

/* Memory of its own may be mapped as ever: MAP_PRIVATE, MAP_ANONYMOUS. */
static struct sock_filter seal[] = {
	LOAD(arch),
	UNLESS(BPF_JEQ, SEAL_ARCH, 2),
	LOAD(nr),
	UNLESS(BPF_JGE, SEAL_X32, 1),
	RETURN(SECCOMP_RET_ERRNO | ENOSYS),
	UNLESS(BPF_JEQ, SYS_mmap, 6),
	LOAD(args[2]),
	UNLESS(BPF_JSET, PROT_WRITE, 4),
	LOAD(args[3]),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 2, 0),
	UNLESS(BPF_JSET, MAP_SHARED, 1), /* and MAP_SHARED_VALIDATE */
	RETURN(SECCOMP_RET_ERRNO | EACCES),
	RETURN(SECCOMP_RET_ALLOW),
};

int privilege_seal(void)
{
	struct sock_fprog program = {
		.len = sizeof(seal) / sizeof(*seal),
		.filter = seal,
	};

	long other;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	/* Or the number of a thread that cannot have it. */
	other = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			SECCOMP_FILTER_FLAG_TSYNC, &program);
	if (other < 0)
		return -errno;
	return other ? -EBUSY : 0;
}
#else
int privilege_seal(void)
{
	return -EOPNOTSUPP;
}
#endif
