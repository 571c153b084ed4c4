// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"
#include "fast_status.h"
#include "follow.h"
#include "json.h"
#include "live_file.h"
#include "release.h"
#include "release_view.h"
#include "store_release.h"
#include "view_drafts.h"
#include "view_map.h"
#include "view_servers.h"
#include "view_status.h"

enum { STATUS_WAIT = 1000 }; /* ms, for servers that are just told */

static int release_take(const struct store_release *release, void *arg)
{
	json_t *root = arg;

	json_object_set_new(root, "time", json_integer(release->time));
	json_object_set_new(root, "user", json_of_text(release->user));
	json_object_set_new(root, "command", json_of_text(release->command));
	json_object_set_new(root, "message", json_of_text(release->message));
	return 0;
}

/* The log entry of the live release, and the number of its rules. */
static int store_take(json_t *root, const char *state, uint64_t live)
{
	struct release_view view;
	json_t *drafts;
	int err;

	err = release_view_open(&view, state, live, stderr);
	if (err)
		return err;
	json_object_set_new(root, "rules", json_integer(view.rules));
	if (view.release)
		err = store_log(view.store, view.release, view.release,
				release_take, root);
	if (!err)
		err = view_drafts_store(&view, state);
	if (!err) {
		err = view_drafts_names(view.store, live, &drafts);
		json_object_set_new(root, "drafts", drafts);
	}
	release_view_close(&view);
	return err;
}

/* Without a store, what answers can still be said. */
static int status_take(json_t *root, bool *wrong, const char *state)
{
	json_t *fastpath, *servers;
	struct live_file live;
	int err;

	json_object_set_new(root, "servers", json_array());
	err = release_read(state, &live, stderr);
	if (err)
		return err;
	json_object_set_new(root, "state", json_of_text(state));
	json_object_set_new(root, "release", json_integer(live.release));
	json_object_set_new(root, "map",
			    *live.map ? view_map_take(state, live.map, wrong)
				      : json_null());
	if (store_take(root, state, live.release)) {
		*wrong = true;
		json_object_set_new(root, "error", json_of_text(error_text()));
	}
	err = fast_status_take(state, live.release, stderr, &fastpath);
	if (err)
		return err;
	json_object_set_new(root, "fastpath", fastpath);
	err = follow_wait(state, live.release, STATUS_WAIT);
	if (err >= 0)
		err = view_servers_take(state, live.release, wrong, &servers);
	if (!err)
		json_object_set_new(root, "servers", servers);
	return err;
}

int view_status_take(json_t **root, bool *wrong, const char *state)
{
	*root = json_object();
	if (!*root)
		return error_sys(-ENOMEM, "cannot gather the status");
	return status_take(*root, wrong, state);
}
