// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_address.h"
#include "fast_around.h"
#include "fast_change.h"
#include "fast_instance.h"
#include "fast_interface.h"
#include "fast_map.h"
#include "fast_record.h"
#include "fast_release.h"
#include "fast_status.h"
#include "json.h"

struct gather {
	const struct fast_instance *instance;
	struct fast_around around;
	json_t *list;
	json_t *release; /* that is loaded */
	json_t *memory;	 /* bytes of it */
	bool current;
	bool foreign; /* another version's, whose maps are not read */
};

static json_t *ports_take(const struct fast_interface *interface)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < interface->ports && i < FAST_PORTS_MAX; i++)
		json_array_append_new(list, json_integer(interface->port[i]));
	return list;
}

static json_t *address_take(const uint8_t *addr)
{
	char text[FAST_ADDRESS_TEXT];

	fast_address_print(addr, text);
	return json_string(text);
}

static json_t *addresses_take(const struct fast_record *record)
{
	const struct fast_address_list *given = &record->addresses.served;
	char text[FAST_PREFIX_TEXT];
	json_t *list;
	size_t i;

	if (!(record->interface.flags & FAST_IF_ADDRESSES_GIVEN))
		return json_string("own");
	list = json_array();
	for (i = 0; i < given->count; i++)
		json_array_append_new(list, address_take(given->addr[i]));
	for (i = 0; i < record->prefixes.count; i++) {
		fast_prefix_print(record->prefixes.prefix + i, text);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Nanoseconds since a program was loaded, or -1. */
static int64_t program_age(uint32_t id)
{
	int fd = bpf_prog_get_fd_by_id(id);
	struct bpf_prog_info info;
	uint32_t len = sizeof(info);
	int64_t age = -1;

	memset(&info, 0, sizeof(info));
	if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len))
		age = clock_ns(CLOCK_BOOTTIME) - (int64_t)info.load_time;
	if (fd >= 0)
		close(fd);
	return age;
}

static void program_take(json_t *value, uint32_t id)
{
	int64_t age = program_age(id), since;

	json_object_set_new(value, "program", json_integer(id));
	if (age < 0)
		return;
	since = clock_ns(CLOCK_REALTIME) - age;
	json_object_set_new(value, "since", json_integer(since / 1000000000));
	json_object_set_new(value, "age", json_integer(age / 1000000000));
}

/* 0: none. */
static json_t *limit_of(uint32_t number)
{
	return number ? json_integer(number) : json_null();
}

/* What SYN-ACKs say. */
static void receive_take(json_t *value, const struct fast_receive *receive)
{
	json_t *mss = json_object();

	json_object_set_new(mss, "ipv4", limit_of(receive->mss[1]));
	json_object_set_new(mss, "ipv6", limit_of(receive->mss[0]));
	json_object_set_new(value, "mss", mss);
	json_object_set_new(value, "window", limit_of(receive->clamp));
	json_object_set_new(value, "segments", limit_of(receive->segments));
	json_object_set_new(value, "wscale", json_integer(receive->scale));
}

static void record_take(json_t *value, const struct fast_record *record)
{
	uint32_t flags = record->interface.flags;

	json_object_set_new(value, "mode",
			    json_string(flags & FAST_IF_GENERIC ? "generic"
								: "native"));
	json_object_set_new(value, "ports", ports_take(&record->interface));
	json_object_set_new(value, "addresses", addresses_take(record));
	json_object_set_new(value, "draining",
			    json_boolean(flags & FAST_IF_DRAINING));
	receive_take(value, &record->interface.receive);
}

static const char *namespace_of(const struct fast_interface_pin *pin, bool here)
{
	if (here)
		return "this";
	return pin->netns == fast_interface_netns() ? "moved" : "another";
}

static const char foreign[] =
	"of another version of detour: detach it, and attach again";

/* What the maps say of an interface. */
static int maps_take(const struct gather *gather,
		     const struct fast_interface_pin *pin, bool here,
		     json_t *value)
{
	struct fast_record record = {.interface.flags = 0};
	int err = fast_record_read(gather->instance, pin->ifindex, &record);

	if (!err)
		record_take(value, &record);
	if (!err && here)
		fast_around_take(&gather->around, pin->xdp, pin->program,
				 &record, value);
	fast_record_free(&record);
	return err;
}

static int interface_take(const struct fast_interface_pin *pin, void *arg)
{
	struct gather *gather = arg;
	json_t *value = json_object();
	char name[IF_NAMESIZE];
	bool here = fast_interface_here(pin, name);
	int err = 0;

	json_object_set_new(value, "interface",
			    json_of_text(here ? name : pin->name));
	json_object_set_new(value, "index", json_integer(pin->ifindex));
	json_object_set_new(value, "alive", json_boolean(pin->xdp && pin->tc));
	if (pin->xdp)
		json_object_set_new(value, "namespace",
				    json_string(namespace_of(pin, here)));
	if (gather->foreign)
		json_object_set_new(value, "problem", json_string(foreign));
	else
		err = maps_take(gather, pin, here, value);
	if (err)
		goto out;
	json_object_set(value, "release", gather->release);
	json_object_set_new(value, "current", json_boolean(gather->current));
	json_object_set(value, "memory", gather->memory);
	program_take(value, pin->program);
	json_object_set_new(value, "folder", json_of_text(pin->path));
	if (json_array_append(gather->list, value))
		err = error_sys(-ENOMEM, "cannot list what is attached");
out:
	json_decref(value);
	return err;
}

static int instance_take(struct gather *gather, uint64_t live)
{
	struct fast_loaded loaded;
	uint64_t memory = 0;
	int err = -ENOENT;

	gather->foreign = fast_instance_check(gather->instance) != 0;
	if (!gather->foreign)
		err = fast_release_loaded(gather->instance, &loaded, &memory);
	if (err && err != -ENOENT)
		return err;
	gather->release = err ? json_null() : json_integer(loaded.release);
	gather->memory = err ? json_null() : json_integer(memory);
	/* It may have become live since. */
	gather->current = !err && loaded.release >= live;
	err = fast_interface_each(fast_instance_folder(gather->instance),
				  interface_take, gather);
	json_decref(gather->release);
	json_decref(gather->memory);
	return err;
}

int fast_status_take(const char *state, uint64_t live, FILE *out, json_t **list)
{
	struct fast_instance *instance = NULL;
	struct gather gather = {.list = NULL};
	int err = fast_instance_open(&instance, state);

	*list = NULL;
	if (err == -ENOENT) {
		*list = fast_instance_hidden(state) ? json_null()
						    : json_array();
		if (json_is_array(*list) && out)
			fast_change_astray(state, out);
	}
	if (err)
		return err == -ENOENT ? 0 : err;
	gather.instance = instance;
	gather.list = json_array();
	fast_around_read(&gather.around, state);
	err = instance_take(&gather, live);
	fast_around_free(&gather.around);
	fast_instance_close(instance);
	if (!err)
		*list = gather.list;
	else
		json_decref(gather.list);
	if (!geteuid() || (err != -EACCES && err != -EPERM))
		return err;
	*list = json_null();
	return 0;
}
