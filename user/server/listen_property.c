// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "error.h"
#include "listen.h"
#include "listen_property.h"

enum {
	PATH_MODE = 0660,
	NAME_MAX_LEN = 63,
};

void listen_property_none(struct listen_address *address)
{
	*address = (struct listen_address){
		.mode = PATH_MODE,
		.user = -1,
		.group = -1,
	};
}

static int flag_set(bool *flag)
{
	if (*flag)
		return -EEXIST;
	*flag = true;
	return 0;
}

static int mode_read(mode_t *mode, const char *text)
{
	size_t len = strlen(text), i;

	*mode = 0;
	for (i = 0; i < len && text[i] >= '0' && text[i] <= '7'; i++)
		*mode = *mode * 8 + text[i] - '0';
	if (!len || i < len || len > 4 || *mode > 0777)
		return error_set(-EINVAL, "'%s' is no mode such as 660", text);
	return 0;
}

static int user_read(uid_t *user, const char *name)
{
	const struct passwd *entry = getpwnam(name);

	if (!entry)
		return error_set(-EINVAL, "no user '%s'", name);
	*user = entry->pw_uid;
	return 0;
}

static int group_read(gid_t *group, const char *name)
{
	const struct group *entry = getgrnam(name);

	if (!entry)
		return error_set(-EINVAL, "no group '%s'", name);
	*group = entry->gr_gid;
	return 0;
}

/* What follows the name of a property; NULL: it is another one. */
static const char *value_of(const char *word, const char *name)
{
	size_t len = strlen(name);

	return strncmp(word, name, len) ? NULL : word + len;
}

static int path_property(struct listen_address *address, const char *word)
{
	const char *value;

	if ((value = value_of(word, "mode=")))
		return mode_read(&address->mode, value);
	if ((value = value_of(word, "user=")))
		return user_read(&address->user, value);
	if ((value = value_of(word, "group=")))
		return group_read(&address->group, value);
	return -ENOENT;
}

int listen_property(struct listen_address *address, const char *word,
		    size_t len)
{
	char copy[NAME_MAX_LEN + 1];

	if (len > NAME_MAX_LEN)
		return -ENOENT;
	memcpy(copy, word, len);
	copy[len] = '\0';
	if (!strcmp(copy, "https"))
		return flag_set(&address->https);
	if (!strcmp(copy, "proxy"))
		return flag_set(&address->proxy);
	return listen_is_path(address) ? path_property(address, copy) : -ENOENT;
}
