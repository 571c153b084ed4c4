// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "format_haproxy_call.h"

/* One argument, without its quotes (configuration.txt 2.2). Returns where it
 * ends; its length is at *len. */
static const char *arg_cut(const char *at, const char *end, char *out,
			   size_t *len)
{
	char quote = '\0';

	for (*len = 0; at < end; at++) {
		if (!quote && (*at == ',' || *at == ')'))
			break;
		if (!quote && (*at == '"' || *at == '\'')) {
			quote = *at;
		} else if (quote && *at == quote) {
			quote = '\0';
		} else if (*at == '\\' && quote != '\'' && at + 1 < end &&
			   strchr("\\ '\",)", at[1])) {
			out[(*len)++] = *++at;
		} else {
			out[(*len)++] = *at;
		}
	}
	return at;
}

static int args_cut(struct haproxy_call *call, struct format_pool *pool,
		    const char **text, const char *end)
{
	const char *at = *text;
	char *room = format_pool_text(pool, at, end - at);
	size_t len;

	if (!room)
		return -ENOMEM;
	do {
		at = arg_cut(at + 1, end, room, &len);
		if (call->args == HAPROXY_ARGS)
			return 0;
		call->arg[call->args++] = room;
		room[len] = '\0';
		room += len + 1;
	} while (at < end && *at == ',');
	if (at == end)
		return 0;
	*text = at + 1;
	return 1;
}

int haproxy_call(struct haproxy_call *call, struct format_pool *pool,
		 const char **text, const char *end)
{
	const char *at = *text;
	unsigned int i;
	int got = 1;

	while (at < end && (isalnum((unsigned char)*at) || strchr("._-", *at)))
		at++;
	*call = (struct haproxy_call){
		.name = format_pool_text(pool, *text, at - *text)};
	if (!call->name)
		return -ENOMEM;
	for (i = 0; i < HAPROXY_ARGS; i++)
		call->arg[i] = "";
	if (at == *text)
		return 0;
	*text = at;
	if (at < end && *at == '(')
		got = args_cut(call, pool, text, end);
	return got > 0 && *text < end && **text != ',' ? 0 : got;
}
