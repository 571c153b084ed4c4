// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_attached_file.h"
#include "fast_detach.h"
#include "fast_hits.h"
#include "fast_instance.h"
#include "fast_instance_make.h"
#include "fast_interface.h"
#include "fast_lock.h"
#include "fast_misses.h"
#include "fast_missing.h"
#include "fast_pin.h"
#include "fast_record.h"
#include "state.h"

static void seconds_wait(unsigned int seconds)
{
	struct timespec left = {.tv_sec = seconds};

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

/* Changing commands look for an instance under the lock of the state. What may
 * remain in the maps answers no packet, and goes with the next attach. pin may
 * be NULL. */
static int pin_remove(const struct fast_instance *instance,
		      const struct fast_interface_pin *pin, FILE *out)
{
	const char *folder = fast_instance_folder(instance);
	const char *state = fast_instance_state(instance);
	int lock = -1, err;

	if (!access(state, F_OK)) {
		lock = state_lock(state, out);
		if (lock < 0)
			return lock;
	}
	err = pin ? fast_interface_remove(pin) : 0;
	if (!err && !fast_interface_count(folder)) {
		fast_hits_leave_all(instance);
		fast_misses_leave(instance);
		err = fast_instance_remove(folder);
		fast_attached_clear(state);
	} else if (!err) {
		fast_record_sweep(instance);
	}
	if (lock >= 0)
		close(lock);
	return err;
}

/* Folders have the names that interfaces go by. */
static int name_find(char *name, const char *given)
{
	unsigned int ifindex = if_nametoindex(given);

	if (ifindex && if_indextoname(ifindex, name))
		return 0;
	if (strlen(given) >= IF_NAMESIZE)
		return -ENOENT;
	strcpy(name, given);
	return 0;
}

/* Not by this state directory; the one that it is attached by may be meant. */
static int not_attached(const char *interface)
{
	unsigned int ifindex = if_nametoindex(interface);

	if (!ifindex || !fast_missing_room(interface, ifindex))
		return error_set(-ENOENT, "%s is not attached", interface);
	return error_wrap(-ENOENT, "%s is not attached", interface);
}

static int interface_detach(const struct fast_instance *instance,
			    const char *interface, unsigned int drain,
			    FILE *out)
{
	const char *folder = fast_instance_folder(instance);
	struct fast_interface_pin pin;
	char name[IF_NAMESIZE];
	int err;

	err = fast_interface_mend(folder, false);
	if (!err)
		err = name_find(name, interface);
	if (!err)
		err = fast_interface_find(folder, name, &pin);
	if (err == -ENOENT) {
		/* Maps alone are what an attach left that was killed. */
		if (!fast_interface_count(folder) &&
		    pin_remove(instance, NULL, out))
			return -EIO;
		return not_attached(interface);
	}
	if (err)
		return err;
	/* Without a record there is nothing to drain. */
	if (drain && pin.xdp && !fast_record_drain(instance, pin.ifindex))
		seconds_wait(drain);
	return pin_remove(instance, &pin, out);
}

static int detach_locked(const char *state, const char *interface,
			 unsigned int drain, FILE *out)
{
	struct fast_instance *instance = NULL;
	char folder[PATH_MAX];
	int err = fast_pin_folder(folder, state);

	if (!err)
		err = fast_instance_find(&instance, state, folder);
	if (err == -ENOENT) {
		fast_attached_clear(state);
		return not_attached(interface);
	}
	if (!err)
		err = interface_detach(instance, interface, drain, out);
	fast_instance_close(instance);
	return err;
}

int fast_detach(const char *state, const char *interface, unsigned int drain,
		FILE *out)
{
	int err = fast_missing_privilege(), lock = -1;

	if (err)
		return err;
	if (!access(state, F_OK)) {
		lock = fast_lock(state, out);
		if (lock < 0)
			return lock;
	}
	err = detach_locked(state, interface, drain, out);
	if (lock >= 0)
		close(lock);
	return err;
}
