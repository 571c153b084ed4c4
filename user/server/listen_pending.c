// SPDX-License-Identifier: BSD-2-Clause
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"
#include "listen_pending.h"

struct question {
	struct nlmsghdr head;
	struct inet_diag_req_v2 body;
};

/* For the connections to a port that are not made yet. The kernel does not say
 * whose they are. */
static int question_make(struct question *question, int fd)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);

	if (getsockname(fd, (struct sockaddr *)&addr, &len))
		return -1;
	*question = (struct question){
		.head = {.nlmsg_len = sizeof(*question),
			 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.body = {.sdiag_family = addr.ss_family,
			 .sdiag_protocol = IPPROTO_TCP,
			 .idiag_states = 1 << TCP_SYN_RECV}};
	/* The port is in the same place for both families. */
	question->body.id.idiag_sport =
		((const struct sockaddr_in *)&addr)->sin_port;
	return 0;
}

bool listen_pending(int fd)
{
	struct question question;
	struct nlmsghdr answer[512]; /* all of a part, of which one counts */
	bool pending = true;
	int diag;

	if (question_make(&question, fd))
		return true;
	diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (diag < 0)
		return true;
	if (send(diag, &question, sizeof(question), 0) ==
		    (ssize_t)sizeof(question) &&
	    recv(diag, answer, sizeof(answer), 0) >= (ssize_t)sizeof(*answer))
		pending = answer->nlmsg_type != NLMSG_DONE;
	close(diag);
	return pending;
}
