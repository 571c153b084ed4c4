/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_FILE_H
#define LIVE_FILE_H

#include <stdint.h>

/*
 * The live file: the release that answers, and the cutover. All return 0 or
 * -errno with error_set() unless said otherwise.
 */

struct live_file {
	uint64_t release; /* 0: none yet */
	char map[64];	  /* file name below maps/; "" for none */
	uint64_t inode;	  /* of the live file, and when it was written: ... */
	int64_t written;  /* ... another state directory is told by them */
};

/*
 * live_file_read - what is live
 *
 * Returns 0 or -errno with error_set(): -ENOENT without a state directory or
 * live file, -EBADMSG for a damaged one. Makes no other system calls than
 * open, read, fstat and close.
 */
int live_file_read(const char *state, struct live_file *live);

/*
 * live_file_write - the cutover
 *
 * Returns 0, or -errno with error_set() when nothing has changed, or 1 with
 * error_set() when the new release is live but could not be made durable.
 * The lock is held by the caller.
 */
int live_file_write(const char *state, const struct live_file *live);

/* The first half of it: live at once, durable after state_sync(state). Returns
 * 0, or -errno with error_set() when nothing has changed. */
int live_file_replace(const char *state, const struct live_file *live);

/* Remove what an interrupted one left. */
void live_file_clean(const char *state);

#endif
