/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_OPTIONS_H
#define VERIFY_OPTIONS_H

#include <stdbool.h>

#include "cmd_view.h"
#include "host.h"

struct cmd;

/* What the command line of verify says. */
struct verify_options {
	const char *against; /* NULL: no server is asked for the sources */
	char origin[HOST_SIZE + 20]; /* "http://ADDR:PORT" of it */
	unsigned int port;
	bool https, tls;
	struct cmd_view view;
	unsigned long long sample, rate, concurrency, timeout, top;
	bool certificates;
	const char *ca;
	bool crawl, json;
};

/* Read it: CMD_OK, or another exit code after a message. */
int verify_options_read(struct verify_options *options, const struct cmd *cmd,
			int argc, char **argv);

#endif
