// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "fast_address_watch.h"
#include "fast_keeper.h"
#include "fast_watch.h"

struct fast_watch {
	struct fast_address_watch *own; /* NULL with a keeper */
	int keeper; /* the process that does it instead, or -1 */
};

/* The child goes on with what was begun here. */
static int keeper_start(struct fast_watch *watch)
{
	watch->keeper = fast_keeper_start(watch->own);
	if (watch->keeper < 0)
		return watch->keeper;
	fast_address_watch_close(watch->own);
	watch->own = NULL;
	return 0;
}

int fast_watch_open(struct fast_watch **result, const char *state,
		    const char *user)
{
	struct fast_watch *watch = calloc(1, sizeof(*watch));
	int err;

	if (!watch)
		return error_sys(-ENOMEM, "cannot follow the addresses");
	watch->keeper = -1;
	err = fast_address_watch_open(&watch->own, state);
	if (!err && user && !geteuid())
		err = keeper_start(watch);
	if (err) {
		fast_watch_close(watch);
		return err;
	}
	*result = watch;
	return 0;
}

int fast_watch_fd(const struct fast_watch *watch)
{
	if (!watch)
		return -1;
	return watch->own ? fast_address_watch_fd(watch->own) : watch->keeper;
}

int fast_watch_look(struct fast_watch *watch)
{
	if (!watch)
		return 0;
	return watch->own ? fast_address_watch_look(watch->own)
			  : fast_keeper_read(watch->keeper);
}

void fast_watch_close(struct fast_watch *watch)
{
	if (!watch)
		return;
	fast_address_watch_close(watch->own);
	if (watch->keeper >= 0)
		close(watch->keeper);
	free(watch);
}
