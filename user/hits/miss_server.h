/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISS_SERVER_H
#define MISS_SERVER_H

struct miss_header;
struct miss_sum;

/*
 * miss_server_read - add a server's memory of misses (state/miss_memory.h)
 * @fd:     that it gave: anything
 * @header: receives that of the memory
 *
 * While the server writes; what it writes again and again meanwhile may not be of
 * one time. Nothing is mapped, so that it can do no harm. Returns 0; -EBADMSG
 * with error_set() for what is no such memory, or one of another version; or
 * another -errno with error_set().
 */
int miss_server_read(struct miss_sum *sum, int fd, struct miss_header *header);

#endif
