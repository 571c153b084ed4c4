/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>

/*
 * Files that one user writes and another needs. Whatever the umask is, everyone
 * may read them who may enter the directory that they are in; its group may
 * write them if it may write there. What root makes in the directory of another
 * user is that user's.
 *
 * A directory may be another user's, who puts there what he likes: symbolic
 * links are not followed, and what has a second name is left as it is.
 */

/*
 * file_open - open a file, which O_CREAT in flags makes, with these rights
 *
 * One that is there only gets the owner of its directory. Returns a descriptor
 * or -errno.
 */
int file_open(const char *path, int flags);

/* Make a folder with these rights: 1, 0 if it is there, which then has them
 * if it is ours to change, or -errno. */
int file_folder(const char *path);

/* The number that a file begins with, as those of /proc/sys do; otherwise where
 * there is none to be read. */
int file_number(const char *path, int otherwise);

/* Whether a file has these rights, as far as reading goes. */
bool file_shared(const char *path);

#endif
