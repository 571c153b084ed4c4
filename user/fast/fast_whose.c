// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fast_interface.h"
#include "fast_pin.h"
#include "fast_whose.h"
#include "path.h"

static int find_program(const struct fast_interface_pin *pin, void *arg)
{
	return pin->program == *(uint32_t *)arg;
}

/* An instance has its own folder's name; whatever else is there has none. */
static bool instance_has(const char *root, const char *name, uint32_t program)
{
	char folder[PATH_MAX];

	return *name != '.' && !path_join(folder, root, "%s", name) &&
	       fast_interface_each(folder, find_program, &program) == 1;
}

int fast_whose(uint32_t program, char *state, size_t size)
{
	char root[PATH_MAX];
	struct dirent *entry;
	int err = -ENOENT;
	DIR *dir;

	fast_pin_root(root);
	dir = program ? opendir(root) : NULL;
	while (dir && err && (entry = readdir(dir))) {
		if (!instance_has(root, entry->d_name, program))
			continue;
		err = 0;
		if (fast_pin_state(state, size, entry->d_name))
			snprintf(state, size, "%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return err;
}

/* The name that a program was loaded with; "" if the kernel does not say. */
static void program_name(uint32_t id, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	*name = '\0';
	if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len))
		memcpy(name, info.name, BPF_OBJ_NAME_LEN);
	if (fd >= 0)
		close(fd);
}

/* A word for a shell. */
static void word_quote(char *word, size_t size, const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789/._-+:@,=";
	size_t used = 0;

	if (!text[strspn(text, plain)]) {
		snprintf(word, size, "%s", text);
		return;
	}
	word[used++] = '\'';
	for (; *text && used + 6 < size; text++) {
		if (*text == '\'')
			used += sprintf(word + used, "'\\'");
		word[used++] = *text;
	}
	strcpy(word + used, "'");
}

void fast_whose_program(char *text, size_t size, const char *interface,
			uint32_t program, const char *mode)
{
	char state[PATH_MAX], word[PATH_MAX], root[PATH_MAX];
	char name[BPF_OBJ_NAME_LEN];

	program_name(program, name);
	fast_pin_root(root);
	if (fast_whose(program, state, sizeof(state)))
		*state = '\0';
	word_quote(word, sizeof(word), state);
	if (*state == '/')
		snprintf(
			text, size,
			"the fast path of the state directory %.300s, in %s mode: detour --state %.300s detach %s",
			state, mode, word, interface);
	else if (*state)
		snprintf(
			text, size,
			"the fast path of a state directory whose path is too long to tell, in %s mode, pinned in %.300s/%.300s",
			mode, root, state);
	else if (!strcmp(name, "xdp_respond"))
		snprintf(
			text, size,
			"a fast path of detour, program id %u, in %s mode, that is pinned elsewhere than DETOUR_BPFFS says",
			program, mode);
	else
		snprintf(text, size,
			 "another XDP program: id %u, in %s mode%s%s", program,
			 mode, *name ? ", named " : "", name);
}
