// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "error.h"
#include "fast_instance.h"
#include "fast_slot.h"

/* A map may be switched away between the reading of its number and its
 * opening; then the slot has another. */
enum { SLOT_TRIES = 16 };

static int slot_fd(int releases, uint32_t number)
{
	int i, fd = -ENOENT;
	uint32_t id;

	for (i = 0; i < SLOT_TRIES && fd == -ENOENT; i++) {
		if (bpf_map_lookup_elem(releases, &number, &id))
			return -errno;
		fd = bpf_map_get_fd_by_id(id);
	}
	return fd == -ENOENT ? -EAGAIN : fd;
}

int fast_slot_open(struct fast_slot *slot, const struct fast_instance *instance,
		   uint32_t number)
{
	int releases = fast_instance_map(instance, FAST_PIN_RELEASES);
	uint8_t *chunk;

	slot->fd = -1;
	if (releases < 0)
		return releases;
	slot->fd = slot_fd(releases, number);
	if (slot->fd == -ENOENT)
		return -ENOENT;
	if (slot->fd < 0)
		return error_sys(slot->fd,
				 "cannot read the fast path's release");
	chunk = mmap(NULL, FAST_CHUNK, PROT_READ, MAP_SHARED, slot->fd, 0);
	if (chunk == MAP_FAILED) {
		int err = error_sys(-errno,
				    "cannot read the fast path's release");

		fast_slot_close(slot);
		return err;
	}
	memcpy(&slot->header, chunk, sizeof(slot->header));
	memcpy(&slot->loaded, chunk + FAST_LOADED_AT, sizeof(slot->loaded));
	slot->loaded.name[sizeof(slot->loaded.name) - 1] = '\0';
	munmap(chunk, FAST_CHUNK);
	return 0;
}

void fast_slot_close(struct fast_slot *slot)
{
	if (slot->fd >= 0)
		close(slot->fd);
	slot->fd = -1;
}

bool fast_slot_is_lower(const struct fast_slot *slot,
			const struct map_header *overlay)
{
	return slot->fd >= 0 && !slot->header.base[0] &&
	       slot->loaded.crc == overlay->base_crc &&
	       !memcmp(&slot->header.hash_key, &overlay->hash_key,
		       sizeof(overlay->hash_key));
}

int fast_slots_fill(const struct fast_instance *instance,
		    const uint32_t *number, const int *fd, uint32_t count)
{
	int releases = fast_instance_map(instance, FAST_PIN_RELEASES);
	LIBBPF_OPTS(bpf_map_batch_opts, opts);

	if (releases < 0)
		return releases;
	/* In a batch the kernel waits for the programs once, not for each. */
	if (count == 1)
		return bpf_map_update_elem(releases, number, fd, BPF_ANY)
			       ? error_sys(-errno,
					   "cannot switch the fast path")
			       : 0;
	if (bpf_map_update_batch(releases, number, fd, &count, &opts))
		return error_sys(-errno, "cannot switch the fast path");
	return 0;
}

void fast_slots_drop(const struct fast_instance *instance, uint32_t slot)
{
	int releases = fast_instance_map(instance, FAST_PIN_RELEASES);
	uint32_t number, id;

	for (number = 1; number < FAST_RELEASE_SLOTS && releases >= 0; number++)
		if (number != slot &&
		    !bpf_map_lookup_elem(releases, &number, &id))
			bpf_map_delete_elem(releases, &number);
}
