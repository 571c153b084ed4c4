// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fast_netns.h"
#include "fast_pin.h"
#include "path.h"

enum {
	NAME_WHOLE = 200, /* bytes; what is longer is cut and hashed */
	NAME_CUT = 180,
};

static const char *const map_names[FAST_PINS] = {
	"arena", "counters", "cookie_keys", "addresses", "interfaces",
	"flows", "prefixes", "misses",	    "taps",	 "tap_records",
};

const char *fast_pin_name(enum fast_pin_id id)
{
	return map_names[id];
}

void fast_pin_root(char *path)
{
	const char *root = getenv("DETOUR_BPFFS");
	size_t len;

	if (root && *root)
		snprintf(path, PATH_MAX, "%s", root);
	else
		snprintf(path, PATH_MAX, "%s/sys/fs/bpf/detour",
			 fast_netns_exec() ? "/proc/1/root" : "");
	for (len = strlen(path); len > 1 && path[len - 1] == '/';)
		path[--len] = '\0';
}

static bool is_plain(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= 'a' && byte <= 'z');
}

/* Escape into room for three bytes each. */
static size_t escape(char *dst, const char *src)
{
	char *at = dst;

	for (; *src; src++) {
		if (is_plain(*src))
			*at++ = *src;
		else if (*src == '/')
			*at++ = '-';
		else
			at += sprintf(at, "_%02x", (unsigned char)*src);
	}
	*at = '\0';
	return at - dst;
}

/* FNV-1a, 64 bits: names that differ by chance are to differ. */
static uint64_t name_hash(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

void fast_pin_escape(char *name, const char *real)
{
	char whole[3 * PATH_MAX];

	if (escape(whole, real + (*real == '/')) <= NAME_WHOLE)
		strcpy(name, whole);
	else
		sprintf(name, "%.*s__%016llx", NAME_CUT, whole,
			(unsigned long long)name_hash(real));
}

/* The real path of what may not be there, in a directory that is. */
static int real_path(char *real, const char *path)
{
	char parent[PATH_MAX];
	char *slash;
	size_t len;

	if (realpath(path, real))
		return 0;
	if (errno != ENOENT || strlen(path) >= sizeof(parent))
		return -errno;
	strcpy(parent, path);
	for (len = strlen(parent); len > 1 && parent[len - 1] == '/';)
		parent[--len] = '\0';
	slash = strrchr(parent, '/');
	path = slash ? slash + 1 : path;
	if (slash)
		*slash = '\0';
	if (!realpath(!slash ? "." : *parent ? parent : "/", real))
		return -errno;
	len = strcmp(real, "/") ? strlen(real) : 0;
	if (len + strlen(path) + 2 > PATH_MAX)
		return -ENAMETOOLONG;
	sprintf(real + len, "/%s", path);
	return 0;
}

int fast_pin_folder(char *path, const char *state)
{
	char real[PATH_MAX], name[FAST_PIN_NAME_SIZE], root[PATH_MAX];
	int err = real_path(real, state);

	if (err)
		return err;
	fast_pin_escape(name, real);
	fast_pin_root(root);
	return path_join(path, root, "%s", name);
}

void fast_pin_interface(char *name, const char *interface)
{
	bool taken = false;
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < FAST_PINS; i++)
		taken |= !strcmp(interface, fast_pin_name(i));
	if (taken)
		used = sprintf(name, "_%02x", (unsigned char)*interface++);
	escape(name + used, interface);
}

/* The byte that begins a name, and behind it; -1 if it is none of ours. */
static int name_byte(const char **name)
{
	const char *at = *name;
	char digits[3] = "";

	*name += *at == '_' ? 3 : 1;
	if (is_plain(*at))
		return *at;
	if (*at == '-')
		return '/';
	if (*at != '_')
		return -1;
	memcpy(digits, at + 1, strnlen(at + 1, 2));
	if (strspn(digits, "0123456789abcdef") != 2)
		return -1;
	return strtoul(digits, NULL, 16);
}

/* All of a name: how many bytes, or -1. */
static int name_bytes(char *text, size_t size, const char *name)
{
	size_t used = 0;
	int byte;

	while (*name) {
		byte = name_byte(&name);
		if (byte <= 0 || used + 1 >= size)
			return -1;
		text[used++] = byte;
	}
	text[used] = '\0';
	return used;
}

int fast_pin_parse(char *interface, size_t size, const char *name)
{
	return name_bytes(interface, size, name) > 0 && !strchr(interface, '/')
		       ? 0
		       : -EINVAL;
}

int fast_pin_state(char *real, size_t size, const char *name)
{
	if (size < 2)
		return -EINVAL;
	*real = '/';
	return name_bytes(real + 1, size - 1, name) < 0 ? -EINVAL : 0;
}
