/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_H
#define WEB_H

struct web_options;

/*
 * web_run - show how detour is until SIGTERM, SIGINT or SIGQUIT
 *
 * Opens what it needs, then becomes another user if it is told to; the process
 * that gathers figures keeps the rights to look. Returns 0, or -errno with
 * error_set().
 */
int web_run(const struct web_options *options);

#endif
