/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROXY_HEADER_H
#define PROXY_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "peer.h"

/*
 * The header of the PROXY protocol, versions 1 and 2, by which a server in front
 * says whose connection it passes on (haproxy.org, proxy-protocol.txt).
 */
struct proxy_header {
	struct peer from, to; /* not known: those of the connection itself */
	bool tls;	      /* the client came by TLS */
	bool local; /* nobody's: the server in front looks whether we live */
};

enum {
	PROXY_HEADER_MAX = 4096, /* bytes; a longer one is malformed */
	PROXY_HEADER_OUT = 64,	 /* room for one that is written */
};

/*
 * proxy_header_read - read the header that some bytes begin with
 *
 * What comes behind it may be there, too. Version 2: of TLVs, PP2_TYPE_SSL says
 * whether it was TLS, PP2_TYPE_CRC32C is compared, others are passed over.
 * Returns how many bytes it has, 0 if it is not all there, -EINVAL if it is
 * malformed, -ENOENT if the bytes begin none.
 */
int proxy_header_read(struct proxy_header *header, const uint8_t *data,
		      size_t len);

/* Write one of version 2, of a client's connection: how many bytes. */
size_t proxy_header_write(uint8_t out[PROXY_HEADER_OUT],
			  const struct proxy_header *header);

#endif
