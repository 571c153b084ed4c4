// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fast_check.h"
#include "fast_listener.h"
#include "fast_listener_announced.h"
#include "fast_listener_check.h"
#include "fast_listener_foreign.h"
#include "fast_listener_places.h"
#include "fast_listener_read.h"
#include "fast_note.h"
#include "fast_options.h"
#include "fast_vlan.h"
#include "fast_way.h"

enum { PLACES_SAID = 8 }; /* addresses of a kind */

/* Addresses and ports, as they are said. */
struct places {
	char text[PLACES_SAID * 64];
	size_t count;
};

static void place_add(const char *where, void *arg)
{
	struct places *places = arg;
	size_t used = strlen(places->text);

	if (places->count++ < PLACES_SAID)
		snprintf(places->text + used, sizeof(places->text) - used,
			 "%s%s", used ? ", " : "", where);
}

static void places_note(const struct places *places, const char *what,
			struct fast_notes *notes)
{
	char more[64] = "";

	if (places->count > PLACES_SAID)
		snprintf(more, sizeof(more),
			 " and %zu more (status --json has them all)",
			 places->count - PLACES_SAID);
	if (places->count)
		fast_note(notes, "%s %s%s", what, places->text, more);
}

/* What is asked of those who listen. */
struct look {
	const struct fast_options *options;
	const struct fast_listener_place *place;
	struct fast_listener_list list;
	struct places missing, https, proxy;
	struct fast_notes *notes;
};

/* What those who listen on a port mean for it. Of a connection that others than
 * the own servers have been handed the fast path sees nothing any more. */
static void port_look(struct look *look, const uint16_t *port)
{
	const char *state = look->options->state;

	fast_listener_places(&look->list, port, 1, look->place,
			     FAST_LISTENER_HTTPS, place_add, &look->https);
	fast_listener_places(&look->list, port, 1, look->place,
			     FAST_LISTENER_PROXY, place_add, &look->proxy);
	/* Where there is none at all, that is what was asked for. */
	if (fast_listener_check(&look->list, port, 1, look->place, false))
		return;
	fast_listener_places(&look->list, port, 1, look->place,
			     FAST_LISTENER_NONE, place_add, &look->missing);
	if (fast_listener_foreign(&look->list, *port, look->place, state))
		fast_note(
			look->notes,
			"what listens on port %u is no server of %s: on a connection that it was handed it answers every further request, too, also those for moved URLs",
			*port, state);
}

/* That something listens where the programs will answer. */
static int listeners_look(const struct fast_options *options,
			  const struct fast_listener_place *place,
			  struct fast_notes *notes)
{
	struct look look = {
		.options = options,
		.place = place,
		.notes = notes,
	};
	unsigned int i;
	int err;

	err = fast_listener_read(&look.list);
	fast_listener_announced(&look.list, options->state);
	if (!err && !options->without_listener)
		err = fast_listener_check(&look.list, options->port,
					  options->ports, place,
					  fast_options_given(options));
	for (i = 0; i < options->ports && !err; i++)
		port_look(&look, options->port + i);
	places_note(&look.missing, "nobody listens on", notes);
	places_note(&look.https, "left to those who listen for https:", notes);
	places_note(&look.proxy,
		    "left to those who listen for the PROXY protocol:", notes);
	fast_listener_free(&look.list);
	return err;
}

static int listeners_check(const struct fast_check *check,
			   const struct fast_options *options,
			   struct fast_notes *notes)
{
	struct fast_address_list own = {NULL, 0, 0};
	struct fast_listener_place place = {
		.ifindex = check->kind.heard,
		.vrf = check->kind.vrf,
		.served =
			fast_options_given(options) ? &options->address : &own,
		.prefixes = &options->prefix,
	};
	int err = 0;

	if (!fast_options_given(options))
		err = fast_address_own(&own, check->device->ifindex);
	if (!err)
		err = listeners_look(options, &place, notes);
	fast_address_free(&own);
	return err;
}

static int way_check(const struct fast_check *check,
		     const struct fast_options *options,
		     struct fast_notes *notes)
{
	const struct fast_way way = {
		.devices = &check->devices,
		.device = check->device,
		.vrf = check->kind.vrf,
		.given = &options->address,
		.prefixes = &options->prefix,
		.force = options->force,
	};

	return fast_way_check(&way, notes);
}

int fast_check(struct fast_check *check, const struct fast_options *options,
	       uint32_t ifindex, struct fast_notes *notes)
{
	struct fast_kind_host host;
	int err;

	err = fast_device_read(&check->devices);
	if (err)
		return err;
	check->device = fast_device_find(&check->devices, ifindex);
	if (!check->device)
		return error_set(-ENODEV, "there is no interface '%s' any more",
				 options->interface);
	fast_kind_host(&host);
	err = fast_kind_judge(&check->devices, check->device, &host,
			      options->mode, &check->kind, notes);
	if (!err)
		err = fast_vlan_check(&check->devices, check->device, notes);
	if (!err)
		err = listeners_check(check, options, notes);
	return err ? err : way_check(check, options, notes);
}

void fast_check_free(struct fast_check *check)
{
	fast_device_free(&check->devices);
	memset(check, 0, sizeof(*check));
}
