// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fast_netlink.h"

enum { ANSWER_ROOM = 32768 }; /* the kernel's lists come in such pieces */

struct nlmsghdr *fast_netlink_request(char *buffer, uint16_t type,
				      uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = time(NULL);
	/* Whatever has no end of its own gets one. */
	if (!(flags & NLM_F_DUMP))
		request->nlmsg_flags |= NLM_F_ACK;
	return request;
}

static int text_take(const struct nlattr *attr, void *arg)
{
	char *said = arg;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		snprintf(said, FAST_NETLINK_SAID, "%s", mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

/* Take the kernel's words out of an error message, where it has any. */
static void said_take(const struct nlmsghdr *message, char *said)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	unsigned int len = sizeof(*error);

	if (message->nlmsg_type != NLMSG_ERROR ||
	    !(message->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*error))
		return;
	/* Unless it is left out, the request stands before them. */
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		len += mnl_nlmsg_get_payload_len(&error->msg);
	if (mnl_nlmsg_get_payload_len(message) > len)
		mnl_attr_parse(message, len, text_take, said);
}

static int answers_take(struct mnl_socket *socket,
			const struct nlmsghdr *request, mnl_cb_t fn, void *arg,
			char *said)
{
	unsigned int port = mnl_socket_get_portid(socket);
	char *buffer = malloc(ANSWER_ROOM);
	ssize_t len;
	int more = buffer ? 1 : -1;

	while (more > 0) {
		len = mnl_socket_recvfrom(socket, buffer, ANSWER_ROOM);
		if (len > 0 && said)
			said_take((const struct nlmsghdr *)buffer, said);
		more = len < 0 ? -1
			       : mnl_cb_run(buffer, len, request->nlmsg_seq,
					    port, fn, arg);
	}
	free(buffer);
	return more < 0 ? -errno : 0;
}

int fast_netlink_ask(int bus, struct nlmsghdr *request, mnl_cb_t fn, void *arg,
		     char said[FAST_NETLINK_SAID])
{
	struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	int on = 1, err = 0;

	if (said)
		*said = '\0';
	if (!socket)
		return -errno;
	if (said)
		mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, sizeof(on));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		err = -errno;
	if (!err)
		err = answers_take(socket, request, fn, arg, said);
	mnl_socket_close(socket);
	return err;
}
