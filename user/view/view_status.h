/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_STATUS_H
#define VIEW_STATUS_H

#include <jansson.h>
#include <stdbool.h>

/*
 * view_status_take - what is live, and who answers from it
 * @root: receives what `status --json` prints, also after a failure; the
 *        caller releases it
 * @wrong: set if the map is damaged or the store does not say more, or if a
 *         server does not follow
 *
 * Puts right what can be put right, as release_read() does, and gives servers
 * that were just told a second. Returns 0 or -errno with error_set().
 */
int view_status_take(json_t **root, bool *wrong, const char *state);

#endif
