// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fast_area_hits.h"
#include "fast_arena.h"
#include "fast_attached_file.h"
#include "fast_folder.h"
#include "fast_instance.h"
#include "fast_interface.h"
#include "fast_pin.h"
#include "fast_readers.h"
#include "fastpath.h"
#include "path.h"

struct fast_instance {
	char *state;
	char folder[PATH_MAX];
	int map[FAST_PINS];	   /* or -errno */
	struct fast_arena **arena; /* NULL in it: not mapped yet */
};

/* A map's descriptor, for reading only where no more is allowed; or -errno. */
static int map_open(const char *folder, enum fast_pin_id id)
{
	struct bpf_obj_get_opts reading = {.sz = sizeof(reading),
					   .file_flags = BPF_F_RDONLY};
	char path[PATH_MAX];
	int fd;

	fd = path_join(path, folder, "%s", fast_pin_name(id));
	if (fd)
		return fd;
	fd = bpf_obj_get(path);
	return fd == -EACCES ? bpf_obj_get_opts(path, &reading) : fd;
}

static int instance_new(struct fast_instance **result, const char *state,
			const char *folder)
{
	struct fast_instance *instance = calloc(1, sizeof(*instance));
	unsigned int i;

	if (instance) {
		instance->state = strdup(state);
		instance->arena = calloc(1, sizeof(*instance->arena));
	}
	if (!instance || !instance->state || !instance->arena) {
		if (instance) {
			free(instance->arena);
			free(instance->state);
		}
		free(instance);
		return error_sys(-ENOMEM, "cannot open %s", folder);
	}
	snprintf(instance->folder, PATH_MAX, "%s", folder);
	for (i = 0; i < FAST_PINS; i++)
		instance->map[i] = map_open(folder, i);
	*result = instance;
	return 0;
}

/* The folder of all instances, then this one's. */
static int instance_check(const char *folder)
{
	char root[PATH_MAX];
	int err;

	fast_pin_root(root);
	err = fast_folder_check(root);
	return err ? err : fast_folder_check(folder);
}

int fast_instance_find(struct fast_instance **instance, const char *state,
		       const char *folder)
{
	int err = instance_check(folder);

	if (!err)
		return instance_new(instance, state, folder);
	if (err == -ENOTDIR || (err == -EACCES && geteuid()))
		return -ENOENT;
	return err;
}

static bool is_of_this_layout(const struct fast_instance *instance)
{
	char path[PATH_MAX];

	return !path_join(path, instance->folder, "layout_%d", FAST_LAYOUT) &&
	       !access(path, F_OK);
}

/* The arena is the last pin that is made. Another version's instance may have
 * none, but has interfaces. */
static bool is_made(const struct fast_instance *instance)
{
	return instance->map[FAST_PIN_ARENA] != -ENOENT ||
	       (!is_of_this_layout(instance) &&
		fast_interface_count(instance->folder));
}

int fast_instance_open(struct fast_instance **result, const char *state)
{
	struct fast_instance *instance = NULL;
	char folder[PATH_MAX];
	int err;

	if (fast_pin_folder(folder, state))
		return -ENOENT;
	err = fast_instance_find(&instance, state, folder);
	/* Nothing of ours is there, and nobody else may say there is. */
	if (err == -ESTALE && !fast_attached_here(state))
		return -ENOENT;
	if (err)
		return err;
	if (!is_made(instance)) {
		fast_instance_close(instance);
		return -ENOENT;
	}
	*result = instance;
	return 0;
}

int fast_instance_check(const struct fast_instance *instance)
{
	if (is_of_this_layout(instance))
		return 0;
	return error_set(
		-EPROTONOSUPPORT,
		"the fast path that is attached to %s is of another version of detour: detach it first",
		instance->state);
}

bool fast_instance_hidden(const char *state)
{
	char folder[PATH_MAX];
	struct stat st;
	int err = fast_pin_folder(folder, state);

	if (!err && stat(folder, &st))
		err = -errno;
	return err == -EACCES;
}

int fast_instance_map(const struct fast_instance *instance, enum fast_pin_id id)
{
	int fd = instance->map[id];

	if (fd < 0)
		return error_sys(fd, "cannot use %s/%s", instance->folder,
				 fast_pin_name(id));
	return fd;
}

int fast_instance_arena(const struct fast_instance *instance,
			struct fast_arena **arena)
{
	int fd = fast_instance_map(instance, FAST_PIN_ARENA), err;
	char pin[PATH_MAX];

	if (fd < 0)
		return fd;
	if (!*instance->arena) {
		if (path_join(pin, instance->folder, "%s", FAST_PIN_FREER))
			*pin = '\0';
		err = fast_arena_open(instance->arena, fd, pin);
		if (err)
			return err;
		fast_arena_readers(*instance->arena,
				   fast_readers_open(instance->folder));
		fast_arena_leave(*instance->arena, fast_area_hits_leave,
				 (void *)instance->state);
	}
	*arena = *instance->arena;
	return 0;
}

const char *fast_instance_state(const struct fast_instance *instance)
{
	return instance->state;
}

const char *fast_instance_folder(const struct fast_instance *instance)
{
	return instance->folder;
}

void fast_instance_close(struct fast_instance *instance)
{
	unsigned int i;

	if (!instance)
		return;
	fast_arena_close(*instance->arena);
	free(instance->arena);
	for (i = 0; i < FAST_PINS; i++)
		if (instance->map[i] >= 0)
			close(instance->map[i]);
	free(instance->state);
	free(instance);
}
