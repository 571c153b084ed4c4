/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_INSTANCE_H
#define FAST_INSTANCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fast_pin.h"

/*
 * The fast path's instance of a state directory: what is pinned for it in the
 * bpf file system (fast_pin.h), in a folder of its own.
 */
struct fast_arena;
struct fast_instance;
struct fast_object;

/*
 * fast_instance_open - the instance of a state directory, if it has one
 *
 * -ENOENT, without error_set(), if there is none: nothing is attached, no bpf
 * file system, no state directory; and for users other than root also if they
 * may not search where it would be (fast_instance_hidden() tells). -ESTALE if
 * another user has put a folder in its place (fast_folder.h) while something is
 * attached; else such a folder counts as none. Otherwise 0 or -errno with
 * error_set(). Needs no privilege by itself: a map that this
 * user may not use only fails when it is asked for.
 */
int fast_instance_open(struct fast_instance **instance, const char *state);

/*
 * fast_instance_check - whether its maps are what this version takes them for
 *
 * Another version's programs cannot read our maps, nor we theirs: their values
 * may be longer than there is room for. Returns 0, or -EPROTONOSUPPORT with
 * error_set().
 */
int fast_instance_check(const struct fast_instance *instance);

/* Whether this user may not see if a state directory has an instance. */
bool fast_instance_hidden(const char *state);

/*
 * fast_instance_find - an instance in a folder, whole or not
 *
 * For mending and removing. -ESTALE if another user has put a folder in its
 * place. As fast_instance_open() otherwise.
 */
int fast_instance_find(struct fast_instance **instance, const char *state,
		       const char *folder);

/* The descriptor of a map, the instance's own; or -errno with error_set() if
 * this user may not use it (-EACCES). */
int fast_instance_map(const struct fast_instance *instance,
		      enum fast_pin_id id);

/*
 * fast_instance_arena - the instance's arena, mapped from now on
 *
 * The instance's own. Returns 0 or -errno with error_set(): -EACCES if this user
 * may not use it. Where it may only be read, so may what is mapped.
 */
int fast_instance_arena(const struct fast_instance *instance,
			struct fast_arena **arena);

/* As it was given, and the folder. */
const char *fast_instance_state(const struct fast_instance *instance);
const char *fast_instance_folder(const struct fast_instance *instance);

/* Accepts NULL. */
void fast_instance_close(struct fast_instance *instance);

#endif
