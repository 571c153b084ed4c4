// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The request scan and the lookup as a BPF program sees them: one array per
 * section of the map, a chunk per element. It is here to be compiled. */
#include <linux/bpf.h>
#include <linux/types.h>

#include "head.h"
#include "map.h"

struct map;
static inline __attribute__((always_inline)) const struct map_header *
map_header(const struct map *map);
static inline __attribute__((always_inline)) const __u8 *
map_chunk(const struct map *map, int section, __u32 index);

#include "lookup.h"

#define SEC(name) __attribute__((section(name), used))
#define ARRAY(name, kind, size, entries)     \
	struct {                             \
		int (*type)[kind];           \
		int (*key_size)[4];          \
		int (*value_size)[size];     \
		int (*max_entries)[entries]; \
	} name SEC(".maps")

ARRAY(headers, BPF_MAP_TYPE_ARRAY, sizeof(struct map_header), 1);
ARRAY(records, BPF_MAP_TYPE_ARRAY, MAP_CHUNK, 4);
ARRAY(answers, BPF_MAP_TYPE_ARRAY, MAP_CHUNK, 1);
ARRAY(hosts, BPF_MAP_TYPE_ARRAY, MAP_CHUNK, 1);
ARRAY(paths, BPF_MAP_TYPE_ARRAY, MAP_CHUNK, 1);
ARRAY(keys, BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(struct map_key), 1);

static void *(*const lookup_elem)(void *map, const void *key) = (void *)
	BPF_FUNC_map_lookup_elem;

static inline const struct map_header *map_header(const struct map *map)
{
	return (const void *)map;
}

static inline const __u8 *map_chunk(const struct map *map, int section,
				    __u32 index)
{
	(void)map;
	switch (section) {
	case MAP_RECORDS:
		return lookup_elem(&records, &index);
	case MAP_ANSWERS:
		return lookup_elem(&answers, &index);
	case MAP_HOSTS:
		return lookup_elem(&hosts, &index);
	default:
		return lookup_elem(&paths, &index);
	}
}

SEC("xdp")
int xdp_lookup(struct xdp_md *ctx)
{
	__u32 zero = 0;
	const struct map *map = lookup_elem(&headers, &zero);
	struct map_key *key = lookup_elem(&keys, &zero);

	(void)ctx;
	if (!map || !key)
		return XDP_ABORTED;
	return map_lookup(map, key) ? XDP_TX : XDP_PASS;
}

SEC("xdp")
int xdp_scan(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct map_key *key = lookup_elem(&keys, &zero);
	struct head head;

	(void)ctx;
	if (!key)
		return XDP_ABORTED;
	head_init(&head, LIMIT_PATH, LIMIT_PATH);
	return head_scan(&head, key->path, LIMIT_PATH) ? XDP_TX : XDP_PASS;
}

char license_text[] SEC("license") = "Dual BSD/GPL";
