/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_PIN_H
#define FAST_PIN_H

#include <stddef.h>

/* Names in the bpf file system, as fast_instance.h has them: it allows no dots
 * in them. */

/* The folder of all instances; PATH_MAX bytes of room. Below "ip netns exec" it
 * is the one that the first process sees. */
void fast_name_root(char *path);

/*
 * fast_name_folder - the folder of a state directory's instance
 * @path: PATH_MAX bytes of room
 *
 * The state directory itself may be lost, the one that it was in may not.
 * Returns 0 or -errno.
 */
int fast_name_folder(char *path, const char *state);

/* What NAME is for a real path; FAST_NAME_SIZE bytes of room. */
enum { FAST_NAME_SIZE = 256 };
void fast_name_escape(char *name, const char *real);

/* The real path that such a name is of: size bytes of room, -EINVAL if it is
 * none or does not say it all. */
int fast_name_state(char *real, size_t size, const char *name);

/* The folder's name of an interface of up to 15 bytes; FAST_NAME_SIZE bytes of
 * room. And back: size bytes of room, -EINVAL if it is none. */
void fast_name_interface(char *name, const char *interface);
int fast_name_parse(char *interface, size_t size, const char *name);

#endif
