// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fast_interface.h"
#include "fast_pin_path.h"

struct mend {
	const char *folder;
	bool remove;
	bool aside; /* whether an interface has a new name */
};

static int rename_to(const struct fast_interface_pin *pin, const char *folder,
		     const char *to)
{
	char name[FAST_NAME_SIZE], path[PATH_MAX];

	fast_name_interface(name, to);
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_MAX)
		return error_sys(-ENAMETOOLONG, "cannot rename %s", pin->path);
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
