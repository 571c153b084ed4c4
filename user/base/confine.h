/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdint.h>

/*
 * What a process gives up for good, so that whoever takes it over by what it
 * reads can do little: capabilities, and system calls by a filter.
 */

/*
 * confine_capabilities - have at most these capabilities, a bit each
 *
 * Of the calling thread and those that it starts; no program that they run has
 * more.
 */
void confine_capabilities(uint64_t capabilities);

/* What a process still does, beside to read, to write, and to talk to others of
 * this machine. */
enum confine_may {
	CONFINE_NETWORK = 1 << 0, /* sockets of networks */
	CONFINE_BPF = 1 << 1,	  /* bpf() */
	CONFINE_OWNER = 1 << 2,	  /* be another user, give files to others */

	/* Map files for writing that others see: without it a descriptor that
	 * passes through is none to write by. */
	CONFINE_SHARE = 1 << 3,
};

/*
 * confine_calls - keep these system calls and no others
 * @may: of enum confine_may
 *
 * For all threads that there are and will be. Nothing is ended: what is
 * forbidden fails with EPERM, and the kernel's audit says so; a shared mapping
 * with EACCES; what the filter does not know with ENOSYS, as in an older kernel,
 * so that libraries that try it go on without. Returns 0, or -errno without
 * error_set() where the kernel has no filters; then the process is as it was.
 */
int confine_calls(unsigned int may);

#endif
