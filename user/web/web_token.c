// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "web_token.h"

static const char bearer[] = "Bearer ";

static int rights_check(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st))
		return error_sys(-errno, "cannot read %s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(-EINVAL, "%s is no file", path);
	if (st.st_uid && st.st_uid != geteuid())
		return error_set(-EPERM, "%s belongs to another user", path);
	if (st.st_mode & (S_IRWXO | S_IWGRP))
		return error_set(
			-EPERM,
			"%s is open to others: chmod 600, or 640 for its group",
			path);
	return 0;
}

static int token_take(struct web_token *token, ssize_t got, const char *path)
{
	static const char allowed[] = "-._~+/=0123456789"
				      "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t len;

	token->text[got] = '\0';
	len = strspn(token->text, allowed);
	if (len > WEB_TOKEN_MAX || len < WEB_TOKEN_MIN ||
	    (token->text[len] && token->text[len] != '\n' &&
	     token->text[len] != '\r'))
		return error_set(
			-EINVAL,
			"the first line of %s is no token of %d to %d letters, digits and -._~+/=",
			path, WEB_TOKEN_MIN, WEB_TOKEN_MAX);
	token->len = len;
	return 0;
}

int web_token_read(struct web_token *token, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err;
	ssize_t got;

	if (fd < 0)
		return error_sys(-errno, "cannot open %s", path);
	err = rights_check(fd, path);
	if (!err) {
		got = read(fd, token->text, sizeof(token->text) - 1);
		err = got < 0 ? error_sys(-errno, "cannot read %s", path)
			      : token_take(token, got, path);
	}
	close(fd);
	return err;
}

bool web_token_fits(const struct web_token *token, const char *field,
		    size_t len)
{
	size_t skip = strlen(bearer), i;
	unsigned char differs;

	if (!field || len < skip || strncasecmp(field, bearer, skip))
		return false;
	field += skip;
	len -= skip;
	differs = len != token->len;
	for (i = 0; i < len; i++)
		differs |= field[i] ^ token->text[i % token->len];
	return !differs;
}
