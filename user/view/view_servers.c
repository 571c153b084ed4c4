// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "error.h"
#include "json.h"
#include "live_file.h"
#include "server_list_read.h"
#include "view_servers.h"

struct servers {
	const char *state;
	uint64_t live;
	bool behind;
	json_t *list;
};

/* Whether it answers from what is live: from a later release if that is live
 * meanwhile. */
static bool server_follows(const struct servers *servers,
			   const struct server_list_entry *server)
{
	struct live_file now;

	if (!server->known || server->release < servers->live)
		return false;
	return server->release == servers->live ||
	       (!live_file_read(servers->state, &now) &&
		server->release <= now.release);
}

static int server_take(const struct server_list_entry *server, void *arg)
{
	struct servers *servers = arg;
	bool follows = server_follows(servers, server);
	json_t *value = json_pack("{s:I, s:o, s:I, s:I, s:b, s:b, s:[I,I]}",
				  "pid", (json_int_t)server->pid, "listen",
				  json_of_text(server->listen), "since",
				  (json_int_t)server->since, "release",
				  (json_int_t)server->release, "known",
				  server->known, "current", follows, "layouts",
				  (json_int_t)server->layout_min,
				  (json_int_t)server->layout_max);

	if (!follows)
		servers->behind = true;
	if (json_array_append_new(servers->list, value))
		return error_sys(-ENOMEM, "cannot list the servers");
	return 0;
}

int view_servers_take(const char *state, uint64_t live, bool *behind,
		      json_t **list)
{
	struct servers servers = {
		.state = state,
		.live = live,
		.list = json_array(),
	};
	int err = server_list_each(state, server_take, &servers);

	if (err) {
		json_decref(servers.list);
		return err;
	}
	*behind |= servers.behind;
	*list = servers.list;
	return 0;
}
