// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "announcement.h"
#include "error.h"
#include "server_list.h"
#include "server_list_ended.h"
#include "server_list_keeper.h"

struct server_list {
	int keeper;		    /* what it is asked by, or -1 */
	int socket[SERVER_SOCKETS]; /* that it made, or -1 */
	int told;		    /* the error that was told last */
	pthread_mutex_t lock;	    /* of what follows */
	struct announcement own;
};

int server_list_new(struct server_list **result, const char *state,
		    const char *listen)
{
	struct server_list *list = calloc(1, sizeof(*list));

	if (!list || announcement_init(&list->own, state, listen)) {
		free(list);
		return error_sys(-ENOMEM, "cannot list this server");
	}
	pthread_mutex_init(&list->lock, NULL);
	list->keeper = -1;
	memset(list->socket, -1, sizeof(list->socket));
	*result = list;
	return 0;
}

int server_list_keep(struct server_list *list)
{
	int keeper = server_list_keeper_start(&list->own);

	if (keeper < 0)
		return keeper;
	list->keeper = keeper;
	return 0;
}

int server_list_check(struct server_list *list)
{
	int err;

	pthread_mutex_lock(&list->lock);
	err = server_list_keeper_look(list->keeper, &list->own, list->socket);
	if (err == -EPIPE)
		err = announcement_look(&list->own);
	if (err > 0) {
		err = announcement_fill(&list->own);
		if (err)
			announcement_leave(&list->own);
		else
			err = 1;
	}
	pthread_mutex_unlock(&list->lock);
	if (err < 0 && err == list->told)
		return 0;
	list->told = err < 0 ? err : 0;
	return err;
}

void server_list_release(struct server_list *list, uint64_t release)
{
	pthread_mutex_lock(&list->lock);
	announcement_release(&list->own, release);
	pthread_mutex_unlock(&list->lock);
}

void server_list_counters(struct server_list *list, const uint64_t *value,
			  unsigned int count)
{
	if (!list)
		return;
	pthread_mutex_lock(&list->lock);
	announcement_counters(&list->own, value, count);
	pthread_mutex_unlock(&list->lock);
}

const char *server_list_path(const struct server_list *list)
{
	return list->own.fd >= 0 ? list->own.path : NULL;
}

int server_list_socket(struct server_list *list, enum server_socket_kind kind)
{
	int fd = list->socket[kind];

	list->socket[kind] = -1;
	return fd;
}

void server_list_remove(struct server_list *list)
{
	int i;

	if (!list)
		return;
	if (list->own.fd >= 0) {
		announcement_close(&list->own);
		if (server_list_keeper_fold(list->keeper))
			server_list_fold(list->own.state, 0, 0);
	}
	if (list->keeper >= 0)
		close(list->keeper);
	for (i = 0; i < SERVER_SOCKETS; i++)
		if (list->socket[i] >= 0)
			close(list->socket[i]);
	pthread_mutex_destroy(&list->lock);
	announcement_free(&list->own);
	free(list);
}
