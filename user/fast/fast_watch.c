// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "fast_address_watch.h"
#include "fast_keeper.h"
#include "fast_sharing.h"
#include "fast_reader.h"
#include "fast_watch.h"

struct fast_watch {
	struct fast_address_watch *own; /* NULL with a keeper */
	int keeper; /* the process that does it instead, or -1 */
	bool shares;
	struct fast_sharing offer;
	char *state;
};

/* The child goes on with what was begun here. */
static int keeper_start(struct fast_watch *watch)
{
	watch->keeper = fast_keeper_start(watch->own, watch->state);
	if (watch->keeper < 0)
		return watch->keeper;
	fast_address_watch_close(watch->own);
	watch->own = NULL;
	return 0;
}

int fast_watch_open(struct fast_watch **result, const char *state)
{
	struct fast_watch *watch = calloc(1, sizeof(*watch));
	int err;

	if (!watch)
		return error_sys(-ENOMEM, "cannot follow the addresses");
	watch->keeper = -1;
	watch->state = strdup(state);
	err = watch->state ? fast_address_watch_open(&watch->own, state)
			   : error_sys(-ENOMEM, "cannot follow the addresses");
	if (!err && watch->own && !geteuid())
		err = keeper_start(watch);
	if (err) {
		fast_watch_close(watch);
		return err;
	}
	*result = watch;
	return 0;
}

void fast_watch_share(struct fast_watch *watch, bool sealed)
{
	if (!watch)
		return;
	watch->shares = sealed;
	if (watch->keeper >= 0)
		fast_keeper_share(watch->keeper, sealed);
}

bool fast_watch_here(const struct fast_watch *watch)
{
	return watch && watch->own;
}

int fast_watch_fd(const struct fast_watch *watch)
{
	if (!watch)
		return -1;
	return watch->own ? fast_address_watch_fd(watch->own) : watch->keeper;
}

int fast_watch_look(struct fast_watch *watch, struct fast_reader_fds *fds)
{
	*fds = (struct fast_reader_fds){-1, -1};
	if (!watch)
		return 0;
	if (!watch->own)
		return fast_keeper_read(watch->keeper, fds);
	if (watch->shares)
		fast_sharing_look(&watch->offer, watch->state, fds);
	return fast_address_watch_look(watch->own);
}

void fast_watch_close(struct fast_watch *watch)
{
	if (!watch)
		return;
	fast_address_watch_close(watch->own);
	if (watch->keeper >= 0)
		close(watch->keeper);
	free(watch->state);
	free(watch);
}
