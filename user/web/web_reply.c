// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "web_reply.h"

static const char *const fields[][2] = {
	{"Content-Security-Policy",
	 "default-src 'none'; style-src 'self'; script-src 'self'; "
	 "connect-src 'self'; img-src 'self'; form-action 'self'; "
	 "base-uri 'none'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cache-Control", "no-store"},
};

static struct MHD_Response *reply_make(void *body, size_t len, const char *type,
				       enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response =
		mhd.create_response_from_buffer(len, body, mode);
	size_t i;

	if (!response)
		return NULL;
	mhd.add_response_header(response, "Content-Type", type);
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		mhd.add_response_header(response, fields[i][0], fields[i][1]);
	return response;
}

struct MHD_Response *web_reply_new(char *body, size_t len, const char *type)
{
	struct MHD_Response *response =
		reply_make(body, len, type, MHD_RESPMEM_MUST_FREE);

	if (!response)
		free(body);
	return response;
}

struct MHD_Response *web_reply_text(const char *text, const char *type)
{
	return reply_make((char *)text, strlen(text), type,
			  MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result web_reply_send(struct MHD_Connection *connection,
			       unsigned int status,
			       struct MHD_Response *response)
{
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	result = mhd.queue_response(connection, status, response);
	mhd.destroy_response(response);
	return result;
}
