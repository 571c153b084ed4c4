/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECKS_H
#define CHECKS_H

struct check;

/* All checks that there are (check.h). Both return 0 or -errno with
 * error_set(). */

/* Run them one after the other. The map may be NULL where there are no
 * rules. */
int checks_run(struct check *check);

/* The same from the map that is live. */
int checks_run_live(struct check *check, const char *state);

#endif
