// SPDX-License-Identifier: BSD-2-Clause
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "curl_calls.h"
#include "error.h"

static const char library[] = "libcurl.so.4";

struct curl_calls curl;

static bool call_find(void *handle, const char *name, void **call)
{
	*call = dlsym(handle, name);
	return *call;
}

int curl_calls_find(void)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	bool found = handle;

#define CURL_CALL(name) \
	found = found && call_find(handle, "curl_" #name, (void **)&curl.name);
	CURL_CALLS(CURL_CALL)
#undef CURL_CALL
	if (found)
		return 0;
	return error_set(-ENOENT, "%s: install libcurl4", dlerror());
}
