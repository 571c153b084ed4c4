/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_H
#define SERVER_H

#include "server_options.h"

/* Have the process live through signals that other servers take for "reload" or
 * "open the logs anew", and those of a terminal that goes. */
void server_signals_ignore(void);

/*
 * server_run - answer requests until SIGTERM, SIGINT or SIGQUIT
 *
 * SIGHUP makes it look at once at what is live, and open its access log anew.
 * Returns 0, or -errno with error_set() when it could not start.
 */
int server_run(struct server_options *options);

#endif
