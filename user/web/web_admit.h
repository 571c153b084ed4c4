/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_ADMIT_H
#define WEB_ADMIT_H

#include <stdbool.h>

#include "mhd_calls.h"

struct web_options;
struct web_token;

/* Which requests are answered. */
struct web_admit {
	const struct web_options *options;
	const struct web_token *token;
	bool any_host;
};

struct web_refusal {
	unsigned int status;
	const char *text;
	const char *field, *value; /* of the answer, or NULL */
};

/* Both live as long as it does. */
void web_admit_set(struct web_admit *admit, const struct web_options *options,
		   const struct web_token *token);

/*
 * web_admit - why a request is not answered, or NULL
 *
 * Only GET and HEAD are. Without the token, where one is wanted, only /healthz;
 * where none is wanted and not on a unix socket, only by an address, localhost
 * or a name that was given: a browser that was led here by a name that another
 * site has turned to this address sends that.
 */
const struct web_refusal *web_admit(const struct web_admit *admit,
				    struct MHD_Connection *connection,
				    const char *path, const char *method);

#endif
