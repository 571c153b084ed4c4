// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fast_listener.h"
#include "fast_listener_read.h"
#include "fast_netlink.h"

enum { LISTENER_STATE = 0x0a /* TCP_LISTEN */, READ_TRIES = 5 };

static const uint8_t any_ipv4[16] = {[10] = 0xff, 0xff};

static int listener_add(struct fast_listener_list *list,
			const struct fast_listener *listener)
{
	if (array_grow(&list->listener, &list->room, list->count + 1,
		       sizeof(*listener)))
		return error_sys(-ENOMEM, "cannot list the listeners");
	list->listener[list->count++] = *listener;
	return 0;
}

void fast_listener_free(struct fast_listener_list *list)
{
	free(list->listener);
	memset(list, 0, sizeof(*list));
}

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

int fast_listener_scan(FILE *table, struct fast_listener_list *list)
{
	struct fast_listener listener = {.bound = 0};
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
		err = listener_add(list, &listener);
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

static int tables_scan(struct fast_listener_list *list)
{
	int err = table_scan("/proc/self/net/tcp", list);

	/* There is none where the kernel has no IPv6. */
	if (!err && table_scan("/proc/self/net/tcp6", list) == -ENOMEM)
		err = -ENOMEM;
	return err;
}

static int socket_take(const struct nlmsghdr *message, void *arg)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct fast_listener listener = {.bound = found->id.idiag_if};
	const struct nlattr *attr;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return MNL_CB_OK;
	memcpy(listener.addr, any_ipv4, 16);
	if (found->idiag_family == AF_INET)
		memcpy(listener.addr + 12, found->id.idiag_src, 4);
	else
		memcpy(listener.addr, found->id.idiag_src, 16);
	listener.port = ntohs(found->id.idiag_sport);
	listener.inode = found->idiag_inode;
	mnl_attr_for_each(attr, message, sizeof(*found))
	{
		if (mnl_attr_get_type(attr) == INET_DIAG_SKV6ONLY)
			listener.ipv6_only = mnl_attr_get_u8(attr);
	}
	return listener_add(arg, &listener) ? MNL_CB_ERROR : MNL_CB_OK;
}

static int family_read(struct fast_listener_list *list, uint8_t family)
{
	char buffer[FAST_NETLINK_ROOM];
	struct nlmsghdr *request;
	struct inet_diag_req_v2 *asked;

	request = fast_netlink_request(buffer, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	asked = mnl_nlmsg_put_extra_header(request, sizeof(*asked));
	asked->sdiag_family = family;
	asked->sdiag_protocol = IPPROTO_TCP;
	asked->idiag_states = 1 << LISTENER_STATE;
	return fast_netlink_ask(NETLINK_SOCK_DIAG, request, socket_take, list,
				NULL);
}

int fast_listener_read(struct fast_listener_list *list)
{
	int err = -EINTR, tries;

	for (tries = 0; err == -EINTR && tries < READ_TRIES; tries++) {
		fast_listener_free(list);
		err = family_read(list, AF_INET);
		if (!err)
			err = family_read(list, AF_INET6);
	}
	if (!err)
		return 0;
	fast_listener_free(list);
	return tables_scan(list);
}
