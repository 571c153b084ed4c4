/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_SUPPLY_H
#define CMD_SUPPLY_H

#include "format_read.h"

struct cmd;
struct format;

/* The options of commands that read a file: what it is, and what it does not
 * say itself. */
struct cmd_supply {
	const struct format *format; /* NULL: what the file shows */
	struct format_options read;
};

/* Their values, beyond those of the commands. */
enum {
	CMD_SUPPLY_FORMAT = 2000,
	CMD_SUPPLY_HOST,
	CMD_SUPPLY_CODE,
	CMD_SUPPLY_BASE,
	CMD_SUPPLY_TAG,
	CMD_SUPPLY_NOTE,
	CMD_SUPPLY_COLUMNS,
};

/* Their entries in a table for getopt_long(). */
#define CMD_SUPPLY_LONGS                                               \
	{"format", required_argument, NULL, CMD_SUPPLY_FORMAT},        \
		{"host", required_argument, NULL, CMD_SUPPLY_HOST},    \
		{"code", required_argument, NULL, CMD_SUPPLY_CODE},    \
		{"base", required_argument, NULL, CMD_SUPPLY_BASE},    \
		{"tag", required_argument, NULL, CMD_SUPPLY_TAG},      \
		{"note", required_argument, NULL, CMD_SUPPLY_NOTE},    \
	{                                                              \
		"columns", required_argument, NULL, CMD_SUPPLY_COLUMNS \
	}

/* Their help. */
#define CMD_SUPPLY_HELP                                                        \
	"  --format NAME       of the file; by what it holds if not given\n"   \
	"  --host HOST         of sources that are a path alone; or several\n" \
	"  --code CODE         of rules without one\n"                         \
	"  --base URL          what targets without a host are relative to\n"  \
	"  --tag TAG           of rules without one\n"                         \
	"  --note TEXT         of rules without one\n"                         \
	"  --columns LIST      of a table: source=2,target=3,code=5\n"

/* Take in one of them, with its argument in optarg: CMD_OK, or another exit
 * code after a message. */
int cmd_supply_take(const struct cmd *cmd, int option,
		    struct cmd_supply *supply);

#endif
