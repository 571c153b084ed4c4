// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "fast_counters.h"
#include "fast_status.h"
#include "json.h"
#include "live_file.h"
#include "store.h"
#include "store_prune.h"
#include "store_release.h"
#include "view_counters.h"
#include "view_drafts.h"
#include "view_figures.h"
#include "view_map.h"
#include "view_release.h"
#include "view_servers.h"

enum {
	FIGURES_SHARE = 20, /* of the time that a look at all rules may take */
	MAP_KEPT = 60000,   /* ms */
	STORE_KEPT = 5000,  /* ms: drafts come and go without a release */
};

/* What was taken of the store, and when. */
struct store_part {
	json_t *rules, *releases, *drafts;
	char *problem; /* or NULL */
	int64_t taken;
	struct live_file live;
};

/* The map that was checked last. */
struct map_part {
	json_t *value;
	char name[sizeof(((struct live_file *)0)->map)];
	int64_t taken, cost;
};

struct view_figures {
	const char *state;
	struct store_part store;
	struct map_part map;
	struct view_used *used;
};

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int view_figures_new(struct view_figures **figures, const char *state)
{
	*figures = calloc(1, sizeof(**figures));
	if (!*figures)
		return error_sys(-ENOMEM, "cannot gather figures");
	(*figures)->state = state;
	return view_used_new(&(*figures)->used, state);
}

/* Parts that fail for one reason say it once. */
static void problem_say(json_t *root, const char *text)
{
	json_t *problems = json_object_get(root, "problems"), *value;
	json_t *said = json_of_text(text);
	size_t i;

	json_array_foreach(problems, i, value)
	{
		if (json_equal(value, said)) {
			json_decref(said);
			return;
		}
	}
	json_array_append_new(problems, said);
}

static void problem_add(void *root)
{
	problem_say(root, error_text());
}

static void counters_take(json_t *root, const char *state)
{
	struct view_counters counters;
	json_t *fast = json_null(), *socket = json_object();
	int i;

	if (view_counters_read(&counters, state, problem_add, root))
		problem_add(root);
	if (counters.attached)
		fast = json_object();
	for (i = 0; counters.attached && i < COUNTER_COUNT; i++)
		json_object_set_new(fast, fast_counter_name(i),
				    json_integer(counters.fast[i]));
	for (i = 0; i < SERVE_COUNT; i++)
		json_object_set_new(socket,
				    serve_counter_name(i) + strlen("socket_"),
				    json_integer(counters.socket[i]));
	json_object_set_new(root, "counters",
			    json_pack("{s:o, s:b, s:o}", "fastpath", fast,
				      "hidden", counters.hidden, "socket",
				      socket));
}

/* What is said of a mark of the fast path without one is a problem, too. */
static json_t *interfaces_take(json_t *root, const char *state, uint64_t live)
{
	json_t *list = NULL;
	char *said = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&said, &len);

	if (fast_status_take(state, live, out, &list)) {
		problem_add(root);
		list = json_array();
	}
	if (out && !fclose(out) && len) {
		said[strcspn(said, "\n")] = '\0';
		problem_say(root, said);
	}
	free(said);
	return list;
}

struct release_list {
	json_t *list;
	struct store_pruned pruned;
};

static int release_add(const struct store_release *release, void *arg)
{
	struct release_list *releases = arg;

	return json_array_append_new(
		releases->list, view_release_json(release, &releases->pruned));
}

static int store_list(struct store_part *part, struct store *store)
{
	struct release_list releases = {.list = part->releases};
	uint64_t live = part->live.release, rows, rules, first = 1;
	int err = store_rows(store, live, &rows, &rules);

	if (err)
		return err;
	part->rules = json_integer(rules);
	if (live > VIEW_RELEASES)
		first = live - VIEW_RELEASES + 1;
	err = store_pruned(store, &releases.pruned);
	if (!err)
		err = store_log(store, first, live, release_add, &releases);
	if (err)
		return err;
	json_decref(part->drafts);
	return view_drafts_names(store, live, &part->drafts);
}

/* Before the first release there may be drafts, or no store. */
static int store_read(struct store_part *part, const char *state)
{
	struct store *store = NULL;
	int err;

	if (!part->live.release && !store_exists(state)) {
		part->rules = json_integer(0);
		return 0;
	}
	err = store_open(&store, state, STORE_READ);
	if (!err)
		err = store_list(part, store);
	store_close(store);
	return err;
}

static void store_forget(struct store_part *part)
{
	json_decref(part->rules);
	json_decref(part->releases);
	json_decref(part->drafts);
	free(part->problem);
	memset(part, 0, sizeof(*part));
}

static void store_take(struct view_figures *figures, json_t *root,
		       const struct live_file *live)
{
	struct store_part *part = &figures->store;
	int64_t now = clock_ms(CLOCK_MONOTONIC);

	if (!part->taken || now - part->taken > STORE_KEPT ||
	    memcmp(&part->live, live, sizeof(*live))) {
		store_forget(part);
		part->live = *live;
		part->taken = now;
		part->releases = json_array();
		part->drafts = json_array();
		if (store_read(part, figures->state))
			part->problem = strdup(error_text());
	}
	if (part->problem)
		problem_say(root, part->problem);
	json_object_set(root, "rules", part->rules ? part->rules : json_null());
	json_object_set(root, "releases", part->releases);
	json_object_set(root, "drafts", part->drafts);
}

/* A map file never changes, but may be damaged any day. */
static json_t *map_take(struct view_figures *figures, const char *name)
{
	struct map_part *part = &figures->map;
	int64_t now = clock_ms(CLOCK_MONOTONIC);
	bool damaged = false;

	if (!*name)
		return json_null();
	if (part->value && !strcmp(part->name, name) &&
	    now - part->taken < MAP_KEPT)
		return json_incref(part->value);
	if (part->value && now - part->taken < part->cost * FIGURES_SHARE)
		return strcmp(part->name, name)
			       ? json_pack("{s:s}", "file", name)
			       : json_incref(part->value);
	json_decref(part->value);
	part->value = view_map_take(figures->state, name, &damaged);
	snprintf(part->name, sizeof(part->name), "%s", name);
	part->taken = clock_ms(CLOCK_MONOTONIC);
	part->cost = part->taken - now;
	return json_incref(part->value);
}

static void live_take(struct view_figures *figures, json_t *root)
{
	json_t *servers = NULL;
	struct live_file live;
	bool behind = false;

	memset(&live, 0, sizeof(live));
	if (live_file_read(figures->state, &live)) {
		problem_add(root);
		json_object_set_new(root, "release", json_null());
		json_object_set_new(root, "rules", json_null());
		json_object_set_new(root, "releases", json_array());
		json_object_set_new(root, "drafts", json_array());
	} else {
		json_object_set_new(root, "release",
				    json_integer(live.release));
		store_take(figures, root, &live);
	}
	json_object_set_new(root, "map", map_take(figures, live.map));
	if (view_servers_take(figures->state, live.release, &behind,
			      &servers)) {
		problem_add(root);
		servers = json_array();
	}
	json_object_set_new(root, "servers", servers);
	json_object_set_new(root, "interfaces",
			    interfaces_take(root, figures->state,
					    live.release));
}

/* Who reads rules has a damaged map rebuilt: looking does not do that. */
static bool is_sound(const json_t *root)
{
	const json_t *map = json_object_get(root, "map");

	return json_is_integer(json_object_get(root, "release")) &&
	       (json_is_null(map) ||
		json_is_true(json_object_get(map, "sound")));
}

json_t *view_figures_take(struct view_figures *figures, enum view_wish wish)
{
	json_t *root =
		json_pack("{s:o, s:I, s:I, s:[]}", "state",
			  json_of_text(figures->state), "time",
			  (json_int_t)clock_ms(CLOCK_REALTIME), "clock",
			  (json_int_t)clock_ms(CLOCK_MONOTONIC), "problems");

	if (!root) {
		error_sys(-ENOMEM, "cannot gather figures");
		return NULL;
	}
	/* The release before the counters of who answers from it. */
	live_take(figures, root);
	counters_take(root, figures->state);
	view_used_take(figures->used, root,
		       is_sound(root) ? wish : VIEW_NO_WISH);
	return root;
}

void view_figures_free(struct view_figures *figures)
{
	if (!figures)
		return;
	store_forget(&figures->store);
	json_decref(figures->map.value);
	view_used_free(figures->used);
	free(figures);
}
