/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_OPTIONS_H
#define WEB_OPTIONS_H

#include <stddef.h>

#include "web_listen.h"

enum { WEB_HOSTS = 16 };

/* What the page's server is told when it starts. */
struct web_options {
	const char *state;
	struct web_listen listen;
	const char *user;	      /* to become, or NULL */
	const char *token_file;	      /* or NULL */
	const char *hosts[WEB_HOSTS]; /* names that it is asked by, beside
				       * addresses and localhost */
	size_t host_count;
	const char *commit; /* of the program, for /metrics */
};

#endif
