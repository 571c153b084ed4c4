/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_CHECK_JSON_H
#define CMD_CHECK_JSON_H

#include "json.h"

struct import;

/* What a check finds as a JSON array: each warning as soon as it is found,
 * then what cannot be said and what is wrong. */
struct cmd_check_json {
	struct json_list list; /* begins with { out } */
	const struct import *import;
	const char *file; /* NULL: none */
};

/* Have it given the import's warnings. */
void cmd_check_json_begin(struct cmd_check_json *json, struct import *import,
			  const char *file);

/* Print the rest. */
void cmd_check_json_end(struct cmd_check_json *json,
			const struct import *import);

#endif
