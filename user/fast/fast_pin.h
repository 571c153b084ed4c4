/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_PIN_H
#define FAST_PIN_H

#include <stddef.h>

/*
 * What is pinned in the bpf file system, and what it is called there, where
 * names have no dots.
 *
 *   ROOT/NAME/arena ...          the maps (fastpath.h)
 *   ROOT/NAME/arena_free         a program (fast_arena_free.h), or not yet
 *   ROOT/NAME/arena_readers      an empty folder, of locks (fast_readers.h)
 *   ROOT/NAME/layout_N           an empty folder: FAST_LAYOUT of all that
 *   ROOT/NAME/IFACE/xdp, tc      the links of an interface
 *   ROOT/NAME/IFACE/at_NETNS_N   an empty folder: the cookie of its network
 *                                namespace (decimal), its interface index
 *
 * ROOT is DETOUR_BPFFS or /sys/fs/bpf/detour. NAME is the real path of the
 * state directory without the first '/', the others as '-', every other byte
 * but A-Z a-z 0-9 as _xx (lower-case hex, '-' and '_' too); where that is over
 * 200 bytes, the first 180 of it, "__" and a hash. IFACE is escaped likewise,
 * and its first byte is if it would be a map's name.
 */

enum fast_pin_id {
	FAST_PIN_ARENA,
	FAST_PIN_COUNTERS,
	FAST_PIN_COOKIE_KEYS,
	FAST_PIN_ADDRESSES,
	FAST_PIN_INTERFACES,
	FAST_PIN_FLOWS,
	FAST_PIN_PREFIXES,
	FAST_PIN_MISSES,
	FAST_PIN_TAPS,
	FAST_PIN_TAP_RECORDS,
	FAST_PINS,
};

/* The name of a map's pin. */
const char *fast_pin_name(enum fast_pin_id id);

/* The name of the program's pin, which no interface's folder can have. */
#define FAST_PIN_FREER "arena_free"

/* The folder of all instances; PATH_MAX bytes of room. Below "ip netns exec" it
 * is the one that the first process sees. */
void fast_pin_root(char *path);

/*
 * fast_pin_folder - the folder of a state directory's instance
 * @path: PATH_MAX bytes of room
 *
 * The state directory itself may be lost, the one that it was in may not.
 * Returns 0 or -errno.
 */
int fast_pin_folder(char *path, const char *state);

/* What NAME is for a real path; FAST_PIN_NAME_SIZE bytes of room. */
enum { FAST_PIN_NAME_SIZE = 256 };
void fast_pin_escape(char *name, const char *real);

/* The real path that such a name is of: size bytes of room, -EINVAL if it is
 * none or does not say it all. */
int fast_pin_state(char *real, size_t size, const char *name);

/* The folder's name of an interface of up to 15 bytes; FAST_PIN_NAME_SIZE bytes
 * of room. And back: size bytes of room, -EINVAL if it is none. */
void fast_pin_interface(char *name, const char *interface);
int fast_pin_parse(char *interface, size_t size, const char *name);

#endif
