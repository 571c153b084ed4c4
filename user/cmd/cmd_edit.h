/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_EDIT_H
#define CMD_EDIT_H

#include <stdio.h>

struct cmd_change;
struct edit;

/*
 * cmd_edit_run - make a release of it
 * @command: for the log
 *
 * Where there is nothing to change, that is said; in a dry run the change is
 * printed. The sets are sorted here.
 */
int cmd_edit_run(struct edit *edit, struct cmd_change *change,
		 const char *command);

/* Print what changes as lines of the rules format, "- " and "+ " before them,
 * in the order of the sources. The sets are sorted. */
void cmd_edit_print(FILE *out, const struct edit *edit);

#endif
