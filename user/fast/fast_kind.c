// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fast_kind.h"
#include "file.h"

struct row {
	const char *kind;
	const char *text;
};

/* Interfaces that the fast path has nothing to do on. */
static const struct row refused[] = {
	{"dummy", "no packets come by it: attach to the one that they come by"},
	{"ifb", "its packets go back to another: attach to that"},
	{"ipvtap", "its packets are a virtual machine's"},
	{"macvtap", "its packets are a virtual machine's"},
	{"vrf", "packets come by its ports: attach to those"},
};

static const char any_port[] =
	"the packets of a connection may come by any of its ports";

/* Ports, by the kind of what they are ports of. A bridge has its own rule; a
 * VRF is met in the IP layer only. */
static const struct row ports[] = {
	{"", any_port},
	{"bond", any_port},
	{"openvswitch", "it may send what is handed over through a process"},
	{"team", any_port},
};

static const char *row_find(const struct row *rows, size_t count,
			    const char *kind)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(rows[i].kind, kind))
			return rows[i].text;
	return NULL;
}

#define ROW_FIND(rows, kind) row_find(rows, sizeof(rows) / sizeof(*rows), kind)

static bool setting_read(const char *path, bool *there)
{
	int value = file_number(path, -1);

	if (value < 0)
		return false;
	*there = true;
	return value;
}

void fast_kind_host(struct fast_kind_host *host)
{
	host->filter = false;
	host->call_ipv4 = setting_read(
		"/proc/sys/net/bridge/bridge-nf-call-iptables", &host->filter);
	host->call_ipv6 = setting_read(
		"/proc/sys/net/bridge/bridge-nf-call-ip6tables", &host->filter);
}

/* What makes a bridge give packets to netfilter, as it is turned off; "" where
 * it does not. */
static void bridge_cure(const struct fast_device *bridge,
			const struct fast_kind_host *host, char *text,
			size_t size)
{
	bool sysctl = host->call_ipv4 || host->call_ipv6;
	bool own = bridge->call_ipv4 || bridge->call_ipv6;
	char setting[128] = "";

	*text = '\0';
	if (!host->filter || (!sysctl && !own))
		return;
	if (own)
		snprintf(
			setting, sizeof(setting),
			"ip link set %s type bridge nf_call_iptables 0 nf_call_ip6tables 0",
			bridge->name);
	snprintf(text, size, "%s%s%s%s%s", sysctl ? "sysctl -w" : "",
		 host->call_ipv4 ? " net.bridge.bridge-nf-call-iptables=0" : "",
		 host->call_ipv6 ? " net.bridge.bridge-nf-call-ip6tables=0"
				 : "",
		 sysctl && own ? "; " : "", setting);
}

/* br_netfilter takes the socket off what comes by a port, and with it what was
 * handed over there; on the bridge itself that is behind. */
static int bridge_port(const struct fast_device *device,
		       const struct fast_device *bridge,
		       const struct fast_kind_host *host)
{
	char cure[256];

	bridge_cure(bridge, host, cure, sizeof(cure));
	if (!*cure)
		return 0;
	return error_set(
		-ENOTSUP,
		"%s is a port of the bridge %s, which has netfilter undo the hand-over: attach to %s, or: %s",
		device->name, bridge->name, bridge->name, cure);
}

static int port_judge(const struct fast_device_list *list,
		      const struct fast_device *device,
		      const struct fast_kind_host *host, struct fast_kind *kind)
{
	const struct fast_device *master =
		fast_device_find(list, device->master);
	const char *why;

	if (!master)
		return 0;
	if (fast_device_is(master, "vrf")) {
		kind->vrf = master->ifindex;
		return 0;
	}
	if (fast_device_is(master, "bridge")) {
		kind->mac = master->ifindex;
		kind->heard = 0;
		return bridge_port(device, master, host);
	}
	why = ROW_FIND(ports, master->kind);
	return error_set(-ENOTSUP, "%s is a port of %s%s%s%s%s%s: attach to %s",
			 device->name, master->name, *master->kind ? " (" : "",
			 master->kind, *master->kind ? ")" : "",
			 why ? ", and " : "", why ? why : "",
			 fast_device_is(master, "openvswitch")
				 ? "the bridge's interface that has the address"
				 : master->name);
}

/* VLANs and the like, whose packets are this interface's. */
static bool is_on(const struct fast_device *device, uint32_t lower)
{
	return device->lower == lower && (fast_device_is(device, "vlan") ||
					  fast_device_is(device, "macvlan") ||
					  fast_device_is(device, "ipvlan"));
}

/* What is handed over from an interface may meet a bridge further up. */
static void upper_look(const struct fast_device_list *list,
		       const struct fast_device *device,
		       const struct fast_kind_host *host,
		       struct fast_notes *notes)
{
	const struct fast_device *upper, *bridge;
	char cure[256];
	size_t i;

	for (i = 0; i < list->count; i++) {
		upper = list->device + i;
		bridge = fast_device_find(list, upper->master);
		if (!is_on(upper, device->ifindex) ||
		    !fast_device_is(bridge, "bridge"))
			continue;
		bridge_cure(bridge, host, cure, sizeof(cure));
		if (*cure)
			fast_note(
				notes,
				"%s, on %s, is a port of the bridge %s, which has netfilter undo the hand-over of what comes by it: %s",
				upper->name, device->name, bridge->name, cure);
	}
}

/* Whether native programs run at its ports, whose numbers say nothing here:
 * bonds, and hardware with a faster one beside it. */
static bool is_split(const struct fast_device_list *list,
		     const struct fast_device *device)
{
	size_t i;

	if (fast_device_is(device, "bond"))
		return true;
	for (i = 0; i < list->count && !*device->kind; i++)
		if (list->device[i].master == device->ifindex)
			return true;
	return false;
}

int fast_kind_judge(const struct fast_device_list *list,
		    const struct fast_device *device,
		    const struct fast_kind_host *host, enum fast_mode mode,
		    struct fast_kind *kind, struct fast_notes *notes)
{
	const char *why = ROW_FIND(refused, device->kind);

	kind->mac = kind->heard = device->ifindex;
	kind->vrf = 0;
	if (device->type != ARPHRD_ETHER && !device->loopback)
		return error_set(
			-ENOTSUP,
			"%s%s%s%s has no Ethernet frames, which the fast path answers in: there serve answers alone",
			device->name, *device->kind ? " (" : "", device->kind,
			*device->kind ? ")" : "");
	if (why)
		return error_set(-ENOTSUP, "%s is of the kind %s: %s",
				 device->name, device->kind, why);
	if (fast_device_is(device, "ipvlan") &&
	    device->ipvlan == FAST_DEVICE_L3S)
		return error_set(
			-ENOTSUP,
			"%s is an ipvlan in mode l3s, which sees no packets: attach to %s",
			device->name, fast_device_name(list, device->lower));
	if (mode == FAST_MODE_NATIVE && is_split(list, device))
		return error_set(
			-ENOTSUP,
			"%s would run native XDP at its ports, where nothing is known of it: --mode generic",
			device->name);
	upper_look(list, device, host, notes);
	return port_judge(list, device, host, kind);
}

enum fast_mode fast_kind_mode(const struct fast_device_list *list,
			      const struct fast_device *device,
			      enum fast_mode mode, struct fast_notes *notes)
{
	bool veth = fast_device_is(device, "veth");

	if (mode == FAST_MODE_AUTO && veth) {
		fast_note(
			notes,
			"%s is a veth, whose far end receives what native mode sends only with an XDP program of its own: generic mode, which is slower (--mode native)",
			device->name);
		return FAST_MODE_GENERIC;
	}
	if (mode == FAST_MODE_AUTO && is_split(list, device)) {
		fast_note(
			notes,
			"%s would run native XDP at its ports: generic mode, which is slower",
			device->name);
		return FAST_MODE_GENERIC;
	}
	if (mode == FAST_MODE_NATIVE && veth)
		fast_note(
			notes,
			"%s is a veth: without an XDP program at its far end (XDP_PASS will do) answers are lost",
			device->name);
	return mode;
}

bool fast_kind_above(const struct fast_device_list *list, uint32_t ifindex,
		     const struct fast_device *device)
{
	const struct fast_device *upper = fast_device_find(list, ifindex);
	const struct fast_device *bridge =
		fast_device_find(list, device->master);
	unsigned int steps;

	/* VLANs may stand on VLANs, to a depth of 8. */
	for (steps = 0; upper && steps < 10; steps++) {
		if (upper->ifindex == device->ifindex)
			return true;
		if (fast_device_is(bridge, "bridge") && upper == bridge)
			return true;
		if (!is_on(upper, upper->lower))
			return false;
		upper = fast_device_find(list, upper->lower);
	}
	return false;
}
