/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_MISSING_H
#define FAST_MISSING_H

/*
 * What a machine lacks for the fast path. Each returns 0, or -errno with
 * error_set() naming what is missing.
 */

/* -EPERM without the capabilities that loading and attaching take: CAP_BPF,
 * CAP_NET_ADMIN and CAP_PERFMON, where CAP_SYS_ADMIN stands for the first and the
 * last. They do for root's own pins; to replace programs takes CAP_SYS_ADMIN. */
int fast_missing_privilege(void);

/*
 * fast_missing_kernel - whether the kernel has what the programs call
 * @btf:     file with the types and functions of the kernel
 * @release: as uname(2) has it
 *
 * -ENOTSUP if not: for a release before 6.12, though it may have the functions,
 * since its verifier does not get through the programs.
 */
int fast_missing_kernel(const char *btf, const char *release);

/* -ENODEV without a bpf file system at or above the root of instances. */
int fast_missing_bpffs(void);

/* All of them, of this machine and network namespace; and -ENOTSUP where the
 * kernel interprets BPF programs, or where net.ipv4.tcp_syncookies is 0. */
int fast_missing(void);

/* -EBUSY if an interface has an XDP program, which attaching would find; the
 * message says which. */
int fast_missing_room(const char *interface, unsigned int ifindex);

/*
 * fast_missing_link - why the kernel refused to attach to an interface
 * @said: the driver's words, or ""
 *
 * Returns err, with error_set() and what may be done about it.
 */
int fast_missing_link(const char *interface, unsigned int ifindex, int err,
		      const char *said);

enum { FAST_MISSING_HINT = 512 };

/* The same as a text: err's, the driver's words, what may be done. */
void fast_missing_hint(char text[FAST_MISSING_HINT], const char *interface,
		       int err, const char *said);

#endif
