// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>

#include "cookie.h"
#include "error.h"
#include "fast_instance.h"
#include "fast_keys.h"

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec;
}

static int random_fill(void *data, size_t size)
{
	if (getrandom(data, size, 0) != (ssize_t)size)
		return error_sys(-EIO, "cannot make a cookie key");
	return 0;
}

static int keys_read(const struct fast_instance *instance,
		     struct cookie_keys *keys)
{
	int fd = fast_instance_map(instance, FAST_PIN_COOKIE_KEYS), err;
	uint32_t slot = 0;

	if (fd < 0)
		return fd;
	err = bpf_map_lookup_elem(fd, &slot, keys);
	if (err)
		return error_sys(err, "cannot read the cookie keys");
	return 0;
}

static int keys_write(const struct fast_instance *instance,
		      const struct cookie_keys *keys)
{
	int fd = fast_instance_map(instance, FAST_PIN_COOKIE_KEYS), err;
	uint32_t slot = 0;

	if (fd < 0)
		return fd;
	err = bpf_map_update_elem(fd, &slot, keys, BPF_ANY);
	if (err)
		return error_sys(err, "cannot write the cookie keys");
	return 0;
}

static bool is_set(const struct cookie_keys *keys)
{
	return keys->key[0].word[0] | keys->key[0].word[1];
}

int fast_keys_set(const struct fast_instance *instance)
{
	struct cookie_keys keys;
	int err = keys_read(instance, &keys);

	if (err || is_set(&keys))
		return err;
	err = random_fill(keys.key, sizeof(keys.key));
	if (!err)
		err = random_fill(&keys.clock, sizeof(keys.clock));
	if (!err)
		err = random_fill(&keys.flow, sizeof(keys.flow));
	if (err)
		return err;
	keys.current = 0;
	keys.rotated = now();
	return keys_write(instance, &keys);
}

/* A program may read while this writes, so the key is there, whole, before it
 * becomes the current one. */
int fast_keys_rotate(const struct fast_instance *instance)
{
	struct cookie_keys keys;
	int err = keys_read(instance, &keys);
	unsigned int next;

	if (err || now() < keys.rotated + 3 * COOKIE_SLOT)
		return err;
	next = !(keys.current & 1);
	err = random_fill(&keys.key[next], sizeof(keys.key[next]));
	if (!err)
		err = keys_write(instance, &keys);
	if (err)
		return err;
	keys.current = next;
	keys.rotated = now();
	return keys_write(instance, &keys);
}
