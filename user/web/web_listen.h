/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Where the page is: an address and port, or a unix socket. */
struct web_listen {
	union {
		struct sockaddr any;
		struct sockaddr_storage storage;
		struct sockaddr_un local;
	} addr;
	socklen_t len;
	bool both; /* of both families */
};

/*
 * web_listen_parse - read IPv4:PORT, [IPv6]:PORT, *:PORT or unix:PATH
 *
 * Returns 0 or -EINVAL with error_set().
 */
int web_listen_parse(struct web_listen *listen, const char *text);

/* Whether only this machine gets there. */
bool web_listen_near(const struct web_listen *listen);
bool web_listen_local(const struct web_listen *listen); /* a unix socket */

/*
 * web_listen_open - the listening socket
 * @state: a unix socket is for root and the group of that directory; the file
 *         that is left of one nobody listens on is removed
 *
 * Sets the umask while it works. Returns it, or -errno with error_set().
 */
int web_listen_open(const struct web_listen *listen, const char *state);

/* Where it is, of an open socket: 127.0.0.1:9180, unix:/run/detour/web. */
enum { WEB_LISTEN_TEXT = 160 };
void web_listen_text(char text[WEB_LISTEN_TEXT],
		     const struct web_listen *listen, int fd);

/* Remove the file of a unix socket, if this user may. */
void web_listen_remove(const struct web_listen *listen);

#endif
