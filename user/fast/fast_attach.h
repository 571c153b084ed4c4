/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ATTACH_H
#define FAST_ATTACH_H

#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>

#include "fast_note.h"
#include "fast_options.h"

struct fast_attach {
	struct fast_options options;
	FILE *out; /* for what is said meanwhile, as release.h has it */

	/* What fast_attach() has done, and what is to be said of it. */
	struct fast_notes notes;
	char name[IF_NAMESIZE];
	bool generic;
	bool replaced;
};

/*
 * fast_attach - put the fast path on an interface of this network namespace
 *
 * Where it is already, the programs are replaced, without a packet between
 * them, and what else was asked for the first time is forgotten. What crashes
 * and deleted interfaces left is removed. The instance answers from what is
 * live when this returns. Its MAC address, the routes by it and the host's
 * sysctls are taken as they are now: once one has changed, attach again.
 *
 * Returns 0, or -errno with error_set() when all is as it was before.
 */
int fast_attach(struct fast_attach *attach);

#endif
