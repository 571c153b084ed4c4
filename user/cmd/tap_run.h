/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAP_RUN_H
#define TAP_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "tap.h"
#include "tap_line.h"

struct cmd;

struct tap_options {
	struct tap_host host;
	uint64_t code;	 /* 0: any */
	uint64_t sample; /* one in so many */
	uint64_t count;	 /* how many, and then end; 0: no end */
	bool misses;	 /* these alone */
	bool json;
	const char *pcap; /* a file, "-", or NULL */
	struct tap_without without;
};

/* tap_run - show what is answered until a signal or the count ends it: 0, or -errno
 * with error_set(). What cannot be seen is said on standard error. */
int tap_run(const struct cmd *cmd, const struct tap_options *options);

#endif
