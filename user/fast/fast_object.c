// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "fast_domain.h"
#include "fast_host.h"
#include "fast_object.h"
#include "fast_tried.h"
#include "fastpath.h"
#include "fastpath.skel.h"
#include "miss.h"

enum { REASON_SIZE = 400 };

/* The last lines of the latest verifier log, one behind the other. */
static char reason[REASON_SIZE];

struct fast_object {
	struct fastpath *skel;
};

/* Lines of a verifier log that say nothing about the cause. */
static bool is_noise(const char *line)
{
	static const char *const noise[] = {
		"processed ", "verification time", "stack depth",
		"-- END",     "libbpf: -- END",
	};
	size_t i;

	for (i = 0; i < sizeof(noise) / sizeof(*noise); i++)
		if (!strncmp(line, noise[i], strlen(noise[i])))
			return true;
	return !*line;
}

/* Put what the log ends with into reason: the line that refuses and as many
 * before it as there is room for. */
static void reason_take(char *log)
{
	char line[REASON_SIZE], *end;
	size_t used = 0, len;

	*reason = '\0';
	while ((end = strrchr(log, '\n'))) {
		*end = '\0';
		if (is_noise(end + 1))
			continue;
		len = snprintf(line, sizeof(line), "%s%s", end + 1,
			       used ? "; " : "");
		if (len >= sizeof(line) || used + len + 1 > sizeof(reason))
			return;
		memmove(reason + len, reason, used + 1);
		memcpy(reason, line, len);
		used += len;
	}
}

/* Everything is kept off stderr; libbpf gives a verifier log in one call. */
static __attribute__((format(printf, 2, 0))) int
message_take(enum libbpf_print_level level, const char *fmt, va_list args)
{
	char *text = NULL;

	if (level != LIBBPF_WARN)
		return 0;
	if (vasprintf(&text, fmt, args) < 0)
		return 0;
	if (strstr(text, "BEGIN PROG LOAD LOG"))
		reason_take(text);
	free(text);
	return 0;
}

int fast_object_open(struct fast_object **result)
{
	struct fast_object *object = calloc(1, sizeof(*object));
	int err;

	libbpf_set_print(message_take);
	if (!object)
		return error_sys(-ENOMEM, "cannot open the fast path");
	object->skel = fastpath__open();
	if (!object->skel) {
		err = error_sys(-errno, "cannot open the fast path's programs");
		free(object);
		return err;
	}
	bpf_map__set_map_extra(object->skel->maps.arena, FAST_ARENA_AT);
	*result = object;
	return 0;
}

const struct bpf_map *fast_object_map(const struct fast_object *object,
				      enum fast_pin_id id)
{
	return bpf_object__find_map_by_name(object->skel->obj,
					    fast_pin_name(id));
}

static int maps_reuse(struct fast_object *object,
		      const struct fast_instance *instance)
{
	unsigned int i;

	for (i = 0; i < FAST_PINS; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(
			object->skel->obj, fast_pin_name(i));
		int fd = fast_instance_map(instance, i), err;

		if (fd < 0)
			return fd;
		err = bpf_map__reuse_fd(map, fd);
		if (err)
			return error_sys(err, "cannot use %s/%s",
					 fast_instance_folder(instance),
					 fast_pin_name(i));
	}
	return 0;
}

/* The clock of the programs. */
static uint64_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

void fast_object_by_prefix(struct fast_object *object)
{
	object->skel->rodata->by_prefix = 1;
}

void fast_object_bridged(struct fast_object *object)
{
	object->skel->rodata->bridged = 1;
}

int fast_object_misses(struct fast_object *object, uint32_t buckets)
{
	int err = bpf_map__set_max_entries(object->skel->maps.misses,
					   1 + MISS_TABLES * buckets);

	return err ? error_sys(err, "cannot size the fast path's misses") : 0;
}

int fast_object_load(struct fast_object *object,
		     const struct fast_instance *instance,
		     const char *interface, const uint16_t *port,
		     unsigned int ports, const struct fast_receive *receive)
{
	struct fastpath *skel = object->skel;
	unsigned int i, bit;
	uint32_t domain = 0;
	uint8_t mac[6];
	int err;

	err = maps_reuse(object, instance);
	if (!err)
		err = fast_host_mac(interface, mac);
	if (!err)
		err = fast_domain(interface, &domain);
	if (err)
		return err;
	for (i = 0; i < ports; i++) {
		bit = htons(port[i]);
		skel->rodata->port_bits[bit / 64] |= 1ULL << bit % 64;
	}
	memcpy(skel->rodata->mac, mac, sizeof(mac));
	skel->rodata->loaded_at = seconds_now();
	skel->rodata->host_offers = fast_host_offers();
	skel->rodata->domain = domain;
	skel->rodata->tai_offset = fast_host_tai_offset();
	memcpy((void *)&skel->rodata->receive, receive, sizeof(*receive));
	*reason = '\0';
	err = fastpath__load(skel);
	if (err)
		return error_set(
			err,
			"the kernel refuses the fast path's programs: %s%s%s" FAST_TRIED_SAID,
			strerror(-err), *reason ? ": " : "", reason);
	return 0;
}

void fast_object_generic(struct fast_object *object, bool generic)
{
	object->skel->bss->generic = generic;
}

int fast_object_xdp(const struct fast_object *object)
{
	return bpf_program__fd(object->skel->progs.xdp_respond);
}

int fast_object_tc(const struct fast_object *object)
{
	return bpf_program__fd(object->skel->progs.tc_hand_over);
}

void fast_object_close(struct fast_object *object)
{
	if (!object)
		return;
	fastpath__destroy(object->skel);
	free(object);
}
