// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "fast_around.h"
#include "fast_host.h"
#include "fast_listener_announced.h"
#include "fast_listener_places.h"
#include "fast_listener_read.h"
#include "fast_program.h"
#include "fast_record.h"
#include "json.h"

void fast_around_read(struct fast_around *around, const char *state)
{
	fast_kind_host(&around->host);
	around->known = !fast_device_read(&around->devices) &&
			!fast_listener_read(&around->listeners);
	fast_listener_announced(&around->listeners, state);
}

void fast_around_free(struct fast_around *around)
{
	fast_device_free(&around->devices);
	fast_listener_free(&around->listeners);
}

static void place_add(const char *where, void *arg)
{
	json_array_append_new(arg, json_string(where));
}

static json_t *places_take(const struct fast_around *around,
			   const struct fast_listener_place *place,
			   const struct fast_interface *interface,
			   enum fast_listener_found found)
{
	json_t *list = json_array();

	fast_listener_places(&around->listeners, interface->port,
			     interface->ports, place, found, place_add, list);
	return list;
}

/* Whether the program still answers the frames that the kernel takes. One that
 * was loaded with no address answers all. */
static int mac_judge(const struct fast_device_list *devices, uint32_t ifindex,
		     uint32_t program)
{
	static const uint8_t any[6];
	const char *name = fast_device_name(devices, ifindex);
	uint8_t then[6], now[6];

	if (fast_program_mac(program, then) || !memcmp(then, any, 6) ||
	    fast_host_mac(name, now) || !memcmp(then, now, 6))
		return 0;
	return error_set(
		-ESTALE,
		"frames to the hardware address of %s are passed on, since it was another one when this was attached: attach again",
		name);
}

void fast_around_take(const struct fast_around *around, uint32_t ifindex,
		      uint32_t program, const struct fast_record *record,
		      json_t *value)
{
	const struct fast_device *device =
		fast_device_find(&around->devices, ifindex);
	struct fast_listener_place place = {
		.served = &record->addresses.served,
		.prefixes = &record->prefixes,
	};
	struct fast_notes notes = {.count = 0};
	struct fast_kind kind;
	int err;

	if (!around->known || !device)
		return;
	err = fast_kind_judge(&around->devices, device, &around->host,
			      FAST_MODE_AUTO, &kind, &notes);
	if (!err)
		err = mac_judge(&around->devices, kind.mac, program);
	json_object_set_new(value, "problem",
			    err ? json_of_text(error_text()) : json_null());
	place.ifindex = kind.heard;
	place.vrf = kind.vrf;
	json_object_set_new(value, "without_listener",
			    places_take(around, &place, &record->interface,
					FAST_LISTENER_NONE));
	json_object_set_new(value, "https",
			    places_take(around, &place, &record->interface,
					FAST_LISTENER_HTTPS));
	json_object_set_new(value, "proxy",
			    places_take(around, &place, &record->interface,
					FAST_LISTENER_PROXY));
	fast_note_free(&notes);
}
