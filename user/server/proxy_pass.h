/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROXY_PASS_H
#define PROXY_PASS_H

struct proxy;

int proxy_from_client(struct proxy *proxy);
int proxy_to_fallback(struct proxy *proxy);
int proxy_from_fallback(struct proxy *proxy);
int proxy_to_client(struct proxy *proxy);

#endif
