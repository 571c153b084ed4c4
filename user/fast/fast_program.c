// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fast_program.h"

enum { MAPS_MAX = 64 };

/* Where a constant is among a program's constants, or -1; its type has the
 * names (BTF). */
static int constant_find(const struct btf *btf, uint32_t type, const char *name,
			 uint32_t size)
{
	const struct btf_type *section = btf__type_by_id(btf, type), *var;
	const struct btf_var_secinfo *info;
	unsigned int i;

	if (!section || !btf_is_datasec(section) ||
	    strcmp(btf__name_by_offset(btf, section->name_off), ".rodata"))
		return -1;
	info = btf_var_secinfos(section);
	for (i = 0; i < btf_vlen(section); i++, info++) {
		var = btf__type_by_id(btf, info->type);
		if (!strcmp(btf__name_by_offset(btf, var->name_off), name) &&
		    info->size >= size)
			return info->offset;
	}
	return -1;
}

static int value_copy(int map, const struct bpf_map_info *info, uint32_t at,
		      void *data, uint32_t size)
{
	uint8_t *value = malloc(info->value_size);
	uint32_t zero = 0;
	int err = -ENOENT;

	if (value && at + size <= info->value_size &&
	    !bpf_map_lookup_elem(map, &zero, value)) {
		memcpy(data, value + at, size);
		err = 0;
	}
	free(value);
	return err;
}

/* The constant, if a map has it. */
static int map_look(uint32_t id, const char *name, void *data, uint32_t size)
{
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);
	int map = bpf_map_get_fd_by_id(id), err = -ENOENT, at;
	struct btf *btf = NULL;

	if (map >= 0 && !bpf_obj_get_info_by_fd(map, &info, &len) &&
	    info.btf_id && info.type == BPF_MAP_TYPE_ARRAY)
		btf = btf__load_from_kernel_by_id(info.btf_id);
	if (btf) {
		at = constant_find(btf, info.btf_value_type_id, name, size);
		if (at >= 0)
			err = value_copy(map, &info, at, data, size);
	}
	btf__free(btf);
	if (map >= 0)
		close(map);
	return err;
}

/* A constant of a program, by its name. */
static int program_look(uint32_t id, const char *name, void *data,
			uint32_t size)
{
	uint32_t maps[MAPS_MAX], len, i;
	struct bpf_prog_info info = {.nr_map_ids = MAPS_MAX,
				     .map_ids = (uintptr_t)maps};
	int fd = bpf_prog_get_fd_by_id(id), err = -ENOENT;

	len = sizeof(info);
	if (fd < 0)
		return err;
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		info.nr_map_ids = 0;
	for (i = 0; i < info.nr_map_ids && i < MAPS_MAX && err; i++)
		err = map_look(maps[i], name, data, size);
	close(fd);
	return err;
}

int fast_program_mac(uint32_t id, uint8_t mac[6])
{
	return program_look(id, "mac", mac, 6);
}

int fast_program_domain(uint32_t id, uint32_t *domain)
{
	return program_look(id, "domain", domain, sizeof(*domain));
}
