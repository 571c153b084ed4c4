// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "miss_server.h"
#include "miss_sum.h"

enum {
	SERVER_TRIES = 16,     /* for a bucket that is written meanwhile */
	SERVER_PAUSES = 256,   /* for workers that were stopped over one, ... */
	SERVER_PAUSE = 100000, /* ... of so many ns */
	SERVER_WRITERS = 1024,
};

struct reader {
	int fd;
	int pauses; /* that are left */
};

static int server_bad(void)
{
	return error_set(-EBADMSG,
			 "what a server gives is no memory of misses");
}

static int server_read(int fd, void *to, size_t len, off_t at)
{
	ssize_t n = pread(fd, to, len, at);

	if (n < 0)
		return error_sys(-errno, "cannot read a server's misses");
	return n == (ssize_t)len ? 0 : server_bad();
}

/* Whether to try once more. */
static bool reader_waits(struct reader *reader, int tries)
{
	const struct timespec pause = {.tv_nsec = SERVER_PAUSE};

	if (tries < SERVER_TRIES)
		return true;
	if (reader->pauses <= 0)
		return false;
	reader->pauses--;
	nanosleep(&pause, NULL);
	return true;
}

/* A bucket as it stood at one time: `done` is read before it, `begun` behind. */
static int bucket_read(struct reader *reader, struct miss_bucket *bucket,
		       off_t at)
{
	uint64_t before, after;
	int fd = reader->fd, err, tries = 0;

	do {
		err = server_read(fd, &before, sizeof(before),
				  at + offsetof(struct miss_bucket, done));
		if (!err)
			err = server_read(fd, bucket, sizeof(*bucket), at);
		if (!err)
			err = server_read(fd, &after, sizeof(after),
					  at + offsetof(struct miss_bucket,
							begun));
	} while (!err && before != after && reader_waits(reader, ++tries));
	return err;
}

/* All that was ever written; what is a hole is skipped. */
static int buckets_read(struct miss_sum *sum, int fd, uint32_t buckets,
			off_t end)
{
	const off_t first = MISS_BUCKET;
	struct reader reader = {fd, SERVER_PAUSES};
	struct miss_bucket bucket;
	off_t at = first, found;
	int err = 0;

	while (!err && at < end) {
		uint64_t number = (at - first) / MISS_BUCKET;

		found = lseek(fd, at, SEEK_DATA);
		if (found < 0)
			return errno == ENXIO ? 0 : server_bad();
		if (found >= at + MISS_BUCKET) {
			at = found - (found - first) % MISS_BUCKET;
			continue;
		}
		err = bucket_read(&reader, &bucket, at);
		if (!err && bucket.begun)
			err = miss_sum_bucket(sum,
					      number / buckets % MISS_TABLES,
					      number % buckets, &bucket);
		at += MISS_BUCKET;
	}
	return err;
}

int miss_server_read(struct miss_sum *sum, int fd, struct miss_header *header)
{
	struct stat st;
	off_t end;
	int err;

	/* What has seals is memory: reading it waits for nobody. */
	if (fcntl(fd, F_GET_SEALS) < 0 || fstat(fd, &st))
		return server_bad();
	err = server_read(fd, header, sizeof(*header), 0);
	if (!err)
		err = miss_sum_memory(sum, header);
	if (err)
		return err > 0 ? server_bad() : err;
	end = MISS_BUCKET + (off_t)SERVER_WRITERS * MISS_TABLES *
				    header->buckets * MISS_BUCKET;
	return buckets_read(sum, fd, header->buckets,
			    st.st_size < end ? st.st_size : end);
}
