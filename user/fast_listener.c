// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_address.h"
#include "fast_listener.h"

enum { LISTENER_STATE = 0x0a /* TCP_LISTEN */ };

static const uint8_t any[16];
static const uint8_t any_ipv4[16] = {[10] = 0xff, 0xff};

/* One or four words of hexadecimal digits, in this machine's byte order. */
static bool address_read(const char *text, uint8_t addr[16])
{
	size_t words = strlen(text) / 8, i;
	uint32_t word;

	if (strlen(text) % 8 || (words != 1 && words != 4))
		return false;
	memcpy(addr, any_ipv4, 16);
	for (i = 0; i < words; i++) {
		if (sscanf(text + 8 * i, "%8" SCNx32, &word) != 1)
			return false;
		memcpy(addr + (words == 1 ? 12 : 4 * i), &word, 4);
	}
	return true;
}

static int list_add(struct fast_listener_list *list,
		    const struct fast_listener *listener)
{
	size_t room = list->room ? 2 * list->room : 64;
	void *grown;

	if (list->count == list->room) {
		grown = reallocarray(list->listener, room, sizeof(*listener));
		if (!grown)
			return error_sys(-ENOMEM, "cannot list the listeners");
		list->listener = grown;
		list->room = room;
	}
	list->listener[list->count++] = *listener;
	return 0;
}

void fast_listener_free(struct fast_listener_list *list)
{
	free(list->listener);
	memset(list, 0, sizeof(*list));
}

int fast_listener_scan(FILE *table, struct fast_listener_list *list)
{
	struct fast_listener listener;
	unsigned int port, state;
	char line[512], addr[33];
	int err = 0;

	while (!err && fgets(line, sizeof(line), table)) {
		/* slot, local address and port, peer's, state */
		if (sscanf(line, "%*u: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x",
			   addr, &port, &state) != 3)
			continue;
		if (state != LISTENER_STATE)
			break;
		if (port > 65535 || !address_read(addr, listener.addr))
			continue;
		listener.port = port;
		err = list_add(list, &listener);
	}
	return err;
}

static int table_scan(const char *path, struct fast_listener_list *list)
{
	FILE *table = fopen(path, "re");
	int err;

	if (!table)
		return error_sys(-errno, "cannot read %s", path);
	err = fast_listener_scan(table, list);
	fclose(table);
	return err;
}

static bool is_any(const uint8_t *addr)
{
	return !memcmp(addr, any, 16) || !memcmp(addr, any_ipv4, 16);
}

static bool is_ipv4(const uint8_t *addr)
{
	return !memcmp(addr, any_ipv4, 12);
}

static bool takes(const struct fast_listener *listener, const uint8_t *addr)
{
	return !memcmp(listener->addr, addr, 16) ||
	       !memcmp(listener->addr, any, 16) ||
	       (!memcmp(listener->addr, any_ipv4, 16) && is_ipv4(addr));
}

static bool address_has(const struct fast_listener_list *list, uint16_t port,
			const uint8_t *addr)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->listener[i].port == port &&
		    takes(&list->listener[i], addr))
			return true;
	return false;
}

static int each_check(const struct fast_listener_list *list, uint16_t port,
		      const struct fast_address_list *served)
{
	char text[FAST_ADDRESS_TEXT];
	size_t i;

	for (i = 0; i < served->count; i++) {
		if (address_has(list, port, served->addr[i]))
			continue;
		fast_address_print(served->addr[i], text);
		return error_set(
			-ENOTCONN,
			"nothing listens on port %" PRIu16
			" of %s (--without-listener attaches all the same)",
			port, text);
	}
	return 0;
}

static bool is_served(const struct fast_listener *listener,
		      const struct fast_address_list *served)
{
	size_t i;

	if (is_any(listener->addr))
		return true;
	for (i = 0; i < served->count; i++)
		if (takes(listener, served->addr[i]))
			return true;
	return false;
}

static int some_check(const struct fast_listener_list *list, uint16_t port,
		      const struct fast_address_list *served)
{
	char where[40 + FAST_ADDRESS_TEXT] = "", text[FAST_ADDRESS_TEXT];
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->listener[i].port != port)
			continue;
		if (is_served(&list->listener[i], served))
			return 0;
		fast_address_print(list->listener[i].addr, text);
		snprintf(where, sizeof(where),
			 " except at %s, which is not served", text);
	}
	return error_set(-ENOTCONN,
			 "nothing listens on port %" PRIu16
			 "%s (--without-listener attaches all the same)",
			 port, where);
}

int fast_listener_check(const uint16_t *port, unsigned int ports,
			const struct fast_address_list *served, bool each)
{
	struct fast_listener_list list = {NULL, 0, 0};
	unsigned int i;
	int err;

	err = table_scan("/proc/self/net/tcp", &list);
	/* There is none where the kernel has no IPv6. */
	if (!err && table_scan("/proc/self/net/tcp6", &list) == -ENOMEM)
		err = -ENOMEM;
	for (i = 0; i < ports && !err; i++)
		err = each ? each_check(&list, port[i], served)
			   : some_check(&list, port[i], served);
	fast_listener_free(&list);
	return err;
}
