/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "limit.h"

/*
 * Host names in normal form: lower case, A-labels, no final dot, no port;
 * an IPv4 address as dotted quad; an IPv6 address in brackets as inet_ntop()
 * writes it (RFC 5952).
 */

/* Room that every normal form fits in, its NUL included. */
#define HOST_SIZE (LIMIT_HOST + 1)

/*
 * host_request - bring the Host of a request to normal form
 * @dst:  HOST_SIZE bytes; receives the name, NUL-terminated
 * @src:  uri-host [":" port] as sent, no blanks around it (RFC 9112 3.2)
 *
 * Only ASCII is a host here (RFC 5891 3.1). Letters, digits, '-' and '_' make
 * a label. The port may be empty and is dropped. A name whose last label is all
 * digits must be an IPv4 address.
 * Returns the name's length, or -EINVAL for what is not a host.
 * Allocates nothing.
 */
ssize_t host_request(char *dst, const char *src, size_t len);

/*
 * host_rule - bring the host of a rule to normal form
 * @dst:     HOST_SIZE bytes; receives the name, NUL-terminated
 * @src:     UTF-8, without port; U-labels are converted (IDNA2008, UTS #46
 *           non-transitional); A-labels are taken as they are, since some are
 *           registered that IDNA2008 has not
 * @reason:  receives a text for people when the host is refused, valid until
 *           the thread's next call; where IDNA2008 alone refuses it, with the
 *           A-labels to write instead
 *
 * Wildcards are the caller's to take off.
 * Returns the name's length, or -EINVAL with *reason set.
 */
ssize_t host_rule(char *dst, const char *src, size_t len, const char **reason);

/* The value of a port's text, 0 to 65535 in 1 to 5 digits; else -EINVAL. */
int host_port(const char *text, size_t len);

/* Whether a host in normal form is an IPv4 or bracketed IPv6 address. */
bool host_is_address(const char *host, size_t len);

#endif
