// SPDX-License-Identifier: BSD-2-Clause
#include "error.h"
#include "fast_around.h"
#include "fast_listener_read.h"
#include "fast_record.h"
#include "json.h"

void fast_around_read(struct fast_around *around)
{
	fast_kind_host(&around->host);
	around->known = !fast_device_read(&around->devices) &&
			!fast_listener_read(&around->listeners);
}

void fast_around_free(struct fast_around *around)
{
	fast_device_free(&around->devices);
	fast_listener_free(&around->listeners);
}

static void missing_add(const char *where, void *arg)
{
	json_array_append_new(arg, json_string(where));
}

void fast_around_take(const struct fast_around *around, uint32_t ifindex,
		      const struct fast_record *record, json_t *value)
{
	const struct fast_device *device =
		fast_device_find(&around->devices, ifindex);
	struct fast_listener_place place = {
		.ifindex = ifindex,
		.served = &record->addresses.served,
		.prefixes = &record->prefixes,
	};
	struct fast_notes notes = {.count = 0};
	struct fast_kind kind;
	json_t *list;
	int err;

	if (!around->known || !device)
		return;
	err = fast_kind_judge(&around->devices, device, &around->host,
			      FAST_MODE_AUTO, &kind, &notes);
	json_object_set_new(value, "problem",
			    err ? json_of_text(error_text()) : json_null());
	place.vrf = kind.vrf;
	list = json_array();
	fast_listener_missing(&around->listeners, record->interface.port,
			      record->interface.ports, &place, missing_add,
			      list);
	json_object_set_new(value, "without_listener", list);
	fast_note_free(&notes);
}
