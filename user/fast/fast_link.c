// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "fast_interface.h"
#include "fast_link.h"
#include "fast_missing.h"
#include "fast_netlink.h"
#include "fast_note.h"
#include "fast_object.h"
#include "path.h"

/* Of kernel 6.6; the headers may be older. */
enum { LINK_TCX_INGRESS = 46, LINK_BEFORE = 1 << 3 };

/* Give the link its pin, and close it: without one it ends. */
static int link_pin(int link, const struct fast_interface_pin *pin,
		    const char *name)
{
	char path[PATH_MAX];
	int err = path_join(path, pin->path, "%s", name);

	if (!err) {
		err = bpf_obj_pin(link, path);
		if (err)
			error_sys(err, "cannot pin %s", path);
	}
	close(link);
	return err;
}

static int tc_make(const struct fast_interface_pin *pin,
		   const struct fast_object *object)
{
	struct bpf_link_create_opts opts = {.sz = sizeof(opts),
					    .flags = LINK_BEFORE};
	char path[PATH_MAX];
	int link, err = path_join(path, pin->path, "tc");

	if (err)
		return err;
	/* A pin may be left of a link that lost its interface. */
	unlink(path);
	link = bpf_link_create(fast_object_tc(object), pin->ifindex,
			       (enum bpf_attach_type)LINK_TCX_INGRESS, &opts);
	if (link < 0)
		return error_set(
			link, "cannot attach to %s at TC ingress: %s%s",
			pin->name, strerror(-link),
			link == -EINVAL
				? " (is the kernel built without CONFIG_NET_XGRESS?)"
				: "");
	return link_pin(link, pin, "tc");
}

static int xdp_link(const struct fast_interface_pin *pin,
		    const struct fast_object *object, bool generic)
{
	struct bpf_link_create_opts opts = {
		.sz = sizeof(opts),
		.flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE};

	return bpf_link_create(fast_object_xdp(object), pin->ifindex, BPF_XDP,
			       &opts);
}

/* Put a program on an interface by netlink, or, for -1, take it off: 0 or
 * -errno, with the driver's words. */
static int netlink_set(uint32_t ifindex, int program, uint32_t flags,
		       char said[FAST_NETLINK_SAID])
{
	char buffer[FAST_NETLINK_ROOM];
	struct nlmsghdr *request;
	struct ifinfomsg *link;
	struct nlattr *xdp;

	request = fast_netlink_request(buffer, RTM_SETLINK, 0);
	link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
	link->ifi_index = ifindex;
	xdp = mnl_attr_nest_start(request, IFLA_XDP);
	mnl_attr_put_u32(request, IFLA_XDP_FD, program);
	mnl_attr_put_u32(request, IFLA_XDP_FLAGS, flags);
	mnl_attr_nest_end(request, xdp);
	return fast_netlink_ask(NETLINK_ROUTE, request, NULL, NULL, said);
}

/* Why an interface takes no program in native mode: links are refused without a
 * word, so it is asked for once more. */
static void reason_ask(const struct fast_interface_pin *pin,
		       const struct fast_object *object,
		       char said[FAST_NETLINK_SAID])
{
	if (!netlink_set(pin->ifindex, fast_object_xdp(object),
			 XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST,
			 said))
		netlink_set(pin->ifindex, -1, XDP_FLAGS_DRV_MODE, NULL);
}

bool fast_link_falls_back(int err)
{
	switch (err) {
	case -EBUSY: /* another program */
	case -EEXIST:
	case -EPERM:
	case -EACCES:
	case -ENODEV:
	case -ENOENT:
	case -EBADF:
		return false;
	default:
		return true;
	}
}

static void fall_back_note(const struct fast_interface_pin *pin, int err,
			   const char *said, struct fast_notes *notes)
{
	char text[FAST_MISSING_HINT];

	fast_missing_hint(text, pin->name, err, said);
	fast_note(
		notes,
		"%s, as it is set up now, has no native XDP; generic mode is slower: %s",
		pin->name, text);
}

int fast_link_make(const struct fast_interface_pin *pin,
		   const struct fast_object *object, enum fast_mode mode,
		   bool *generic, struct fast_notes *notes)
{
	char said[FAST_NETLINK_SAID] = "";
	int err = tc_make(pin, object), link;

	if (err)
		return err;
	*generic = mode == FAST_MODE_GENERIC;
	link = xdp_link(pin, object, *generic);
	if (link < 0 && !*generic && fast_link_falls_back(link))
		reason_ask(pin, object, said);
	if (link < 0 && mode == FAST_MODE_AUTO && fast_link_falls_back(link)) {
		err = link;
		*generic = true;
		link = xdp_link(pin, object, true);
		if (link >= 0)
			fall_back_note(pin, err, said, notes);
		else
			*said = '\0';
	}
	if (link < 0)
		return fast_missing_link(pin->name, pin->ifindex, link, said);
	return link_pin(link, pin, "xdp");
}

static int link_open(const struct fast_interface_pin *pin, const char *name)
{
	char path[PATH_MAX];
	int err = path_join(path, pin->path, "%s", name), fd;

	if (err)
		return err;
	fd = bpf_obj_get(path);
	return fd < 0 ? error_sys(fd, "cannot use %s", path) : fd;
}

/* The program behind a link, or -errno. */
static int link_program(int link)
{
	struct bpf_link_info info;
	uint32_t len = sizeof(info);
	int err;

	memset(&info, 0, sizeof(info));
	err = bpf_obj_get_info_by_fd(link, &info, &len);
	return err ? err : bpf_prog_get_fd_by_id(info.prog_id);
}

/* The TC program first: it must know what the XDP program lets through. */
static int links_update(const struct fast_interface_pin *pin, int tc, int xdp,
			const struct fast_object *object)
{
	int old = link_program(tc), err;

	if (old == -EPERM)
		return error_set(
			old,
			"to replace what is attached to %s needs root: lacking CAP_SYS_ADMIN (detach, then attach, does without)",
			pin->name);
	if (old < 0)
		return error_sys(old, "cannot find the program of %s/tc",
				 pin->path);
	err = bpf_link_update(tc, fast_object_tc(object), NULL);
	if (!err) {
		err = bpf_link_update(xdp, fast_object_xdp(object), NULL);
		if (err)
			bpf_link_update(tc, old, NULL);
	}
	close(old);
	if (err)
		return error_sys(err, "cannot replace the programs of %s",
				 pin->name);
	return 0;
}

int fast_link_replace(const struct fast_interface_pin *pin,
		      const struct fast_object *object)
{
	int tc = -1, xdp, err = 0;

	xdp = link_open(pin, "xdp");
	if (xdp < 0)
		return xdp;
	/* Someone may have taken the TC link away. */
	if (!pin->tc)
		err = tc_make(pin, object);
	if (!err)
		tc = err = link_open(pin, "tc");
	if (err >= 0)
		err = links_update(pin, tc, xdp, object);
	if (tc >= 0)
		close(tc);
	close(xdp);
	return err;
}
