/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_SHARING_H
#define FAST_SHARING_H

#include <sys/types.h>

struct fast_reader_fds;

/*
 * The arena of a state directory's instance, for a server to read: looked for
 * now and then, since it may be attached later, or anew. Each is offered once.
 */
struct fast_sharing {
	dev_t device; /* of its folder of locks: the latest that was offered */
	ino_t inode;
};

/*
 * fast_sharing_look - open one that was not offered yet
 *
 * Returns 1, or 0 if there is none, it is of another layout, it may not be used,
 * or it is the same. What is in the instance's folder is used if that is root's
 * (fast_folder.h). Changes no error_text() that the caller tells.
 */
int fast_sharing_look(struct fast_sharing *offer, const char *state,
		      struct fast_reader_fds *fds);

#endif
