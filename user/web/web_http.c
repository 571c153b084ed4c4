// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "web_admit.h"
#include "web_http.h"
#include "web_pages.h"
#include "web_reply.h"

enum {
	HTTP_CONNECTIONS = 128,
	HTTP_MEMORY = 32 << 10, /* of a connection: a head, and its answer's */
	HTTP_IDLE = 15,		/* seconds without a byte */
	HTTP_TIME = 30,		/* ... for a request, up to its answer's end */
};

#define HTTP_SECOND INT64_C(1000000000) /* ns */

/* A connection, and when the request before its present one ended. */
struct slot {
	int fd;	       /* -1: none */
	int64_t since; /* ns */
};

struct web_http {
	struct MHD_Daemon *daemon;
	struct web_admit admit;
	struct web_pages *pages;
	pthread_mutex_t lock; /* of the slots */
	struct slot slot[HTTP_CONNECTIONS];
};

static int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * HTTP_SECOND + now.tv_nsec;
}

static enum MHD_Result refuse(struct MHD_Connection *connection,
			      const struct web_refusal *refusal)
{
	struct MHD_Response *response =
		web_reply_text(refusal->text, "text/plain; charset=utf-8");

	if (response && refusal->field)
		mhd.add_response_header(response, refusal->field,
					refusal->value);
	return web_reply_send(connection, refusal->status, response);
}

static bool has_body(struct MHD_Connection *connection)
{
	static const char *const names[] = {"Content-Length",
					    "Transfer-Encoding"};
	const char *value;
	size_t i, len;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (mhd.lookup_connection_value_n(connection, MHD_HEADER_KIND,
						  names[i], strlen(names[i]),
						  &value, &len))
			return true;
	return false;
}

/* Why a request is refused when its head is there, or NULL. */
static const struct web_refusal *refusal_of(const struct web_http *http,
					    struct MHD_Connection *connection,
					    const char *path,
					    const char *method)
{
	static const struct web_refusal body = {MHD_HTTP_CONTENT_TOO_LARGE,
						"bodies are not read here\n",
						NULL, NULL};
	const struct web_refusal *refusal =
		web_admit(&http->admit, connection, path, method);

	if (refusal)
		return refusal;
	return has_body(connection) ? &body : NULL;
}

/* Called with the head, where an answer ends the connection, and then again. */
static enum MHD_Result answer(void *arg, struct MHD_Connection *connection,
			      const char *path, const char *method,
			      const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	struct web_http *http = arg;
	const struct web_refusal *refusal;

	(void)version;
	(void)upload;
	(void)upload_size;
	if (!*state) {
		*state = http;
		refusal = refusal_of(http, connection, path, method);
		return refusal ? refuse(connection, refusal) : MHD_YES;
	}
	if (!strcmp(path, "/healthz"))
		return web_reply_send(
			connection, MHD_HTTP_OK,
			web_reply_text("ok\n", "text/plain; charset=utf-8"));
	return web_pages_answer(http->pages, connection, path);
}

/* The place that was taken last is left to the next one: who has had no answer
 * for longest goes, so that those who hold connections keep nobody out. */
static void slot_leave(struct web_http *http)
{
	struct slot *oldest = http->slot;
	size_t i;

	for (i = 0; i < HTTP_CONNECTIONS; i++) {
		if (http->slot[i].fd < 0)
			return;
		if (http->slot[i].since < oldest->since)
			oldest = &http->slot[i];
	}
	shutdown(oldest->fd, SHUT_RDWR);
}

static void slot_take(struct web_http *http, struct MHD_Connection *connection,
		      void **context)
{
	const union MHD_ConnectionInfo *info = mhd.get_connection_info(
		connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	size_t i;

	for (i = 0; i < HTTP_CONNECTIONS && http->slot[i].fd >= 0; i++)
		;
	if (!info || i == HTTP_CONNECTIONS)
		return;
	http->slot[i] = (struct slot){info->connect_fd, clock_now()};
	*context = &http->slot[i];
	slot_leave(http);
}

static void connection_changed(void *arg, struct MHD_Connection *connection,
			       void **context,
			       enum MHD_ConnectionNotificationCode code)
{
	struct web_http *http = arg;
	struct slot *slot = *context;

	pthread_mutex_lock(&http->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		slot_take(http, connection, context);
	else if (slot)
		slot->fd = -1;
	pthread_mutex_unlock(&http->lock);
}

static void request_done(void *arg, struct MHD_Connection *connection,
			 void **state, enum MHD_RequestTerminationCode code)
{
	struct web_http *http = arg;
	const union MHD_ConnectionInfo *info = mhd.get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct slot *slot = info ? info->socket_context : NULL;

	(void)state;
	(void)code;
	pthread_mutex_lock(&http->lock);
	if (slot)
		slot->since = clock_now();
	pthread_mutex_unlock(&http->lock);
}

void web_http_sweep(struct web_http *http)
{
	int64_t now = clock_now();
	size_t i;

	pthread_mutex_lock(&http->lock);
	for (i = 0; i < HTTP_CONNECTIONS; i++)
		if (http->slot[i].fd >= 0 &&
		    now - http->slot[i].since > HTTP_TIME * HTTP_SECOND)
			shutdown(http->slot[i].fd, SHUT_RDWR);
	pthread_mutex_unlock(&http->lock);
}

/* By poll(): with epoll, libmicrohttpd 0.9.75 does not see that a client is gone
 * whose last bytes came with the end. */
static struct MHD_Daemon *daemon_start(struct web_http *http, int fd)
{
	return mhd.start_daemon(
		MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL,
		answer, http, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)HTTP_CONNECTIONS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)HTTP_IDLE,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION,
		connection_changed, http, MHD_OPTION_NOTIFY_COMPLETED,
		request_done, http, MHD_OPTION_END);
}

int web_http_start(struct web_http **result, const struct web_options *options,
		   const struct web_token *token, struct web_pages *pages,
		   int fd)
{
	struct web_http *http = calloc(1, sizeof(*http));
	size_t i;

	if (!http) {
		close(fd);
		return error_sys(-ENOMEM, "cannot answer");
	}
	web_admit_set(&http->admit, options, token);
	http->pages = pages;
	pthread_mutex_init(&http->lock, NULL);
	for (i = 0; i < HTTP_CONNECTIONS; i++)
		http->slot[i].fd = -1;
	http->daemon = daemon_start(http, fd);
	if (!http->daemon) {
		close(fd);
		pthread_mutex_destroy(&http->lock);
		free(http);
		return error_sys(-EIO, "cannot answer");
	}
	*result = http;
	return 0;
}

void web_http_stop(struct web_http *http)
{
	if (!http)
		return;
	mhd.stop_daemon(http->daemon);
	pthread_mutex_destroy(&http->lock);
	free(http);
}
