/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_OPTIONS_H
#define FAST_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "fast_address.h"
#include "fast_link.h"
#include "fast_prefix.h"
#include "fastpath.h"

/* What is asked for when the fast path is put on an interface. */
struct fast_options {
	const char *state;
	const char *interface; /* its name, or another of up to 15 bytes */
	uint16_t port[FAST_PORTS_MAX]; /* host byte order */
	unsigned int ports;
	enum fast_mode mode;
	struct fast_address_list address; /* none: all of this host */
	struct fast_prefix_list prefix;	  /* ... and of these */
	unsigned int mss; /* to name in SYN-ACKs at most, 0: any */
	int miss_buckets; /* of each table of misses; -1: as it is, or usual */
	bool without_listener;
	bool force; /* wherever the routes lead back */
};

/* Whether addresses were named, rather than all of this host's meant. */
static inline bool fast_options_given(const struct fast_options *options)
{
	return options->address.count || options->prefix.count;
}

#endif
