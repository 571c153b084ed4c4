/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_INTERFACE_H
#define FAST_INTERFACE_H

#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct fast_instance;

/* The folders of interfaces in that of an instance. */
struct fast_interface_pin {
	char name[IF_NAMESIZE];
	char path[PATH_MAX];
	uint64_t netns;	  /* 0: the folder does not say */
	uint32_t ifindex; /* when it was attached, in that namespace */
	uint32_t xdp;	  /* the index of its link's interface now, ... */
	uint32_t tc;	  /* ... 0: no link, or the interface is gone */
	uint32_t program; /* the id of the XDP program, 0 without */
};

/* The cookie of this process's network namespace; 0 if the kernel has none. */
uint64_t fast_interface_netns(void);

/*
 * fast_interface_here - whether its link's interface is in this network
 * namespace, where its index alone could be another's
 * @name: receives the name that it has now, if it is
 */
bool fast_interface_here(const struct fast_interface_pin *pin,
			 char name[IF_NAMESIZE]);

/*
 * fast_interface_each - call fn for each interface folder, in no order
 *
 * fn may remove or rename it. Links that this user may not look at count as
 * none. Returns 0, what fn returned if that was not 0, or -errno with
 * error_set().
 */
int fast_interface_each(const char *folder,
			int (*fn)(const struct fast_interface_pin *pin,
				  void *arg),
			void *arg);

/* The one of a name: 0, or -ENOENT without error_set(), or -errno with it. */
int fast_interface_find(const char *folder, const char *name,
			struct fast_interface_pin *pin);

/* Make the folder of an interface of this network namespace: 0 or -errno with
 * error_set(). */
int fast_interface_make(const char *folder, const char *name, uint32_t ifindex,
			struct fast_interface_pin *pin);

/* Detach the links that there are, XDP first, and remove the folder: 0 or
 * -errno with error_set(). */
int fast_interface_remove(const struct fast_interface_pin *pin);

/*
 * fast_interface_mend - bring the folders in line with the interfaces
 * @remove: whether what answers no packet is removed: folders without a live
 *          XDP link, which crashes and deleted interfaces leave
 *
 * Folders of interfaces that were renamed are renamed. Returns 0 or -errno
 * with error_set().
 */
int fast_interface_mend(const char *folder, bool remove);

/* How many folders there are. */
unsigned int fast_interface_count(const char *folder);

#endif
