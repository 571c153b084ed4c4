/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_FOLDER_H
#define FAST_FOLDER_H

/*
 * fast_folder_check - whether a folder of the bpf file system is root's
 *
 * What another user has made or may change there is not to be taken for the
 * fast path's. Returns 0, -ENOENT without error_set() if it is not there, or
 * -errno with it: -ESTALE for one that another user owns or may write to, also
 * by way of a link.
 */
int fast_folder_check(const char *path);

/* The same of a file system's own folder, where others may add but, by its
 * sticky bit, not take away. */
int fast_folder_check_shared(const char *path);

/* Make one that only root may write to, or take one that is there and passes
 * the check. Returns 0 or -errno with error_set(). */
int fast_folder_make(const char *path);

/* Remove one, and what is in it but for folders that are not empty. Goes on
 * where something cannot be removed, and then returns -errno with
 * error_set(). */
int fast_folder_remove(const char *path);

#endif
