// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fast_kind.h"
#include "fast_netlink.h"
#include "fast_route.h"
#include "fast_way.h"

enum { ASKED_MAX = 64 }; /* addresses; more of a kind tell no more */

/* Where replies from an address leave. */
enum exit { EXIT_NONE, EXIT_HERE, EXIT_BOTH, EXIT_ELSEWHERE };

struct look {
	const struct fast_way *way;
	struct fast_notes *notes;
	uint32_t other; /* the interface that it is, if not here */
	unsigned int asked;
	unsigned int home;	       /* addresses of the interface itself */
	bool said_exit[2], said_alone; /* by family: IPv6, IPv4 */
	char strange[160];
	unsigned int strangers;
	int err;
};

/* Two of each family, far away and apart, for which no host is likely to have
 * routes of their own. */
static const uint8_t far[][16] = {
	{[10] = 0xff, 0xff, 20, 0, 0, 1},
	{[10] = 0xff, 0xff, 200, 0, 0, 1},
	{0x24, 0, [15] = 1},
	{0x2a, 0, [15] = 1},
};

static bool is_ipv4(const uint8_t *addr)
{
	return !memcmp(addr, far[0], 12);
}

static bool is_loopback(const uint8_t *addr)
{
	static const uint8_t one[16] = {[15] = 1};

	return is_ipv4(addr) ? addr[12] == 127 : !memcmp(addr, one, 16);
}

static bool is_link_local(const uint8_t *addr)
{
	return is_ipv4(addr) ? addr[12] == 169 && addr[13] == 254
			     : addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

/* Whether it only holds addresses, for packets that come by others. */
static bool is_holder(const struct look *look, uint32_t ifindex)
{
	const struct fast_device *device =
		fast_device_find(look->way->devices, ifindex);

	return device && (device->loopback || fast_device_is(device, "dummy"));
}

static bool is_here(const struct look *look, uint32_t ifindex)
{
	return fast_kind_above(look->way->devices, ifindex, look->way->device);
}

/* From an address, or, for NULL, of a family. */
static enum exit exit_find(struct look *look, const uint8_t *from, bool ipv4)
{
	bool here = false, elsewhere = false;
	struct fast_route route;
	unsigned int i, j;

	for (i = 0; i < sizeof(far) / sizeof(*far) && !look->err; i++) {
		if (is_ipv4(far[i]) != ipv4)
			continue;
		look->err =
			fast_route_ask(&route, far[i], from, look->way->vrf);
		for (j = 0; j < route.devices && !route.local; j++) {
			if (is_here(look, route.device[j])) {
				here = true;
			} else {
				elsewhere = true;
				look->other = route.device[j];
			}
		}
	}
	if (here)
		return elsewhere ? EXIT_BOTH : EXIT_HERE;
	return elsewhere ? EXIT_ELSEWHERE : EXIT_NONE;
}

/* Said once for each family. */
static void exit_note(struct look *look, enum exit leaves, const char *from,
		      bool ipv4)
{
	if (leaves < EXIT_BOTH || look->said_exit[ipv4])
		return;
	look->said_exit[ipv4] = true;
	fast_note(
		look->notes,
		"by this host's routes replies from %s leave by %s%s; the fast path's leave by %s, to where the packet came from: with direct server return (DSR) or other asymmetric routes they are lost",
		from, fast_device_name(look->way->devices, look->other),
		leaves == EXIT_BOTH ? ", too" : "", look->way->device->name);
}

/* An address that is on loopback, or on what is made to hold such. */
static void held_look(struct look *look, const uint8_t *addr, uint32_t holder)
{
	enum exit leaves = exit_find(look, addr, is_ipv4(addr));
	const char *name = fast_device_name(look->way->devices, holder);
	char text[FAST_ADDRESS_TEXT];

	fast_address_print(addr, text);
	if (leaves == EXIT_ELSEWHERE && !look->way->force && !look->err) {
		look->err = error_set(
			-EXDEV,
			"%s is on %s, and by this host's routes replies from it leave by %s: the fast path's would leave by %s, to where the packet came from, which with direct server return (DSR) sends them on to nobody (--force attaches all the same, --address leaves it out)",
			text, name,
			fast_device_name(look->way->devices, look->other),
			look->way->device->name);
		return;
	}
	exit_note(look, leaves, text, is_ipv4(addr));
	if (leaves < EXIT_BOTH && !look->said_alone)
		fast_note(
			look->notes,
			"%s is on %s: replies go back to where the packet came from, which with direct server return (DSR) sends them on to nobody",
			text, name);
	look->said_alone = true;
}

static void address_look(struct look *look, const uint8_t *addr, uint32_t on)
{
	char text[FAST_ADDRESS_TEXT];
	enum exit leaves;

	if (is_loopback(addr) || is_link_local(addr) ||
	    look->asked++ >= ASKED_MAX)
		return;
	if (is_holder(look, on)) {
		held_look(look, addr, on);
		return;
	}
	leaves = exit_find(look, addr, is_ipv4(addr));
	fast_address_print(addr, text);
	exit_note(look, leaves, text, is_ipv4(addr));
}

static void stranger_add(struct look *look, const char *text)
{
	size_t used = strlen(look->strange);

	if (look->strangers++ < 3)
		snprintf(look->strange + used, sizeof(look->strange) - used,
			 "%s%s", used ? ", " : "", text);
}

static void strangers_note(struct look *look)
{
	char more[32] = "";

	if (!look->strangers)
		return;
	if (look->strangers > 3)
		snprintf(more, sizeof(more), " and %u more",
			 look->strangers - 3);
	fast_note(
		look->notes,
		"not local to this host: %s%s; the kernel takes nothing that is handed over there",
		look->strange, more);
}

static void given_look(struct look *look)
{
	const struct fast_way *way = look->way;
	const struct fast_prefix *prefix;
	char text[FAST_PREFIX_TEXT];
	struct fast_route route;
	size_t i;

	for (i = 0; i < way->given->count && !look->err; i++) {
		look->err = fast_route_ask(&route, way->given->addr[i], NULL,
					   way->vrf);
		fast_address_print(way->given->addr[i], text);
		if (!look->err && route.local)
			address_look(look, way->given->addr[i],
				     route.devices ? route.device[0] : 0);
		else if (!look->err)
			stranger_add(look, text);
	}
	for (i = 0; i < way->prefixes->count && !look->err; i++) {
		prefix = way->prefixes->prefix + i;
		look->err = fast_route_ask(&route, prefix->address.addr, NULL,
					   way->vrf);
		fast_prefix_print(prefix, text);
		if (!look->err && route.local &&
		    route.bits <= fast_prefix_bits(prefix))
			address_look(look, prefix->address.addr,
				     route.devices ? route.device[0] : 0);
		else if (!look->err)
			stranger_add(look, text);
	}
	strangers_note(look);
}

static int own_take(const struct nlmsghdr *message, void *arg)
{
	const struct ifaddrmsg *found = mnl_nlmsg_get_payload(message);
	uint8_t addr[16] = {[10] = 0xff, 0xff};
	const struct nlattr *attr;
	struct look *look = arg;
	bool any = false;

	mnl_attr_for_each(attr, message, sizeof(*found))
	{
		/* With a peer the other one is the peer's. */
		if (mnl_attr_get_type(attr) != IFA_LOCAL &&
		    (mnl_attr_get_type(attr) != IFA_ADDRESS || any))
			continue;
		any = true;
		if (found->ifa_family == AF_INET &&
		    mnl_attr_get_payload_len(attr) == 4)
			memcpy(addr + 12, mnl_attr_get_payload(attr), 4);
		else if (mnl_attr_get_payload_len(attr) == 16)
			memcpy(addr, mnl_attr_get_payload(attr), 16);
	}
	if (!any || is_loopback(addr) || is_link_local(addr))
		return MNL_CB_OK;
	if (is_here(look, found->ifa_index))
		look->home++;
	else if (!is_holder(look, found->ifa_index))
		return MNL_CB_OK;
	address_look(look, addr, found->ifa_index);
	return MNL_CB_OK;
}

static void own_look(struct look *look)
{
	char buffer[FAST_NETLINK_ROOM];
	struct nlmsghdr *request;
	struct ifaddrmsg *asked;
	int err, ipv4;

	request = fast_netlink_request(buffer, RTM_GETADDR, NLM_F_DUMP);
	asked = mnl_nlmsg_put_extra_header(request, sizeof(*asked));
	asked->ifa_family = AF_UNSPEC;
	err = fast_netlink_ask(NETLINK_ROUTE, request, own_take, look, NULL);
	if (err && err != -EINTR && !look->err)
		look->err = error_sys(err, "cannot list this host's addresses");
	for (ipv4 = 0; ipv4 < 2 && !look->home && !look->err; ipv4++)
		exit_note(look, exit_find(look, NULL, ipv4), "this host", ipv4);
}

int fast_way_check(const struct fast_way *way, struct fast_notes *notes)
{
	struct look look = {.way = way, .notes = notes};

	if (way->device->loopback)
		return 0;
	if (way->given->count || way->prefixes->count)
		given_look(&look);
	else
		own_look(&look);
	return look.err;
}
