/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMD_FRESH_H
#define CMD_FRESH_H

#include <stdint.h>

struct store;

/*
 * cmd_fresh_tell - say on standard error, of a change of a draft that is not there
 * and was not made by it, that the rules which were seen are those of what is live
 * @cmd: the command's name
 * @name: the draft's
 * @store: where a draft is looked for that may have been meant; or NULL
 * @live: the release
 */
void cmd_fresh_tell(const char *cmd, const char *name, struct store *store,
		    uint64_t live);

#endif
