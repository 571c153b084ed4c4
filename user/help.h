/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HELP_H
#define HELP_H

/* Print the help, or the version, on standard output. Exit codes. */
int help_print(void);
int help_version(void);

#endif
