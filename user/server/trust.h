/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

enum { TRUST_MAX = 64 };

/* Networks whose servers are believed what they say of their clients. */
struct trust {
	struct trust_net {
		uint8_t address[16]; /* that of IPv4 is mapped */
		unsigned int bits;
	} net[TRUST_MAX];
	size_t count;
};

/*
 * trust_parse - add a network: ADDRESS, or ADDRESS/BITS
 *
 * Returns 0, or -EINVAL with error_set(), also if bits behind the prefix are set.
 */
int trust_parse(struct trust *trust, const char *text);

/* Whether one of them has an address. Those of a unix socket are let in by its
 * rights. */
bool trust_has(const struct trust *trust, const struct sockaddr *from);

#endif
