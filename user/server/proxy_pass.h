/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROXY_PASS_H
#define PROXY_PASS_H

#include "proxy.h"

/* Move what can be moved, in each direction, to and from the proxy's
 * buffers. */
enum proxy_result proxy_from_client(struct proxy *proxy);
enum proxy_result proxy_to_fallback(struct proxy *proxy);
enum proxy_result proxy_from_fallback(struct proxy *proxy);
enum proxy_result proxy_to_client(struct proxy *proxy);

#endif
