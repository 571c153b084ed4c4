// SPDX-License-Identifier: BSD-2-Clause
/* What a connection to a listener of proxy begins with. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxy_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_proxy_header: %s\n", what);
	abort();
}

/* Of a copy that ends where the bytes end, for ASan to watch over. */
static int header_read(struct proxy_header *header, const uint8_t *data,
		       size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	int result;

	if (!bytes)
		abort();
	if (size)
		memcpy(bytes, data, size);
	result = proxy_header_read(header, bytes, size);
	free(bytes);
	return result;
}

static bool is_same(const struct peer *a, const struct peer *b)
{
	return a->family == b->family && a->port == b->port &&
	       !memcmp(a->address, b->address, sizeof(a->address));
}

/* What is read is the same when it is passed on. */
static void check_written(const struct proxy_header *header)
{
	uint8_t out[PROXY_HEADER_OUT];
	size_t len = proxy_header_write(out, header);
	struct proxy_header again;

	if (len > sizeof(out) || header_read(&again, out, len) != (int)len)
		fail("written as no header");
	if (!is_same(&again.from, &header->from) ||
	    !is_same(&again.to, &header->to) || again.tls != header->tls)
		fail("written as another one");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proxy_header header, part;
	int result = header_read(&header, data, size), piecewise = 0;
	size_t n;

	for (n = 0; n <= size && !piecewise; n++)
		piecewise = header_read(&part, data, n);
	if (piecewise != result)
		fail("another result byte by byte");
	if (!result && size > PROXY_HEADER_MAX)
		fail("waited for behind the most that there can be");
	if (result < 0 && result != -EINVAL && result != -ENOENT)
		fail("error");
	if (result <= 0)
		return 0;
	if ((size_t)result > size || result > PROXY_HEADER_MAX)
		fail("length");
	if (header.local && (header.from.family || header.tls))
		fail("a client of a local one");
	check_written(&header);
	return 0;
}

#include "fuzz_replay.h"
