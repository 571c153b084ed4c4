/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_KEEPER_H
#define ACCESS_KEEPER_H

/*
 * access_keeper_start - have a process that opens the file as its caller can now
 *
 * For a server that is to become another user. It ends with the server. Returns a
 * socket, or -errno with error_set().
 */
int access_keeper_start(const char *path);

/* Have it opened there: as access_file_open(). */
int access_keeper_open(int keeper, const char *path);

#endif
