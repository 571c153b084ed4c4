/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ATTACH_H
#define FAST_ATTACH_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "fast_address.h"
#include "fast_link.h"
#include "fast_note.h"
#include "fast_prefix.h"
#include "fastpath.h"

struct fast_attach {
	const char *state;
	const char *interface; /* its name, or another of up to 15 bytes */
	uint16_t port[FAST_PORTS_MAX]; /* host byte order */
	unsigned int ports;
	enum fast_mode mode;
	struct fast_address_list address; /* none: all of this host */
	struct fast_prefix_list prefix;	  /* ... and of these */
	unsigned int mss; /* to name in SYN-ACKs at most, 0: any */
	bool without_listener;
	bool force; /* wherever the routes lead back */

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
