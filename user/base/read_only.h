/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef READ_ONLY_H
#define READ_ONLY_H

/*
 * read_only_open - a descriptor of this process' memory for others
 * @fd: of memfd_create(), whose memory is mapped already; it stays open
 *
 * Whoever is given it can read the memory, and cannot open it anew to write,
 * unless he is root or this process' user. Without the rights that are taken
 * away here anyone could, by /proc/self/fd. Returns the descriptor, or -errno.
 */
int read_only_open(int fd);

#endif
