/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <sys/types.h>

/*
 * A file's bytes, plain or out of gzip (RFC 1952), whichever it is: what
 * begins with 1f 8b is gzip, and so is then all of it, member after member.
 * What begins with the byte order mark of UTF-16 comes as UTF-8 without it.
 */
struct input;

/* path "-" is standard input. Returns 0 or -errno with error_set(). */
int input_open(struct input **input, const char *path);

/*
 * input_read - the next bytes
 *
 * Returns how many, fewer than size only at the end, 0 behind it; or -errno
 * with error_set(), never -EINVAL: -EBADMSG for gzip that is damaged, cut off,
 * or followed by bytes that are none.
 */
ssize_t input_read(struct input *input, void *dst, size_t size);

/* What input_open() was given, for messages. */
const char *input_name(const struct input *input);

void input_close(struct input *input); /* accepts NULL */

#endif
