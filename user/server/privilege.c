// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "error.h"
#include "privilege.h"

int privilege_drop(const char *user)
{
	struct passwd *entry;

	errno = 0;
	entry = getpwnam(user);
	if (!entry)
		return error_set(errno ? -errno : -ENOENT, "no user '%s'",
				 user);
	if (initgroups(entry->pw_name, entry->pw_gid) ||
	    setgid(entry->pw_gid) || setuid(entry->pw_uid))
		return error_sys(-errno, "cannot become user '%s'", user);
	if (entry->pw_uid && (!setuid(0) || !seteuid(0)))
		return error_set(-EPERM, "still root as user '%s'", user);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return error_sys(-errno, "cannot give up new privileges");
	return 0;
}
