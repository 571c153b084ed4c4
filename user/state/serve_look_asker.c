// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve_look_asker.h"

enum { ASKER_GROUPS = 256 }; /* of more, he is in none */

/* His groups as they were when he connected, the first one not among them. */
static bool asker_in_group(int fd, gid_t group)
{
	gid_t groups[ASKER_GROUPS];
	socklen_t len = sizeof(groups);
	size_t i;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len))
		return false;
	for (i = 0; i < len / sizeof(*groups); i++)
		if (groups[i] == group)
			return true;
	return false;
}

bool look_asker_may(int fd, const char *state)
{
	struct ucred asker;
	socklen_t len = sizeof(asker);
	struct stat st;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &asker, &len))
		return false;
	if (!asker.uid || asker.uid == geteuid())
		return true;
	if (stat(state, &st))
		return false;
	return asker.uid == st.st_uid || asker.gid == st.st_gid ||
	       asker_in_group(fd, st.st_gid);
}
