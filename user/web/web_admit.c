// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "host.h"
#include "web_admit.h"
#include "web_options.h"
#include "web_token.h"

static const struct web_refusal wrong_method = {
	MHD_HTTP_METHOD_NOT_ALLOWED,
	"only GET and HEAD: nothing is changed here\n", "Allow", "GET, HEAD"};
static const struct web_refusal no_token = {MHD_HTTP_UNAUTHORIZED,
					    "a token is needed\n",
					    "WWW-Authenticate", "Bearer"};
static const struct web_refusal wrong_host = {
	MHD_HTTP_MISDIRECTED_REQUEST,
	"asked by a name that is not given to detour web: --host NAME\n", NULL,
	NULL};

void web_admit_set(struct web_admit *admit, const struct web_options *options,
		   const struct web_token *token)
{
	admit->options = options;
	admit->token = token;
	admit->any_host = token->len || web_listen_local(&options->listen);
}

static const char *field_of(struct MHD_Connection *connection, const char *name,
			    size_t *len)
{
	const char *value = NULL;

	*len = 0;
	mhd.lookup_connection_value_n(connection, MHD_HEADER_KIND, name,
				      strlen(name), &value, len);
	return value;
}

static bool is_localhost(const char *host)
{
	static const char name[] = "localhost";
	size_t len = strlen(host), skip = sizeof(name) - 1;

	return len >= skip && !strcmp(host + len - skip, name) &&
	       (len == skip || host[len - skip - 1] == '.');
}

static bool host_fits(const struct web_options *options, const char *field,
		      size_t field_len)
{
	char host[HOST_SIZE];
	ssize_t len;
	size_t i;

	/* A browser, which could be led here by a name, always says it. */
	if (!field)
		return true;
	len = host_request(host, field, field_len);
	if (len <= 0)
		return false;
	if (host_is_address(host, len) || is_localhost(host))
		return true;
	for (i = 0; i < options->host_count; i++)
		if (!strcmp(options->hosts[i], host))
			return true;
	return false;
}

const struct web_refusal *web_admit(const struct web_admit *admit,
				    struct MHD_Connection *connection,
				    const char *path, const char *method)
{
	const char *field;
	size_t len;

	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return &wrong_method;
	if (!strcmp(path, "/healthz"))
		return NULL;
	field = field_of(connection, "Authorization", &len);
	if (admit->token->len && !web_token_fits(admit->token, field, len))
		return &no_token;
	field = field_of(connection, "Host", &len);
	if (!admit->any_host && !host_fits(admit->options, field, len))
		return &wrong_host;
	return NULL;
}
