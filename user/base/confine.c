// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine.h"
#include "confine_calls.h"

void confine_capabilities(uint64_t capabilities)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
	int i;

	/* A container may have taken some of them away. */
	syscall(SYS_capget, &head, data);
	for (i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(capabilities >> 32 * i);
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	syscall(SYS_capset, &head, data);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* What some architectures do not have is below 0. */
static int calls_add(scmp_filter_ctx filter, uint32_t action, const int *calls)
{
	int err = 0;

	for (; !err && *calls != CONFINE_CALLS_END; calls++)
		if (*calls >= 0)
			err = seccomp_rule_add(filter, action, *calls, 0);
	return err;
}

/* Where one argument is as it should be. */
static int call_add(scmp_filter_ctx filter, uint32_t action, int call,
		    struct scmp_arg_cmp argument)
{
	return seccomp_rule_add_array(filter, action, call, 1, &argument);
}

/* Memory of its own may be mapped as ever: MAP_PRIVATE, MAP_ANONYMOUS. */
static int maps_add(scmp_filter_ctx filter)
{
	enum { OTHERS = MAP_ANONYMOUS | MAP_SHARED };
	const int call = SCMP_SYS(mmap);
	int err = call_add(filter, SCMP_ACT_ALLOW, call,
			   SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0));

	if (!err)
		err = call_add(filter, SCMP_ACT_ALLOW, call,
			       SCMP_A3_64(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS,
					  MAP_ANONYMOUS));
	if (!err)
		err = call_add(filter, SCMP_ACT_ALLOW, call,
			       SCMP_A3_64(SCMP_CMP_MASKED_EQ, OTHERS, 0));
	if (!err) /* and MAP_SHARED_VALIDATE, which has its bit */
		err = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EACCES), call, 2,
			SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_WRITE, PROT_WRITE),
			SCMP_A3_64(SCMP_CMP_MASKED_EQ, OTHERS, MAP_SHARED));
	return err;
}

static int families_add(scmp_filter_ctx filter, unsigned int may)
{
	static const int family[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
	size_t i, count = may & CONFINE_NETWORK ? 4 : 1;
	int err = 0;

	for (i = 0; i < count && !err; i++)
		err = call_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
			       SCMP_A0_32(SCMP_CMP_EQ, family[i], 0));
	return err;
}

#ifdef __SANITIZE_ADDRESS__
/* The sanitizer looks for leaks by a process that looks at this one. */
static int watcher_add(scmp_filter_ctx filter)
{
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 0);

	return err ? err
		   : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ptrace),
				      0);
}
#else
static int watcher_add(scmp_filter_ctx filter)
{
	(void)filter;
	return 0;
}
#endif

/* Threads, and no processes; limits and signals of its own; and to ask whether a
 * process is there. */
static int own_add(scmp_filter_ctx filter)
{
	int err = call_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone),
			   SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD,
				      CLONE_THREAD));

	if (!err)
		err = call_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64),
			       SCMP_A0_32(SCMP_CMP_EQ, 0, 0));
	if (!err)
		err = call_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
			       SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)getpid(), 0));
	if (!err)
		err = call_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill),
			       SCMP_A1_32(SCMP_CMP_EQ, 0, 0));
	return err;
}

static int allowed_add(scmp_filter_ctx filter, unsigned int may)
{
	int err = calls_add(filter, SCMP_ACT_ALLOW, confine_calls_usual);

	if (!err && may & CONFINE_BPF)
		err = calls_add(filter, SCMP_ACT_ALLOW, confine_calls_bpf);
	if (!err && may & CONFINE_OWNER)
		err = calls_add(filter, SCMP_ACT_ALLOW, confine_calls_owner);
	if (!err && may & CONFINE_SHARE)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap),
				       0);
	else if (!err)
		err = maps_add(filter);
	if (!err)
		err = families_add(filter, may);
	if (!err)
		err = own_add(filter);
	return err ? err : watcher_add(filter);
}

static int forbidden_add(scmp_filter_ctx filter, unsigned int may)
{
	const uint32_t no = SCMP_ACT_ERRNO(EPERM);
	int err = calls_add(filter, no, confine_calls_forbidden);

	if (!err && !(may & CONFINE_BPF))
		err = calls_add(filter, no, confine_calls_bpf);
	if (!err && !(may & CONFINE_OWNER))
		err = calls_add(filter, no, confine_calls_owner);
#ifndef __SANITIZE_ADDRESS__
	if (!err)
		err = call_add(filter, no, SCMP_SYS(clone),
			       SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
#endif
	if (!err)
		err = call_add(filter, no, SCMP_SYS(kill),
			       SCMP_A1_32(SCMP_CMP_NE, 0, 0));
	return err;
}

/* One filter, of what is not otherwise said of a call: the binary tree of level
 * 2, and no slower memory for what speculates, which nothing here needs. */
static int filter_load(uint32_t otherwise, bool log, unsigned int may,
		       int (*add)(scmp_filter_ctx filter, unsigned int may))
{
	scmp_filter_ctx filter = seccomp_init(otherwise);
	int err;

	if (!filter)
		return -ENOMEM;
	err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
			       SCMP_ACT_ERRNO(ENOSYS));
	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!err && log)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	if (!err) {
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
		err = add(filter, may);
	}
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

/* Of two filters that refuse a call the newer one tells how: so the second has
 * what is forbidden, and is alone to be heard of. */
int confine_calls(unsigned int may)
{
	int err = filter_load(SCMP_ACT_ERRNO(ENOSYS), false, may, allowed_add);

	return err ? err
		   : filter_load(SCMP_ACT_ALLOW, true, may, forbidden_add);
}
