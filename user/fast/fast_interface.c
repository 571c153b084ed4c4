// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fast_folder.h"
#include "fast_interface.h"
#include "fast_pin.h"
#include "path.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

uint64_t fast_interface_netns(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len))
		cookie = 0;
	close(fd);
	return cookie;
}

/* Whether a link at a path is alive: the index of its interface, or 0. The
 * program's id goes to program unless that is NULL. */
static uint32_t link_read(const char *path, uint32_t *program)
{
	struct bpf_link_info info;
	uint32_t len = sizeof(info), ifindex = 0;
	int fd = bpf_obj_get(path);

	memset(&info, 0, sizeof(info));
	if (fd < 0)
		return 0;
	/* TCX links have their index in the same place. */
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		ifindex = info.xdp.ifindex;
	close(fd);
	if (program)
		*program = ifindex ? info.prog_id : 0;
	return ifindex;
}

bool fast_interface_here(const struct fast_interface_pin *pin,
			 char name[IF_NAMESIZE])
{
	struct bpf_xdp_query_opts found = {.sz = sizeof(found)};

	if (!pin->xdp || pin->netns != fast_interface_netns() ||
	    !if_indextoname(pin->xdp, name) ||
	    bpf_xdp_query(pin->xdp, 0, &found))
		return false;
	return found.prog_id == pin->program ||
	       found.drv_prog_id == pin->program ||
	       found.skb_prog_id == pin->program;
}

/* "at_NETNS_IFINDEX" */
static void marker_read(struct fast_interface_pin *pin)
{
	struct dirent *entry;
	DIR *dir = opendir(pin->path);

	while (dir && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "at_%" SCNu64 "_%" SCNu32,
			   &pin->netns, &pin->ifindex) == 2)
			break;
	if (dir)
		closedir(dir);
}

/* 0, -ENOENT for what is no interface's folder, or -errno with error_set(). */
static int pin_read(struct fast_interface_pin *pin, const char *folder,
		    const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int err;

	memset(pin, 0, sizeof(*pin));
	if (fast_pin_parse(pin->name, sizeof(pin->name), name))
		return -ENOENT;
	err = path_join(pin->path, folder, "%s", name);
	if (err)
		return err;
	if (stat(pin->path, &st) || !S_ISDIR(st.st_mode))
		return -ENOENT;
	marker_read(pin);
	err = path_join(path, pin->path, "xdp");
	if (err)
		return err;
	pin->xdp = link_read(path, &pin->program);
	err = path_join(path, pin->path, "tc");
	if (!err)
		pin->tc = link_read(path, NULL);
	return err;
}

int fast_interface_each(const char *folder,
			int (*fn)(const struct fast_interface_pin *pin,
				  void *arg),
			void *arg)
{
	struct fast_interface_pin pin;
	struct dirent **names;
	int count, i, err = 0;

	count = scandir(folder, &names, NULL, alphasort);
	if (count < 0 && errno == ENOENT)
		return 0;
	if (count < 0)
		return error_sys(-errno, "cannot read %s", folder);
	for (i = 0; i < count; i++) {
		int found = err ? -ENOENT
				: pin_read(&pin, folder, names[i]->d_name);

		if (!found)
			err = fn(&pin, arg);
		else if (found != -ENOENT)
			err = found;
		free(names[i]);
	}
	free(names);
	return err;
}

int fast_interface_find(const char *folder, const char *interface,
			struct fast_interface_pin *pin)
{
	char name[FAST_PIN_NAME_SIZE];

	fast_pin_interface(name, interface);
	return pin_read(pin, folder, name);
}

static int pin_count(const struct fast_interface_pin *pin, void *arg)
{
	(void)pin;
	++*(unsigned int *)arg;
	return 0;
}

unsigned int fast_interface_count(const char *folder)
{
	unsigned int count = 0;

	fast_interface_each(folder, pin_count, &count);
	return count;
}

int fast_interface_make(const char *folder, const char *interface,
			uint32_t ifindex, struct fast_interface_pin *pin)
{
	char name[FAST_PIN_NAME_SIZE], path[PATH_MAX];
	int err;

	memset(pin, 0, sizeof(*pin));
	snprintf(pin->name, sizeof(pin->name), "%s", interface);
	pin->netns = fast_interface_netns();
	pin->ifindex = ifindex;
	fast_pin_interface(name, interface);
	err = path_join(pin->path, folder, "%s", name);
	if (!err)
		err = fast_folder_make(pin->path);
	if (!err)
		err = path_join(path, pin->path, "at_%" PRIu64 "_%" PRIu32,
				pin->netns, ifindex);
	return err ? err : fast_folder_make(path);
}

/* At once: what merely loses its pin stays for a moment. */
static void link_end(const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd < 0)
		return;
	bpf_link_detach(fd);
	close(fd);
}

int fast_interface_remove(const struct fast_interface_pin *pin)
{
	static const char *const links[] = {"xdp", "tc"};
	char path[PATH_MAX];
	int i, err;

	for (i = 0; i < 2; i++) {
		err = path_join(path, pin->path, "%s", links[i]);
		if (err)
			return err;
		link_end(path);
		if (unlink(path) && errno != ENOENT)
			return error_sys(-errno, "cannot remove %s", path);
	}
	return fast_folder_remove(pin->path);
}

struct mend {
	const char *folder;
	bool remove;
	bool aside; /* whether an interface has a new name */
};

static int rename_to(const struct fast_interface_pin *pin, const char *folder,
		     const char *to)
{
	char name[FAST_PIN_NAME_SIZE], path[PATH_MAX];
	int err;

	fast_pin_interface(name, to);
	err = path_join(path, folder, "%s", name);
	if (err)
		return err;
	if (strcmp(path, pin->path) && rename(pin->path, path))
		return error_sys(-errno, "cannot rename %s", pin->path);
	return 0;
}

/* Interfaces may have swapped their names, so all that have a new one first
 * take one that no interface can have. */
static int put_aside(const struct fast_interface_pin *pin, void *arg)
{
	struct mend *mend = arg;
	char now[IF_NAMESIZE], aside[IF_NAMESIZE];

	if (!pin->xdp && mend->remove)
		return fast_interface_remove(pin);
	if (!fast_interface_here(pin, now) || !strcmp(now, pin->name))
		return 0;
	mend->aside = true;
	snprintf(aside, sizeof(aside), " %u", pin->xdp);
	return rename_to(pin, mend->folder, aside);
}

/* What a deleted interface of that name left is in the way. */
static int put_back(const struct fast_interface_pin *pin, void *arg)
{
	const struct mend *mend = arg;
	struct fast_interface_pin there;
	char now[IF_NAMESIZE];
	int err;

	if (!fast_interface_here(pin, now) || !strcmp(now, pin->name))
		return 0;
	err = fast_interface_find(mend->folder, now, &there);
	if (!err && !there.xdp)
		err = fast_interface_remove(&there);
	if (err && err != -ENOENT)
		return err;
	return rename_to(pin, mend->folder, now);
}

int fast_interface_mend(const char *folder, bool remove)
{
	struct mend mend = {.folder = folder, .remove = remove};
	int err = fast_interface_each(folder, put_aside, &mend);

	if (!err && mend.aside)
		err = fast_interface_each(folder, put_back, &mend);
	return err;
}
