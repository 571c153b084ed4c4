/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct head;
struct map_key;

/*
 * request_path - bring path and query of a request to normal form
 * @path: origin-form (RFC 9112 3.2.1), or nothing at all before the '?'
 *
 * Returns 0 or the status that refuses the request: 400 for a byte that no
 * request may have, 414 when the normal form is over LIMIT_PATH.
 */
int request_path(struct map_key *key, const char *path, size_t len);

/*
 * request_key - what a request asks for, in normal form
 * @key:   filled for a lookup; its path is empty for OPTIONS *
 * @head:  complete, as head_scan() left it
 * @buf:   the bytes that it scanned
 * @https: whether it came by TLS
 *
 * Returns 0 or the status that refuses the request: 414 when path and query in
 * normal form are over LIMIT_PATH, 400 for what RFC 9112 3.2 says of Host, 421
 * for a target of https that came in plaintext (RFC 9110 7.4; one of http may
 * come by TLS). The framing of such a request is known: the connection may go
 * on.
 */
int request_key(struct map_key *key, const struct head *head,
		const uint8_t *buf, bool https);

#endif
