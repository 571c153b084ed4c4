/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROXY_RECORD_H
#define PROXY_RECORD_H

#include <stdint.h>

struct proxy;

/* The status of a request whose client was gone, as other servers have it. */
enum { PROXY_RECORD_GONE = 499 };

/*
 * proxy_record_end - tell what came of a request that was kept
 * (conn_record_begin())
 * @status: of the answer
 * @bytes:  of its body
 *
 * Nothing if it was not kept, or nobody wants to know any more.
 */
void proxy_record_end(struct proxy *proxy, int status, uint64_t bytes);

/* The same where the connection breaks off: with what went to the client. */
void proxy_record_gone(struct proxy *proxy);

#endif
