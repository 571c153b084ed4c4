/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_FILES_H
#define WEB_FILES_H

#include <stddef.h>

/* What the pages bring along, as it stands beside this file. */
struct web_file {
	const char *path; /* of its URL */
	const char *type;
	const char *text;
};

/* By its URL's path; NULL: there is none. */
const struct web_file *web_file_find(const char *path);

#endif
