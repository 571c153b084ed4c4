/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ADDRESS_MAP_H
#define FAST_ADDRESS_MAP_H

#include <stdint.h>

struct fast_addresses;
struct fast_instance;

/*
 * The addresses of interfaces, as the instance's BPF map has them. All return
 * 0 or -errno with error_set() unless said otherwise.
 */

/* Fill empty lists with what the map has for an interface. */
int fast_address_read(const struct fast_instance *instance, uint32_t ifindex,
		      struct fast_addresses *addresses);

/* Make these the addresses of an interface. New ones are there before old ones
 * go; when it fails, what was there before is still there. Martian ones that
 * the map has no room for are left out. */
int fast_address_set(const struct fast_instance *instance, uint32_t ifindex,
		     const struct fast_addresses *addresses);

/* Forget the interfaces, and their addresses, for which keep says 0. */
int fast_address_sweep(const struct fast_instance *instance,
		       int (*keep)(uint32_t ifindex, void *arg), void *arg);

/*
 * fast_address_sync - give the interfaces of this network namespace this
 * host's addresses, but those that were attached with others only the martian
 * ones
 *
 * The caller holds the instance's lock (fast_lock.h).
 */
int fast_address_sync(const struct fast_instance *instance);

#endif
