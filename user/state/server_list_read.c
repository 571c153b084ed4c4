// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "error.h"
#include "server_list_file.h"
#include "server_list_read.h"
#include "server_socket.h"
#include "state.h"

static int server_list_parse(struct server_list_entry *server, char *line)
{
	const char *more;
	char *end;

	more = line + strcspn(line, "\n");
	if (*more)
		more++;
	if (sscanf(more, "layout %" SCNu32 " %" SCNu32, &server->layout_min,
		   &server->layout_max) != 2)
		server->layout_min = server->layout_max = SERVER_LIST_LAYOUT;
	line[strcspn(line, "\n")] = '\0';
	server->pid = strtol(line, &end, 10);
	if (*end != ' ' || server->pid <= 0)
		return -EBADMSG;
	server->since = strtoll(end, &end, 10);
	if (*end != ' ')
		return -EBADMSG;
	server->release = strtoull(end, &end, 10);
	if (*end != ' ')
		return -EBADMSG;
	snprintf(server->listen, sizeof(server->listen), "%s", end + 1);
	return 0;
}

/* One that cannot be read, and may be a server by its name. */
static int server_list_guess(struct server_list_entry *server, const char *name)
{
	long pid = strtol(name, NULL, 10);

	if (pid <= 0 || (kill(pid, 0) && errno == ESRCH) ||
	    server_socket_named(name))
		return 0;
	server->pid = pid;
	return 1;
}

/* 1 with a running server, 0 if the file stands for none. */
static int server_list_read(struct server_list_entry *server, int dir,
			    const char *name)
{
	int fd = openat(dir, name,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char line[SERVER_LIST_TEXT + 1];
	ssize_t len;
	bool runs;

	memset(server, 0, sizeof(*server));
	if (strlen(name) >= sizeof(server->name) || (fd < 0 && errno != EACCES))
		return 0;
	strcpy(server->name, name);
	server->layout_min = 0;
	server->layout_max = UINT32_MAX;
	if (fd < 0)
		return server_list_guess(server, name);
	runs = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	len = read(fd, line, SERVER_LIST_TEXT);
	close(fd);
	if (!runs)
		return 0;
	line[len > 0 ? len : 0] = '\0';
	server->known = !server_list_parse(server, line);
	return server->known || server_list_guess(server, name);
}

bool server_list_runs(const char *state, const char *name)
{
	struct server_list_entry server;
	char path[PATH_MAX];
	int dir, found;

	state_path(path, state, "servers");
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return false;
	found = server_list_read(&server, dir, name);
	close(dir);
	return found;
}

int server_list_each(const char *state,
		     int (*fn)(const struct server_list_entry *server,
			       void *arg),
		     void *arg)
{
	struct server_list_entry server;
	char path[PATH_MAX];
	struct dirent *entry;
	int result = 0;
	DIR *dir;

	state_path(path, state, "servers");
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return error_sys(-errno, "cannot read %s", path);
	while (!result && (entry = readdir(dir)))
		if (*entry->d_name != '.' &&
		    server_list_read(&server, dirfd(dir), entry->d_name))
			result = fn(&server, arg);
	closedir(dir);
	return result;
}
