// SPDX-License-Identifier: BSD-2-Clause
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "fast_interface.h"
#include "fast_program.h"
#include "fast_tap_names.h"

struct tap_name {
	uint32_t ifindex, domain;
	uint32_t program; /* that says so */
	char name[IF_NAMESIZE];
};

static struct tap_name *name_of(const struct fast_tap_names *names,
				uint32_t program)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (names->name[i].program == program)
			return &names->name[i];
	return NULL;
}

static int name_take(const struct fast_interface_pin *pin, void *arg)
{
	struct fast_tap_names *names = arg;
	struct tap_name *name = name_of(names, pin->program), add;

	if (!pin->program)
		return 0;
	if (name) { /* it may have another by now */
		memcpy(name->name, pin->name, sizeof(name->name));
		return 0;
	}
	memset(&add, 0, sizeof(add));
	add.ifindex = pin->xdp;
	add.program = pin->program;
	memcpy(add.name, pin->name, sizeof(add.name));
	if (fast_program_domain(pin->program, &add.domain) ||
	    array_grow(&names->name, &names->room, names->count + 1,
		       sizeof(add)))
		return 0;
	names->name[names->count++] = add;
	return 0;
}

void fast_tap_names_read(struct fast_tap_names *names, const char *folder)
{
	fast_interface_each(folder, name_take, names);
}

/* The latest one: interfaces that are gone leave their numbers to others. */
const char *fast_tap_names_find(const struct fast_tap_names *names,
				uint32_t ifindex, uint32_t domain)
{
	size_t i;

	for (i = names->count; i-- > 0;)
		if (names->name[i].ifindex == ifindex &&
		    names->name[i].domain == domain)
			return names->name[i].name;
	return "";
}

void fast_tap_names_free(struct fast_tap_names *names)
{
	free(names->name);
	memset(names, 0, sizeof(*names));
}
