// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "fast_attached_file.h"
#include "fast_change.h"
#include "fast_instance.h"
#include "fast_map.h"
#include "fast_release.h"

struct fast_change {
	struct fast_instance *instance;
	struct fast_release loaded; /* or not */
};

/* A map that this user may only read is open for reading, too. */
static int releases_check(const struct fast_instance *instance)
{
	int fd = fast_instance_map(instance, FAST_PIN_ARENA);

	if (fd >= 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		fd = -EACCES;
	if (fd == -EACCES || fd == -EPERM)
		return error_set(
			fd,
			"the fast path is attached to %s, and changes of its maps need root",
			fast_instance_state(instance));
	return fd < 0 ? fd : 0;
}

void fast_change_astray(const char *state, FILE *out)
{
	if (fast_attached_here(state))
		fprintf(out,
			"detour: %s is marked as attached, but nothing of it is: what was attached by another path of it, or to a bpf file system that is not seen here, does not follow its changes (attach or detach takes the mark away)\n",
			state);
}

int fast_change_begin(struct fast_change **change, const char *state, FILE *out)
{
	struct fast_instance *instance = NULL;
	struct fast_change *made = NULL;
	int err;

	*change = NULL;
	err = fast_instance_open(&instance, state);
	if (err == -ENOENT && geteuid() && fast_attached_here(state))
		return error_set(
			-EACCES,
			"the fast path is attached to %s, and changes of its maps need root",
			state);
	if (err == -ENOENT) {
		fast_change_astray(state, out);
		return 0;
	}
	if (!err)
		err = fast_instance_check(instance);
	if (!err)
		err = releases_check(instance);
	if (!err) {
		made = calloc(1, sizeof(*made));
		if (!made)
			err = error_sys(-ENOMEM, "cannot start a change");
	}
	if (err) {
		fast_instance_close(instance);
		return err;
	}
	made->instance = instance;
	*change = made;
	return 0;
}

void fast_change_repair(const struct fast_change *change, FILE *out)
{
	if (change &&
	    fast_release_sync(change->instance,
			      fast_instance_state(change->instance), out))
		fprintf(out,
			"detour: the fast path does not answer from what is live: %s\n",
			error_text());
}

int fast_change_load(struct fast_change *change, const struct live_file *next)
{
	if (!change)
		return 0;
	fast_release_close(&change->loaded);
	return fast_release_load(&change->loaded, change->instance,
				 fast_instance_state(change->instance), next);
}

void fast_change_switch(const struct fast_change *change)
{
	if (change)
		fast_release_switch(&change->loaded);
}

void fast_change_free(struct fast_change *change)
{
	if (!change)
		return;
	fast_release_close(&change->loaded);
	fast_instance_close(change->instance);
	free(change);
}
