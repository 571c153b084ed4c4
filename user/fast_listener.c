// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "error.h"
#include "fast_listener.h"

enum { LISTENER_STATE = 0x0a /* TCP_LISTEN */ };

void fast_listener_scan(FILE *table, bool listening[65536])
{
	unsigned int port, state;
	char line[512];

	while (fgets(line, sizeof(line), table)) {
		/* slot, local address and port, peer's, state */
		if (sscanf(line, "%*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x",
			   &port, &state) != 2)
			continue;
		if (state != LISTENER_STATE)
			return;
		if (port < 65536)
			listening[port] = true;
	}
}

static int table_scan(const char *path, bool *listening)
{
	FILE *table = fopen(path, "re");

	if (!table)
		return -errno;
	fast_listener_scan(table, listening);
	fclose(table);
	return 0;
}

int fast_listener_check(const uint16_t *port, unsigned int ports)
{
	bool *listening = calloc(65536, sizeof(*listening));
	unsigned int i;
	int err;

	if (!listening)
		return error_sys(-ENOMEM, "cannot look for listeners");
	err = table_scan("/proc/self/net/tcp", listening);
	if (err)
		error_sys(err, "cannot read /proc/self/net/tcp");
	/* There is none where the kernel has no IPv6. */
	table_scan("/proc/self/net/tcp6", listening);
	for (i = 0; i < ports && !err; i++)
		if (!listening[port[i]])
			err = error_set(
				-ENOTCONN,
				"nothing listens on port %" PRIu16
				" (--without-listener attaches all the same)",
				port[i]);
	free(listening);
	return err;
}
