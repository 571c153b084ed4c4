/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_INSTANCE_MAKE_H
#define FAST_INSTANCE_MAKE_H

struct fast_instance;
struct fast_object;

/* All return 0 or -errno with error_set() unless said otherwise. */

/*
 * fast_instance_create - open the instance or make what is missing of it
 *
 * An instance of another layout is removed and made anew if no link uses it,
 * else -EBUSY. The state directory exists, and the caller holds its lock.
 * Returns 0 or -errno with error_set(); then nothing new is left behind.
 */
int fast_instance_create(struct fast_instance **instance, const char *state,
			 const struct fast_object *object);

/*
 * fast_instance_remove - unpin all of an instance to which nothing is attached
 *
 * The root folder goes, too, if it is empty and no command holds it by a shared
 * lock (flock). Returns 0 or -errno with error_set().
 */
int fast_instance_remove(const char *folder);

#endif
