/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

struct web_options;
struct web_pages;
struct web_token;

/*
 * The HTTP of the page, by libmicrohttpd in a thread of its own: who may ask,
 * how much, and for how long.
 */
struct web_http;

/*
 * web_http_start - answer from now on
 * @fd:    the listening socket, closed by the stop
 * @token: its len is 0 where none is wanted
 *
 * Returns 0 or -errno with error_set(); the socket is closed then, too.
 */
int web_http_start(struct web_http **http, const struct web_options *options,
		   const struct web_token *token, struct web_pages *pages,
		   int fd);

/* End connections whose time is over. To be called each second. */
void web_http_sweep(struct web_http *http);

/* Accepts NULL. */
void web_http_stop(struct web_http *http);

#endif
