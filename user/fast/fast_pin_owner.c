// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fast_pin.h"
#include "fast_pin_owner.h"
#include "file.h"
#include "path.h"

static int maps_give(const char *folder, uid_t uid)
{
	static const enum fast_pin_id ids[] = {FAST_PIN_ADDRESSES,
					       FAST_PIN_INTERFACES};
	char path[PATH_MAX];
	int i, err;

	for (i = 0; i < 2; i++) {
		err = path_join(path, folder, "%s", fast_pin_name(ids[i]));
		if (err)
			return err;
		if (chown(path, uid, -1) || chmod(path, 0600))
			return error_sys(-errno, "cannot give away %s", path);
	}
	return 0;
}

/* The user of whom the kernel knows nothing better, whom many programs
 * share. */
static uid_t uid_nobody(void)
{
	return file_number("/proc/sys/kernel/overflowuid", 65534);
}

int fast_pin_owner_set(const char *folder, const char *state)
{
	struct stat st;

	if (stat(state, &st))
		return error_sys(-errno, "cannot use %s", state);
	return maps_give(folder, st.st_uid == uid_nobody() ? 0 : st.st_uid);
}
