/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "mhd_calls.h"

/*
 * Answers to requests for the page. Each has the fields that keep a browser from
 * taking anything from elsewhere, and from giving this to others. All return
 * NULL when memory runs out.
 */

/* Of a buffer from malloc(), which it owns from now on. */
struct MHD_Response *web_reply_new(char *body, size_t len, const char *type);

/* Of a text that stays. */
struct MHD_Response *web_reply_text(const char *text, const char *type);

/* Queue an answer, and let go of it. NULL ends the connection. */
enum MHD_Result web_reply_send(struct MHD_Connection *connection,
			       unsigned int status,
			       struct MHD_Response *response);

#endif
