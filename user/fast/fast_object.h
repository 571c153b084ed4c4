/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_OBJECT_H
#define FAST_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "fast_instance.h"
#include "receive.h"

struct bpf_map;
struct fast_object;

/*
 * The programs of the fast path, embedded into this binary. libbpf's messages
 * are kept off stderr for good from the first call; what they say about a
 * program that the kernel refuses becomes part of the error.
 *
 * All functions return 0 or -errno with error_set() unless said otherwise.
 */
int fast_object_open(struct fast_object **object);

/*
 * fast_object_load - have the kernel verify the programs for an interface
 * @interface: the name of the one whose MAC address, that it has now, is on the
 *             frames that they take
 * @port:      host byte order
 * @receive:   what SYN-ACKs say
 *
 * They use the instance's maps. Once for each object.
 */
int fast_object_load(struct fast_object *object,
		     const struct fast_instance *instance,
		     const char *interface, const uint16_t *port,
		     unsigned int ports, const struct fast_receive *receive);

/* Tell the programs, once it is known, whether XDP is in generic mode. */
void fast_object_generic(struct fast_object *object, bool generic);

/* Before it is loaded: the programs ask for prefixes of addresses, too. */
void fast_object_by_prefix(struct fast_object *object);

/* Before loading: the interface is a port of a bridge. */
void fast_object_bridged(struct fast_object *object);

/* How many buckets each table of misses has in an instance that is made for it.
 * Returns 0 or -errno with error_set(). */
int fast_object_misses(struct fast_object *object, uint32_t buckets);

/* What the programs take a map for; valid until it is closed. */
const struct bpf_map *fast_object_map(const struct fast_object *object,
				      enum fast_pin_id id);

/* Descriptors of the loaded programs, the object's own. */
int fast_object_xdp(const struct fast_object *object);
int fast_object_tc(const struct fast_object *object);

/* What is not pinned or linked goes. Accepts NULL. */
void fast_object_close(struct fast_object *object);

#endif
