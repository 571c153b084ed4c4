// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fast_folder.h"
#include "fast_sharing.h"
#include "fast_pin.h"
#include "fast_reader.h"
#include "fast_readers.h"
#include "fastpath.h"
#include "path.h"

/* The one in the same folder, even if the path leads to another by now. */
static int arena_open(int readers)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/../%s", readers,
		 fast_pin_name(FAST_PIN_ARENA));
	return bpf_obj_get(path);
}

static bool is_ours(const char *folder)
{
	char path[PATH_MAX], root[PATH_MAX];

	fast_pin_root(root);
	return !path_join(path, folder, "layout_%d", FAST_LAYOUT) &&
	       !access(path, F_OK) && !fast_folder_check(root) &&
	       !fast_folder_check(folder);
}

/* Which one it is: whether it is new. */
static bool offer_note(struct fast_sharing *offer, int readers)
{
	struct stat st;

	if (fstat(readers, &st) ||
	    (st.st_dev == offer->device && st.st_ino == offer->inode))
		return false;
	offer->device = st.st_dev;
	offer->inode = st.st_ino;
	return true;
}

int fast_sharing_look(struct fast_sharing *offer, const char *state,
		      struct fast_reader_fds *fds)
{
	const struct fast_sharing before = *offer;
	char folder[PATH_MAX];

	*fds = (struct fast_reader_fds){-1, -1};
	if (fast_pin_folder(folder, state))
		return 0;
	fds->readers = fast_readers_open(folder);
	if (fds->readers < 0)
		return 0;
	if (offer_note(offer, fds->readers) && is_ours(folder))
		fds->arena = arena_open(fds->readers);
	if (fds->arena >= 0)
		return 1;
	*offer = before; /* it may not be whole yet */
	fast_reader_fds_close(fds);
	return 0;
}
