// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "state_owner.h"

int state_owner_become(const char *state)
{
	struct stat st;

	if (getuid())
		return 0;
	if (stat(state, &st))
		return error_sys(-errno, "cannot use %s", state);
	if (setegid(st.st_gid) || seteuid(st.st_uid))
		return error_sys(-errno, "cannot act as the owner of %s",
				 state);
	return 0;
}

uint64_t state_owner_capability(const char *state)
{
	struct stat st;

	if (geteuid() || stat(state, &st) || !st.st_uid)
		return 0;
	return UINT64_C(1) << CAP_DAC_READ_SEARCH;
}

void state_owner_return(void)
{
	if (!getuid() && (seteuid(0) || setegid(0)))
		_exit(1);
}
