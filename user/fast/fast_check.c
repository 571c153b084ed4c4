// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fast_attach.h"
#include "fast_check.h"
#include "fast_listener.h"
#include "fast_listener_foreign.h"
#include "fast_listener_read.h"
#include "fast_vlan.h"
#include "fast_way.h"

enum { MISSING_SAID = 8 }; /* addresses without a listener */

bool fast_check_given(const struct fast_attach *attach)
{
	return attach->address.count || attach->prefix.count;
}

/* What nobody listens on, as it is said. */
struct missing {
	char text[MISSING_SAID * 64];
	size_t count;
};

static void missing_add(const char *where, void *arg)
{
	struct missing *missing = arg;
	size_t used = strlen(missing->text);

	if (missing->count++ < MISSING_SAID)
		snprintf(missing->text + used, sizeof(missing->text) - used,
			 "%s%s", used ? ", " : "", where);
}

static void missing_note(const struct missing *missing,
			 struct fast_notes *notes)
{
	char more[64] = "";

	if (missing->count > MISSING_SAID)
		snprintf(more, sizeof(more),
			 " and %zu more (status --json has them all)",
			 missing->count - MISSING_SAID);
	if (missing->count)
		fast_note(notes, "nobody listens on %s%s", missing->text, more);
}

/* What those who listen on a port mean for it. Of a connection that others than
 * the own servers have been handed the fast path sees nothing any more. */
static void port_look(struct fast_attach *attach, struct missing *missing,
		      const uint16_t *port,
		      const struct fast_listener_list *list,
		      const struct fast_listener_place *place)
{
	/* Where there is none at all, that is what was asked for. */
	if (fast_listener_check(list, port, 1, place, false))
		return;
	fast_listener_missing(list, port, 1, place, missing_add, missing);
	if (fast_listener_foreign(list, *port, place, attach->state))
		fast_note(
			&attach->notes,
			"what listens on port %u is no server of %s: on a connection that it was handed it answers every further request, too, also those for moved URLs",
			*port, attach->state);
}

/* That something listens where the programs will answer. */
static int listeners_look(struct fast_attach *attach,
			  const struct fast_listener_place *place)
{
	struct fast_listener_list list = {NULL, 0, 0};
	struct missing missing = {.count = 0};
	unsigned int i;
	int err;

	err = fast_listener_read(&list);
	if (!err && !attach->without_listener)
		err = fast_listener_check(&list, attach->port, attach->ports,
					  place, fast_check_given(attach));
	for (i = 0; i < attach->ports && !err; i++)
		port_look(attach, &missing, attach->port + i, &list, place);
	missing_note(&missing, &attach->notes);
	fast_listener_free(&list);
	return err;
}

static int listeners_check(const struct fast_check *check,
			   struct fast_attach *attach)
{
	struct fast_address_list own = {NULL, 0, 0};
	struct fast_listener_place place = {
		.ifindex = check->device->ifindex,
		.vrf = check->kind.vrf,
		.served = fast_check_given(attach) ? &attach->address : &own,
		.prefixes = &attach->prefix,
	};
	int err = 0;

	if (!fast_check_given(attach))
		err = fast_address_own(&own, check->device->ifindex);
	if (!err)
		err = listeners_look(attach, &place);
	fast_address_free(&own);
	return err;
}

static int way_check(const struct fast_check *check, struct fast_attach *attach)
{
	const struct fast_way way = {
		.devices = &check->devices,
		.device = check->device,
		.vrf = check->kind.vrf,
		.given = &attach->address,
		.prefixes = &attach->prefix,
		.force = attach->force,
	};

	return fast_way_check(&way, &attach->notes);
}

int fast_check(struct fast_check *check, struct fast_attach *attach,
	       uint32_t ifindex)
{
	struct fast_kind_host host;
	int err;

	err = fast_device_read(&check->devices);
	if (err)
		return err;
	check->device = fast_device_find(&check->devices, ifindex);
	if (!check->device)
		return error_set(-ENODEV, "there is no interface '%s' any more",
				 attach->interface);
	fast_kind_host(&host);
	err = fast_kind_judge(&check->devices, check->device, &host,
			      attach->mode, &check->kind, &attach->notes);
	if (!err)
		err = fast_vlan_check(&check->devices, check->device,
				      &attach->notes);
	if (!err)
		err = listeners_check(check, attach);
	return err ? err : way_check(check, attach);
}

void fast_check_free(struct fast_check *check)
{
	fast_device_free(&check->devices);
	memset(check, 0, sizeof(*check));
}
