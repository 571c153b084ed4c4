// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fast_listener.h"
#include "fast_listener_announced.h"
#include "fast_sockets.h"
#include "server_list_read.h"

/* ADDR of ADDR:PORT, mapped if it is IPv4. */
static bool address_read(uint8_t addr[16], char *text)
{
	static const uint8_t ipv4[16] = {[10] = 0xff, 0xff};

	if (*text != '[') {
		memcpy(addr, ipv4, 16);
		return inet_pton(AF_INET, text, addr + 12) == 1;
	}
	text++;
	text[strcspn(text, "%]")] = '\0';
	return inet_pton(AF_INET6, text, addr) == 1;
}

static bool has_word(const char *words, const char *word)
{
	const char *at = strstr(words, word);
	size_t len = strlen(word);

	return at && (!at[len] || at[len] == ',');
}

/* Read ADDR:PORT and what stands behind it; false: nothing does, or it is
 * something else. */
static bool token_read(struct fast_listener *found, const char *at, size_t len)
{
	char text[128], *words, *colon;

	if (len >= sizeof(text) || at[len - 1] == ',')
		return false;
	memcpy(text, at, len);
	text[len] = '\0';
	words = strchr(text, ',');
	if (!words)
		return false;
	found->https = has_word(words, ",https");
	found->proxy = has_word(words, ",proxy");
	*words = '\0';
	colon = strrchr(text, ':');
	if (!colon)
		return false;
	*colon = '\0';
	found->port = strtoul(colon + 1, NULL, 10);
	return address_read(found->addr, text);
}

static void token_note(struct fast_listener_list *list,
		       const struct fast_listener *found,
		       const struct fast_sockets *sockets)
{
	struct fast_listener *listener = list->listener;
	size_t i;

	for (i = 0; i < list->count; i++, listener++)
		if (listener->port == found->port &&
		    !memcmp(listener->addr, found->addr, 16) &&
		    (!sockets || !listener->inode ||
		     fast_sockets_has(sockets, listener->inode))) {
			listener->https |= found->https;
			listener->proxy |= found->proxy;
		}
}

void fast_listener_announced_by(struct fast_listener_list *list,
				const char *addresses,
				const struct fast_sockets *sockets)
{
	struct fast_listener found = {.port = 0};
	size_t len;

	for (; *addresses; addresses += len) {
		addresses += strspn(addresses, " ");
		len = strcspn(addresses, " ");
		if (token_read(&found, addresses, len))
			token_note(list, &found, sockets);
	}
}

static int server_look(const struct server_list_entry *server, void *arg)
{
	struct fast_sockets sockets = {.count = 0};

	if (!server->known || !strchr(server->listen, ','))
		return 0;
	fast_sockets_add(&sockets, server->pid);
	fast_listener_announced_by(arg, server->listen,
				   sockets.unknown ? NULL : &sockets);
	fast_sockets_free(&sockets);
	return 0;
}

void fast_listener_announced(struct fast_listener_list *list, const char *state)
{
	server_list_each(state, server_look, list);
}
