// SPDX-License-Identifier: BSD-2-Clause
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "mhd_calls.h"

static const char library[] = "libmicrohttpd.so.12";

struct mhd_calls mhd;

static bool call_find(void *handle, const char *name, void **call)
{
	*call = dlsym(handle, name);
	return *call;
}

int mhd_calls_find(void)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	bool found = handle;

#define MHD_CALL(name) \
	found = found && call_find(handle, "MHD_" #name, (void **)&mhd.name);
	MHD_CALLS(MHD_CALL)
#undef MHD_CALL
	if (found)
		return 0;
	return error_set(-ENOENT, "%s: install libmicrohttpd12", dlerror());
}
