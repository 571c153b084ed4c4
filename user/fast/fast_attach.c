// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "fast_attach.h"
#include "fast_attached_file.h"
#include "fast_check.h"
#include "fast_device.h"
#include "fast_hits.h"
#include "fast_instance.h"
#include "fast_instance_make.h"
#include "fast_interface.h"
#include "fast_keys.h"
#include "fast_kind.h"
#include "fast_lock.h"
#include "fast_map.h"
#include "fast_misses.h"
#include "fast_missing.h"
#include "fast_object.h"
#include "fast_receive.h"
#include "fast_record.h"
#include "fast_release.h"
#include "state.h"
#include "state_init.h"

struct work {
	struct fast_attach *attach;
	const struct fast_options *options; /* of attach */
	struct fast_object *object;
	struct fast_instance *instance;
	struct fast_interface_pin pin; /* of this interface */
	struct fast_record before;     /* to go back to */
	struct fast_check check;       /* what attaching has to know of it */
	struct fast_receive receive;   /* what it may be sent */
	uint32_t ifindex;
	bool made; /* the folder of the interface */
};

/* Interfaces of two network namespaces may share an index, by which the
 * programs know them, or a name, by which their folders are found. An interface
 * may also have gone from this namespace to another one. */
static int find_foreign(const struct fast_interface_pin *pin, void *arg)
{
	const struct work *work = arg;
	bool same_name = !strcmp(pin->name, work->attach->name);
	char now[IF_NAMESIZE];

	if (!pin->xdp || fast_interface_here(pin, now) ||
	    (!same_name && pin->ifindex != work->ifindex))
		return 0;
	return error_set(
		-EBUSY,
		"%s of another network namespace is attached as number %u: detach %s, or use another state directory",
		pin->name, pin->ifindex, pin->name);
}

/* What of the interface is there, and whether it may be replaced. */
static int interface_look(struct work *work)
{
	const struct fast_attach *attach = work->attach;
	const char *folder = fast_instance_folder(work->instance);
	bool generic;
	int err;

	err = fast_interface_mend(folder, true);
	if (!err)
		err = fast_interface_each(folder, find_foreign, work);
	if (err)
		return err;
	err = fast_interface_find(folder, attach->name, &work->pin);
	if (err == -ENOENT)
		return fast_missing_room(attach->name, work->ifindex);
	if (err)
		return err;
	err = fast_record_read(work->instance, work->ifindex, &work->before);
	work->attach->replaced = !err;
	generic = work->before.interface.flags & FAST_IF_GENERIC;
	if (!err && work->options->mode != FAST_MODE_AUTO &&
	    generic != (work->options->mode == FAST_MODE_GENERIC))
		err = error_set(
			-EBUSY,
			"%s is attached in %s mode: detach it first to change that",
			attach->name, generic ? "generic" : "native");
	return err;
}

static int record_write(struct work *work, uint32_t flags)
{
	const struct fast_options *options = work->options;
	struct fast_record record = {.addresses.served = options->address,
				     .prefixes = options->prefix};
	struct fast_address_list own = {NULL, 0, 0};
	int err = 0;

	record.interface.flags = flags;
	record.interface.ports = options->ports;
	memcpy(record.interface.port, options->port, sizeof(options->port));
	record.interface.receive = work->receive;
	if (work->attach->generic)
		record.interface.flags |= FAST_IF_GENERIC;
	if (options->without_listener)
		record.interface.flags |= FAST_IF_WITHOUT_LISTENER;
	if (fast_options_given(options)) {
		record.interface.flags |= FAST_IF_ADDRESSES_GIVEN;
	} else {
		err = fast_address_own(&own, work->ifindex);
		record.addresses.served = own;
	}
	if (!err)
		err = fast_address_martian(&record.addresses, work->ifindex);
	if (!err)
		err = fast_record_write(work->instance, work->ifindex, &record);
	fast_address_free(&own);
	fast_address_free(&record.addresses.martian);
	return err;
}

/* The program finds the record and the addresses when it begins. Until its link
 * is pinned it goes when this process does, and connections that it has
 * answered would be reset: so the kernel gets the new ones until then. */
static int interface_make(struct work *work)
{
	struct fast_attach *attach = work->attach;
	enum fast_mode mode =
		fast_kind_mode(&work->check.devices, work->check.device,
			       work->options->mode, &attach->notes);
	int err;

	work->made = true;
	err = fast_interface_make(fast_instance_folder(work->instance),
				  attach->name, work->ifindex, &work->pin);
	if (!err)
		err = record_write(work, FAST_IF_DRAINING);
	if (!err)
		err = fast_link_make(&work->pin, work->object, mode,
				     &attach->generic, &attach->notes);
	if (!err)
		fast_object_generic(work->object, attach->generic);
	if (!err)
		err = record_write(work, 0);
	return err;
}

static int interface_replace(struct work *work)
{
	int err;

	work->attach->generic = work->before.interface.flags & FAST_IF_GENERIC;
	err = record_write(work, 0);
	if (!err)
		err = fast_keys_rotate(work->instance);
	fast_object_generic(work->object, work->attach->generic);
	if (!err)
		err = fast_link_replace(&work->pin, work->object);
	return err;
}

/* Back to what was there before; the error's text stays. */
static void work_undo(struct work *work)
{
	const char *folder = fast_instance_folder(work->instance);
	char reason[ERROR_TEXT];

	error_save(reason);
	if (work->attach->replaced)
		fast_record_write(work->instance, work->ifindex, &work->before);
	else if (work->made)
		fast_interface_remove(&work->pin);
	fast_record_sweep(work->instance);
	if (!fast_interface_count(folder)) {
		fast_hits_leave_all(work->instance);
		fast_misses_leave(work->instance);
		fast_instance_remove(folder);
		fast_attached_clear(work->options->state);
	}
	error_restore(reason);
}

static int programs_load(struct work *work)
{
	const struct fast_options *options = work->options;

	if (options->prefix.count)
		fast_object_by_prefix(work->object);
	if (work->check.kind.mac != work->ifindex)
		fast_object_bridged(work->object);
	return fast_object_load(work->object, work->instance,
				fast_device_name(&work->check.devices,
						 work->check.kind.mac),
				options->port, options->ports, &work->receive);
}

static int work_run(struct work *work)
{
	const struct fast_options *options = work->options;
	int err = 0;

	if (options->miss_buckets >= 0)
		err = fast_object_misses(work->object, options->miss_buckets);
	if (!err)
		err = fast_instance_create(&work->instance, options->state,
					   work->object);
	if (err)
		return err;
	err = interface_look(work);
	if (!err)
		err = fast_record_sweep(work->instance);
	if (!err)
		err = fast_keys_set(work->instance);
	if (!err)
		err = fast_misses_set(work->instance, options->miss_buckets);
	if (!err)
		err = fast_attached_set(options->state);
	if (!err)
		err = fast_release_sync(work->instance, options->state,
					work->attach->out);
	if (!err)
		err = fast_receive_read(&work->receive, work->ifindex,
					options->mss);
	if (!err)
		err = programs_load(work);
	if (!err)
		err = work->attach->replaced ? interface_replace(work)
					     : interface_make(work);
	if (err)
		work_undo(work);
	return err;
}

static int attach_locked(struct work *work)
{
	int lock = state_lock(work->options->state, work->attach->out), err;

	if (lock < 0)
		return lock;
	err = fast_object_open(&work->object);
	if (!err)
		err = work_run(work);
	fast_instance_close(work->instance);
	fast_object_close(work->object);
	fast_record_free(&work->before);
	close(lock);
	return err;
}

static int attach_checked(struct work *work)
{
	int err, lock;

	err = fast_check(&work->check, work->options, work->ifindex,
			 &work->attach->notes);
	if (!err)
		err = state_init(work->options->state, work->attach->out);
	if (err)
		return err;
	lock = fast_lock(work->options->state, work->attach->out);
	if (lock < 0)
		return lock;
	err = attach_locked(work);
	close(lock);
	return err;
}

int fast_attach(struct fast_attach *attach)
{
	struct work work = {.attach = attach, .options = &attach->options};
	int err = fast_missing();

	if (err)
		return err;
	work.ifindex = if_nametoindex(attach->options.interface);
	if (!work.ifindex || !if_indextoname(work.ifindex, attach->name))
		return error_set(-ENODEV, "there is no interface '%s'",
				 attach->options.interface);
	err = attach_checked(&work);
	fast_check_free(&work.check);
	return err;
}
