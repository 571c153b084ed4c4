/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ADDRESS_MAP_H
#define FAST_ADDRESS_MAP_H

#include <stdint.h>

struct fast_address_list;
struct fast_instance;

/*
 * The addresses of interfaces, as the instance's BPF map has them. All return
 * 0 or -errno with error_set() unless said otherwise.
 */

/* Add what the map has for an interface. */
int fast_address_read(const struct fast_instance *instance, uint32_t ifindex,
		      struct fast_address_list *list);

/* Make these the addresses of an interface. New ones are there before old ones
 * go; when it fails, what was there before is still there. */
int fast_address_set(const struct fast_instance *instance, uint32_t ifindex,
		     const struct fast_address_list *list);

/* Forget the interfaces, and their addresses, for which keep says 0. */
int fast_address_sweep(const struct fast_instance *instance,
		       int (*keep)(uint32_t ifindex, void *arg), void *arg);

/*
 * fast_address_sync - give the interfaces of this network namespace this
 * host's addresses, except those that were attached with others
 *
 * The caller holds the instance's lock (fast_attach.h).
 */
int fast_address_sync(const struct fast_instance *instance);

#endif
