/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_GATHER_H
#define WEB_GATHER_H

#include <jansson.h>
#include <stdbool.h>

/*
 * A process that gathers figures and sends them: it keeps the rights that it
 * needs to look, has nothing to do with clients, and takes nothing from who does
 * but that somebody looks.
 */

/*
 * web_gather_start - start it, before the first thread
 *
 * It ends when the descriptor is closed. Returns that, or -errno with
 * error_set().
 */
int web_gather_start(const char *state);

/*
 * web_gather_want - somebody looks: figures are wanted, each second for a while
 * @used: what costs by the number of rules, too
 *
 * The first come at once. Any thread.
 */
void web_gather_want(int fd, bool used);

/*
 * web_gather_receive - wait for the next figures
 * @figures: receives them (view_figures.h)
 *
 * Returns 0 or -errno with error_set(): -EPIPE when the process has ended.
 */
int web_gather_receive(int fd, json_t **figures);

#endif
