// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "error.h"
#include "input.h"
#include "utf16.h"

enum {
	INPUT_CHUNK = 256 * 1024,
	INPUT_WINDOW = 15 + 16, /* zlib's for gzip, and nothing else */
};

/* UTF-16 that was read, and UTF-8 that did not fit. */
struct input_wide {
	bool big, ended;
	size_t begin, end; /* of what is not converted */
	char kept[UTF16_BYTES];
	size_t kept_len;
	unsigned char bytes[INPUT_CHUNK];
};

struct input {
	char *name;
	int fd;
	bool begun;		 /* what it is written in is known */
	struct input_wide *wide; /* NULL: not UTF-16 */
	bool started;
	bool between;	       /* a member has ended, no other begun */
	unsigned char *packed; /* gzip as it was read; NULL: plain */
	z_stream zip;
};

/* Short only at the end. */
static ssize_t raw_read(struct input *input, void *dst, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(input->fd, (char *)dst + len, size - len);
		if (!n)
			break;
		if (n > 0)
			len += n;
		else if (errno != EINTR)
			return error_sys(errno == EINVAL ? -EIO : -errno,
					 "cannot read %s", input->name);
	}
	return len;
}

static int zip_start(struct input *input, const void *data, size_t len)
{
	z_stream *zip = &input->zip;

	input->packed = malloc(INPUT_CHUNK);
	if (!input->packed || inflateInit2(zip, INPUT_WINDOW) != Z_OK)
		return error_sys(-ENOMEM, "cannot read %s", input->name);
	memcpy(input->packed, data, len);
	zip->next_in = input->packed;
	zip->avail_in = len;
	return 0;
}

static int zip_fail(const struct input *input, int code, bool behind)
{
	const char *text = input->zip.msg;

	if (code == Z_MEM_ERROR)
		return error_sys(-ENOMEM, "cannot read %s", input->name);
	if (behind)
		text = "its end is followed by bytes that are none";
	return error_set(-EBADMSG, "cannot read %s: gzip: %s", input->name,
			 text ? text : "damaged");
}

/* Unpack what there is room and input for, up to a member's end. */
static int zip_step(struct input *input)
{
	bool next = input->between;
	int code;

	if (next)
		inflateReset(&input->zip);
	code = inflate(&input->zip, Z_NO_FLUSH);
	if (code != Z_OK && code != Z_STREAM_END)
		return zip_fail(input, code, next);
	input->between = code == Z_STREAM_END;
	return 0;
}

static ssize_t zip_read(struct input *input, void *dst, size_t size)
{
	z_stream *zip = &input->zip;
	ssize_t n;
	int err;

	zip->next_out = dst;
	zip->avail_out = size;
	while (zip->avail_out) {
		if (!zip->avail_in) {
			n = raw_read(input, input->packed, INPUT_CHUNK);
			if (n < 0)
				return n;
			if (!n)
				break;
			zip->next_in = input->packed;
			zip->avail_in = n;
		}
		err = zip_step(input);
		if (err)
			return err;
	}
	if (zip->avail_out && !input->between)
		return error_set(-EBADMSG, "cannot read %s: gzip: cut off",
				 input->name);
	return size - zip->avail_out;
}

static ssize_t bytes_read(struct input *input, void *dst, size_t size)
{
	ssize_t n;
	int err;

	if (input->packed)
		return zip_read(input, dst, size);
	n = raw_read(input, dst, size);
	if (input->started || n < 2 || memcmp(dst, "\x1f\x8b", 2)) {
		input->started = true;
		return n;
	}
	err = zip_start(input, dst, n);
	return err ? err : zip_read(input, dst, size);
}

static int wide_start(struct input *input, const void *data, size_t len,
		      bool big)
{
	input->wide = malloc(sizeof(*input->wide));
	if (!input->wide)
		return error_sys(-ENOMEM, "cannot read %s", input->name);
	memset(input->wide, 0, offsetof(struct input_wide, bytes));
	memcpy(input->wide->bytes, data, len);
	input->wide->big = big;
	input->wide->begin = 2;
	input->wide->end = len;
	return 0;
}

static int wide_fill(struct input *input)
{
	struct input_wide *wide = input->wide;
	ssize_t n;

	memmove(wide->bytes, wide->bytes + wide->begin,
		wide->end - wide->begin);
	wide->end -= wide->begin;
	wide->begin = 0;
	n = bytes_read(input, wide->bytes + wide->end,
		       sizeof(wide->bytes) - wide->end);
	if (n < 0)
		return n;
	wide->ended = !n;
	wide->end += n;
	return 0;
}

/* Convert a character. Returns its length, 0 at the end, or -errno. */
static ssize_t wide_next(struct input *input, char *dst)
{
	struct input_wide *wide = input->wide;
	size_t len, taken;
	int err;

	for (;;) {
		len = utf16_next(dst, wide->bytes + wide->begin,
				 wide->end - wide->begin, wide->big,
				 wide->ended, &taken);
		if (len) {
			wide->begin += taken;
			return len;
		}
		if (wide->ended)
			return 0;
		err = wide_fill(input);
		if (err)
			return err;
	}
}

static ssize_t wide_read(struct input *input, char *dst, size_t size)
{
	struct input_wide *wide = input->wide;
	size_t done = 0, fits;
	ssize_t n;

	while (done < size) {
		if (!wide->kept_len) {
			n = wide_next(input, wide->kept);
			if (n < 0)
				return n;
			if (!n)
				break;
			wide->kept_len = n;
		}
		fits = wide->kept_len;
		if (fits > size - done)
			fits = size - done;
		memcpy(dst + done, wide->kept, fits);
		done += fits;
		wide->kept_len -= fits;
		memmove(wide->kept, wide->kept + fits, wide->kept_len);
	}
	return done;
}

ssize_t input_read(struct input *input, void *dst, size_t size)
{
	ssize_t n;
	bool big;
	int err;

	if (input->wide)
		return wide_read(input, dst, size);
	if (!input->begun && size > INPUT_CHUNK)
		size = INPUT_CHUNK;
	n = bytes_read(input, dst, size);
	if (n < 0 || input->begun)
		return n;
	input->begun = true;
	if (!utf16_marked(dst, n, &big))
		return n;
	err = wide_start(input, dst, n, big);
	return err ? err : wide_read(input, dst, size);
}

int input_open(struct input **out, const char *path)
{
	bool standard = !strcmp(path, "-");
	struct input *input;
	int err;

	*out = NULL;
	input = calloc(1, sizeof(*input));
	if (!input)
		return error_sys(-ENOMEM, "cannot open %s", path);
	input->fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			     : open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd >= 0)
		input->name = strdup(standard ? "standard input" : path);
	if (!input->name) {
		err = error_sys(-errno, "cannot open %s", path);
		input_close(input);
		return err;
	}
	*out = input;
	return 0;
}

const char *input_name(const struct input *input)
{
	return input->name;
}

void input_close(struct input *input)
{
	if (!input)
		return;
	inflateEnd(&input->zip);
	free(input->packed);
	free(input->wide);
	free(input->name);
	if (input->fd >= 0)
		close(input->fd);
	free(input);
}
