/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_REQUESTS_H
#define CMD_REQUESTS_H

#include "host.h"
#include "request_read.h"

struct cmd;

/* The options of commands that read requests from logs: how they are written
 * down. All zero is none. */
struct cmd_requests {
	struct request_options read;
	char host[HOST_SIZE];
};

/* Their values, and their entries in a table for getopt_long(). */
enum {
	CMD_REQUESTS_FORMAT = 5000,
	CMD_REQUESTS_FIELDS,
	CMD_REQUESTS_HOST,
	CMD_REQUESTS_SCHEME,
};
#define CMD_REQUESTS_LONGS                                                \
	{"format", required_argument, NULL, CMD_REQUESTS_FORMAT},         \
		{"fields", required_argument, NULL, CMD_REQUESTS_FIELDS}, \
		{"host", required_argument, NULL, CMD_REQUESTS_HOST},     \
	{                                                                 \
		"scheme", required_argument, NULL, CMD_REQUESTS_SCHEME    \
	}

/* Their help. */
#define CMD_REQUESTS_HELP                                                                 \
	"  --format NAME       of FILE: urls, common, combined, vhost-combined, json,\n"  \
	"                      w3c; by what it holds if not given\n"                      \
	"  --fields LIST       of json and w3c: host=KEY,method=KEY,uri=KEY,status=KEY\n" \
	"  --host HOST         of lines that have none\n"                                 \
	"  --scheme SCHEME     of lines that have none, http or https; http if not\n"     \
	"                      given\n"

/* Take in one of them: CMD_OK, another exit code after a message, or -EINVAL,
 * as a cmd_take_fn (cmd_options.h) does. */
int cmd_requests_take(const struct cmd *cmd, int option,
		      struct cmd_requests *requests);

#endif
