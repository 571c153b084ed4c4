/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_RECORD_H
#define FAST_RECORD_H

#include "fast_address.h"
#include "fast_prefix.h"
#include "fastpath.h"

struct fast_instance;

/* What an instance's maps say of an interface. All functions return 0 or -errno
 * with error_set() unless said otherwise. */
struct fast_record {
	struct fast_interface interface;
	struct fast_addresses addresses;
	struct fast_prefix_list prefixes;
};

/* All zero if there is nothing. What a record's lists have goes with
 * fast_record_free(), which accepts one that is all zero. */
int fast_record_read(const struct fast_instance *instance, uint32_t ifindex,
		     struct fast_record *record);

/* Accepts one that is all zero. */
void fast_record_free(struct fast_record *record);

/* Write it, with the addresses and prefixes. */
int fast_record_write(const struct fast_instance *instance, uint32_t ifindex,
		      const struct fast_record *record);

/* Set FAST_IF_DRAINING, if there is a record. */
int fast_record_drain(const struct fast_instance *instance, uint32_t ifindex);

/* Forget the interfaces that no live link of a folder is of. */
int fast_record_sweep(const struct fast_instance *instance);

#endif
