/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_FRESH_H
#define CMD_FRESH_H

struct cmd_change;

/* Say on standard error, of a change of a draft that is not there and was not
 * made by it, that the rules which were seen are those of what is live; and which
 * draft may have been meant. Of any other change nothing. */
void cmd_fresh_tell(const struct cmd_change *change);

#endif
