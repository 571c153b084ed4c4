/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_PREFIX_MAP_H
#define FAST_PREFIX_MAP_H

#include <stdint.h>

struct fast_instance;
struct fast_prefix_list;

/*
 * The prefixes of interfaces, as the instance's BPF map has them. All return 0
 * or -errno with error_set() unless said otherwise.
 */

/* Fill an empty list with what the map has for an interface. */
int fast_prefix_read(const struct fast_instance *instance, uint32_t ifindex,
		     struct fast_prefix_list *list);

/* Make these the prefixes of an interface. New ones are there before old ones
 * go; when it fails, what was there before is still there. */
int fast_prefix_set(const struct fast_instance *instance, uint32_t ifindex,
		    const struct fast_prefix_list *list);

/* Forget those of interfaces for which keep says 0. */
int fast_prefix_sweep(const struct fast_instance *instance,
		      int (*keep)(uint32_t ifindex, void *arg), void *arg);

#endif
