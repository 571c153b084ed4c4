// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fast_instance.h"
#include "fast_owner.h"
#include "registry.h"

static int maps_give(const char *folder, uid_t uid)
{
	static const enum fast_map_id ids[] = {FAST_MAP_ADDRESSES,
					       FAST_MAP_INTERFACES};
	char path[PATH_MAX];
	int i;

	for (i = 0; i < 2; i++) {
		if (snprintf(path, sizeof(path), "%s/%s", folder,
			     fast_map_name(ids[i])) >= PATH_MAX)
			return error_sys(-ENAMETOOLONG, "cannot use %.64s...",
					 folder);
		if (chown(path, uid, -1) || chmod(path, 0600))
			return error_sys(-errno, "cannot give away %s", path);
	}
	return 0;
}

/* The folder in /proc of a process that was root belongs to root for good, but
 * this tells. */
static int server_uid(const struct registry_server *server, void *arg)
{
	uid_t *uid = arg;
	unsigned int found;
	char text[256];
	FILE *status;

	snprintf(text, sizeof(text), "/proc/%d/status", (int)server->pid);
	status = fopen(text, "re");
	while (status && fgets(text, sizeof(text), status))
		if (sscanf(text, "Uid: %*u %u", &found) == 1 && found)
			*uid = found;
	if (status)
		fclose(status);
	return 0;
}

int fast_owner_find(const char *folder, const char *state)
{
	struct stat st;
	int err = 0;

	if (stat(state, &st))
		return error_sys(-errno, "cannot use %s", state);
	if (!st.st_uid)
		err = registry_each(state, server_uid, &st.st_uid);
	return err ? err : maps_give(folder, st.st_uid);
}

int fast_owner_give(const char *folder, const char *user)
{
	struct passwd *entry;

	errno = 0;
	entry = getpwnam(user);
	if (!entry)
		return error_set(errno ? -errno : -ENOENT, "no user '%s'",
				 user);
	return maps_give(folder, entry->pw_uid);
}
