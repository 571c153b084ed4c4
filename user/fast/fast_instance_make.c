// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_folder.h"
#include "fast_instance.h"
#include "fast_instance_make.h"
#include "fast_interface.h"
#include "fast_object.h"
#include "fast_pin.h"
#include "fast_pin_owner.h"
#include "fast_readers.h"
#include "fastpath.h"
#include "path.h"

enum { ROOT_TRIES = 64 }; /* others may remove it at the same time */

/* An instance's folder, and what the programs want in it. */
struct create {
	const struct fast_object *object;
	const char *folder;
	char pin[PATH_MAX]; /* the latest path below the folder */
};

static int interface_remove(const struct fast_interface_pin *pin, void *arg)
{
	(void)arg;
	return fast_interface_remove(pin);
}

/* Not while another command makes an instance in it. */
static void root_remove(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	char root[PATH_MAX];
	int fd, tries = 5;

	fast_pin_root(root);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	while (flock(fd, LOCK_EX | LOCK_NB) && --tries)
		nanosleep(&pause, NULL);
	if (tries)
		rmdir(root);
	close(fd);
}

int fast_instance_remove(const char *folder)
{
	int err = fast_interface_each(folder, interface_remove, NULL);

	if (!err)
		err = fast_folder_remove(folder);
	if (!err)
		root_remove();
	return err;
}

static int map_pin(const struct create *create, int fd)
{
	int err = bpf_obj_pin(fd, create->pin);

	if (err)
		return error_sys(err, "cannot pin %s", create->pin);
	return 0;
}

static int map_create(const struct bpf_map *map, enum fast_pin_id id)
{
	struct bpf_map_create_opts opts = {.sz = sizeof(opts)};

	opts.map_extra = bpf_map__map_extra(map);
	opts.map_flags = bpf_map__map_flags(map);
	return bpf_map_create(bpf_map__type(map), fast_pin_name(id),
			      bpf_map__key_size(map), bpf_map__value_size(map),
			      bpf_map__max_entries(map), &opts);
}

static int map_make(struct create *create, enum fast_pin_id id)
{
	int fd = map_create(fast_object_map(create->object, id), id), err;

	if (fd < 0)
		return error_sys(fd, "cannot create the map %s", create->pin);
	err = map_pin(create, fd);
	close(fd);
	return err;
}

/* Whether a pinned map is what the programs take it for. They ask how many
 * misses there are. */
static bool map_fits(const struct bpf_map *map, enum fast_pin_id id, int fd)
{
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return false;
	return info.type == bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) &&
	       info.value_size == bpf_map__value_size(map) &&
	       (info.max_entries == bpf_map__max_entries(map) ||
		id == FAST_PIN_MISSES) &&
	       info.map_extra == bpf_map__map_extra(map) &&
	       info.map_flags == bpf_map__map_flags(map);
}

static bool instance_fits(struct create *create)
{
	unsigned int i;
	int fd;
	bool fits;

	if (path_join(create->pin, create->folder, "layout_%d", FAST_LAYOUT) ||
	    access(create->pin, F_OK))
		return false;
	/* Without it nobody can tell who reads the arena. */
	if (path_join(create->pin, create->folder, FAST_READERS) ||
	    access(create->pin, F_OK))
		return false;
	for (i = 0; i < FAST_PINS; i++) {
		if (path_join(create->pin, create->folder, "%s",
			      fast_pin_name(i)))
			return false;
		fd = bpf_obj_get(create->pin);
		fits = fd >= 0 &&
		       map_fits(fast_object_map(create->object, i), i, fd);
		if (fd >= 0)
			close(fd);
		if (!fits)
			return false;
	}
	return true;
}

/* The arena is pinned last: an instance without it is none yet. */
static int instance_make(struct create *create)
{
	int err, id;

	err = fast_folder_make(create->folder);
	if (!err)
		err = path_join(create->pin, create->folder, "layout_%d",
				FAST_LAYOUT);
	if (!err)
		err = fast_folder_make(create->pin);
	if (!err)
		err = fast_readers_make(create->folder);
	for (id = FAST_PINS - 1; id >= 0 && !err; id--) {
		err = path_join(create->pin, create->folder, "%s",
				fast_pin_name(id));
		if (!err)
			err = map_make(create, id);
	}
	return err;
}

static int find_live(const struct fast_interface_pin *pin, void *arg)
{
	(void)arg;
	if (!pin->xdp)
		return 0;
	return error_set(
		-EBUSY,
		"%s is of another version of detour and answers on %s: detach that first",
		pin->path, pin->name);
}

/* The root folder, made if need be. While the descriptor is open, no other
 * process removes it. */
static int root_hold(void)
{
	char root[PATH_MAX];
	struct stat st;
	int fd, err = 0, tries;

	fast_pin_root(root);
	for (tries = 0; tries < ROOT_TRIES; tries++) {
		err = fast_folder_make(root);
		fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno != ENOENT)
			err = error_sys(-errno, "cannot open %s", root);
		if (fd >= 0 && (flock(fd, LOCK_SH) || fstat(fd, &st)))
			err = error_sys(-errno, "cannot hold %s", root);
		if (fd >= 0 && !err && st.st_nlink)
			return fd;
		/* Else it has just been removed. */
		if (fd >= 0)
			close(fd);
		if (err && err != -ENOENT)
			return err;
	}
	return err ? err : error_sys(-EBUSY, "cannot hold %s", root);
}

static int instance_make_anew(struct create *create)
{
	int err = fast_interface_each(create->folder, find_live, NULL);

	if (!err && !access(create->folder, F_OK))
		err = fast_instance_remove(create->folder);
	if (err)
		return err;
	err = instance_make(create);
	if (err)
		fast_folder_remove(create->folder);
	return err;
}

int fast_instance_create(struct fast_instance **instance, const char *state,
			 const struct fast_object *object)
{
	struct create create = {.object = object};
	char folder[PATH_MAX];
	int err = fast_pin_folder(folder, state), root;

	if (err)
		return error_sys(err, "cannot use %s", state);
	create.folder = folder;
	root = root_hold();
	if (root < 0)
		return root;
	if (!instance_fits(&create))
		err = instance_make_anew(&create);
	if (!err)
		err = fast_pin_owner_set(folder, state);
	if (!err)
		err = fast_instance_find(instance, state, folder);
	close(root);
	if (err)
		root_remove();
	return err;
}
