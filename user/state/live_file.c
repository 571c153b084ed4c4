// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "live_file.h"
#include "state.h"

enum { LIVE_MAX = 96 }; /* 19 digits, a blank, the map's name, '\n' */

/* Take a file name of our own making, so that nobody's line leads elsewhere. */
static int map_name_parse(struct live_file *live, const char *name)
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyz.-";
	size_t len = strlen(name);

	if (!strcmp(name, "-"))
		return 0;
	if (!len || len >= sizeof(live->map) || *name == '.')
		return -EBADMSG;
	if (strspn(name, allowed) != len)
		return -EBADMSG;
	memcpy(live->map, name, len + 1);
	return 0;
}

static int live_parse(struct live_file *live, char *text, size_t len)
{
	size_t digits;

	memset(live, 0, sizeof(*live));
	if (!len || text[len - 1] != '\n')
		return -EBADMSG;
	text[len - 1] = '\0';
	if (strlen(text) != len - 1)
		return -EBADMSG;
	digits = strspn(text, "0123456789");
	if (!digits || digits > 18 || text[digits] != ' ')
		return -EBADMSG;
	live->release = strtoull(text, NULL, 10);
	return map_name_parse(live, text + digits + 1);
}

int live_file_read(const char *state, struct live_file *live)
{
	char path[PATH_MAX], text[LIVE_MAX + 1];
	struct stat st;
	ssize_t len;
	int fd, err;

	state_path(path, state, "live");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_sys(-errno, "cannot open %s", path);
	len = read(fd, text, LIVE_MAX);
	err = len < 0 || fstat(fd, &st) ? -errno : 0;
	close(fd);
	if (err)
		return error_sys(err, "cannot read %s", path);
	if (live_parse(live, text, len))
		return error_set(-EBADMSG, "%s is damaged", path);
	live->inode = st.st_ino;
	live->written = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
	return 0;
}

static int live_store(const char *path, const struct live_file *live)
{
	int fd, err = 0;

	unlink(path);
	fd = file_open(path, O_WRONLY | O_CREAT | O_EXCL);
	if (fd < 0)
		return error_sys(fd, "cannot create %s", path);
	if (dprintf(fd, "%" PRIu64 " %s\n", live->release,
		    *live->map ? live->map : "-") < 0 ||
	    fsync(fd))
		err = error_sys(-errno, "cannot write %s", path);
	if (close(fd) && !err)
		err = error_sys(-errno, "cannot write %s", path);
	return err;
}

int live_file_replace(const char *state, const struct live_file *live)
{
	char path[PATH_MAX], tmp[PATH_MAX];
	int err;

	state_path(path, state, "live");
	state_path(tmp, state, "live" STATE_TMP);
	err = live_store(tmp, live);
	if (!err && rename(tmp, path))
		err = error_sys(-errno, "cannot replace %s", path);
	if (err)
		unlink(tmp);
	return err;
}

void live_file_clean(const char *state)
{
	char tmp[PATH_MAX];

	state_path(tmp, state, "live" STATE_TMP);
	unlink(tmp);
}

int live_file_write(const char *state, const struct live_file *live)
{
	int err = live_file_replace(state, live);

	if (err)
		return err;
	return state_sync(state) ? 1 : 0;
}
