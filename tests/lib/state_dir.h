/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATE_DIR_H
#define STATE_DIR_H

/* A folder of its own for each test, with a state directory "state" in it. */

#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char state_dir_base[64];
static char state_dir[80];

static inline int state_dir_setup(void **data)
{
	(void)data;
	strcpy(state_dir_base, "/tmp/detour-test-XXXXXX");
	if (!mkdtemp(state_dir_base))
		return -1;
	snprintf(state_dir, sizeof(state_dir), "%s/state", state_dir_base);
	return 0;
}

static inline int state_dir_teardown(void **data)
{
	char command[128];

	(void)data;
	snprintf(command, sizeof(command), "rm -rf '%s'", state_dir_base);
	return system(command);
}

/* Write a file of the state directory as it is given. */
static inline void state_dir_write(const char *name, const void *bytes,
				   size_t len)
{
	char path[PATH_MAX];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", state_dir, name);
	out = fopen(path, "w");
	if (!out || fwrite(bytes, 1, len, out) != len || fclose(out))
		abort();
}

static inline size_t state_dir_read(const char *name, void *bytes, size_t room)
{
	char path[PATH_MAX];
	size_t len;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", state_dir, name);
	in = fopen(path, "r");
	if (!in)
		abort();
	len = fread(bytes, 1, room, in);
	fclose(in);
	return len;
}

static inline int state_dir_open(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", state_dir, name);
	return open(path, O_RDWR | O_CLOEXEC);
}

static inline int state_dir_has(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", state_dir, name);
	return !access(path, F_OK);
}

#endif
