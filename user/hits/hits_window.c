// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "hits_window.h"
#include "read_only.h"

/* A map's counts stay until they are saved, beside those of the next. */
enum { WINDOW_MAPS = 3 };

struct hits_window {
	struct hits_window_page *page;
	uint64_t size, limit;
	uint64_t numbers; /* given so far */
	int fd;		  /* for reading */
	bool retired[HITS_REGIONS];
};

static uint64_t random_number(void)
{
	uint64_t number = 0;

	while (!number && getrandom(&number, sizeof(number), 0) < 0)
		number = (uint64_t)getpid() << 32 | 1;
	return number;
}

/* What others get can be read alone, and stays as long as it is. */
static int window_open(struct hits_window *window)
{
	int fd = memfd_create("detour-hits", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)window->size) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		err = -errno;
	if (!err) {
		window->page = mmap(NULL, window->size, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_NORESERVE, fd, 0);
		err = window->page == MAP_FAILED ? -errno : 0;
	}
	if (err)
		window->page = NULL;
	else
		window->fd = read_only_open(fd);
	if (!err && window->fd < 0)
		err = window->fd;
	close(fd);
	return err;
}

int hits_window_new(struct hits_window **result, uint64_t limit)
{
	struct hits_window *window = calloc(1, sizeof(*window));
	int err = -ENOMEM;

	if (window) {
		window->fd = -1;
		window->limit = limit & ~(uint64_t)(MAP_PAGE - 1);
		window->size = MAP_PAGE + WINDOW_MAPS * window->limit;
		err = window_open(window);
	}
	if (err) {
		hits_window_free(window);
		return error_sys(err, "no memory to count hits in");
	}
	window->page->magic = HITS_WINDOW_MAGIC;
	window->page->regions = HITS_REGIONS;
	window->page->owner = random_number();
	*result = window;
	return 0;
}

void hits_window_free(struct hits_window *window)
{
	if (!window)
		return;
	if (window->page)
		munmap(window->page, window->size);
	if (window->fd >= 0)
		close(window->fd);
	free(window);
}

int hits_window_fd(const struct hits_window *window)
{
	return window->fd;
}

uint64_t hits_window_owner(const struct hits_window *window)
{
	return window->page->owner;
}

static uint64_t region_size(uint64_t entries)
{
	uint64_t size = entries * HITS_CLASSES * sizeof(struct hit);

	return (size + MAP_PAGE - 1) & ~(uint64_t)(MAP_PAGE - 1);
}

/* The first place from which on there is room, 0 for none. */
static uint64_t place_find(const struct hits_window *window, uint64_t size)
{
	const struct hits_region *region = window->page->region;
	uint64_t at = MAP_PAGE;
	int i;

	for (i = 0; i < HITS_REGIONS; i++) {
		uint64_t end = region[i].at + region_size(region[i].entries);

		if (!region[i].number || at + size <= region[i].at || at >= end)
			continue;
		at = end;
		i = -1;
	}
	return at + size <= window->size ? at : 0;
}

static struct hits_region *region_of(const struct hits_window *window,
				     uint64_t number)
{
	int i;

	for (i = 0; i < HITS_REGIONS; i++)
		if (window->page->region[i].number == number)
			return &window->page->region[i];
	return NULL;
}

/* A reader takes a region for one when all else of it stands there. */
struct hit *hits_window_take(struct hits_window *window,
			     const struct map_header *header, const char *name,
			     uint64_t *number)
{
	struct hits_region *region = region_of(window, 0);
	uint64_t size = region_size(hits_entries(header));
	uint64_t at = size <= window->limit ? place_find(window, size) : 0;

	if (!region || !at)
		return NULL;
	window->retired[region - window->page->region] = false;
	region->map = hits_map_key(header);
	region->at = at;
	region->entries = hits_entries(header);
	snprintf(region->name, sizeof(region->name), "%s", name);
	*number = ++window->numbers;
	__atomic_store_n(&region->number, *number, __ATOMIC_RELEASE);
	return (void *)((char *)window->page + at);
}

struct hit *hits_window_find(const struct hits_window *window, uint64_t map)
{
	const struct hits_region *region = window->page->region;
	int i;

	for (i = 0; i < HITS_REGIONS; i++)
		if (region[i].number && !window->retired[i] &&
		    region[i].map == map)
			return (void *)((char *)window->page + region[i].at);
	return NULL;
}

void hits_window_uncounted(struct hits_window *window, unsigned int maps)
{
	window->page->uncounted = maps;
}

void hits_window_retire(struct hits_window *window,
			bool (*used)(const struct hit *hits, void *arg),
			void (*fn)(uint64_t number, void *arg), void *arg)
{
	const struct hits_region *region = window->page->region;
	int i;

	for (i = 0; i < HITS_REGIONS; i++) {
		if (!region[i].number || window->retired[i] ||
		    used((void *)((char *)window->page + region[i].at), arg))
			continue;
		window->retired[i] = true;
		fn(region[i].number, arg);
	}
}

/* Who reads meanwhile looks at the number behind that. */
void hits_window_drop(struct hits_window *window, uint64_t number)
{
	struct hits_region *region = region_of(window, number);

	if (!number || !region)
		return;
	__atomic_store_n(&region->number, 0, __ATOMIC_SEQ_CST);
	madvise((char *)window->page + region->at, region_size(region->entries),
		MADV_REMOVE);
}

static bool region_sound(const struct hits_region *region, uint64_t size)
{
	return !(region->at % MAP_PAGE) && region->at >= MAP_PAGE &&
	       region->at <= size && region->entries <= UINT32_MAX &&
	       region_size(region->entries) <= size - region->at &&
	       memchr(region->name, 0, sizeof(region->name)) &&
	       !strchr(region->name, '/');
}

int hits_window_read(struct hits_window_page *page, int fd)
{
	int seals = fcntl(fd, F_GET_SEALS), i;
	struct stat st;

	if (seals < 0 || !(seals & F_SEAL_SHRINK) || fstat(fd, &st) ||
	    pread(fd, page, sizeof(*page), 0) != sizeof(*page) ||
	    page->magic != HITS_WINDOW_MAGIC || page->regions != HITS_REGIONS)
		return error_set(-EBADMSG, "this is no memory of hits");
	for (i = 0; i < HITS_REGIONS; i++)
		if (!region_sound(&page->region[i], st.st_size))
			page->region[i].number = 0;
	return 0;
}

/* Pages that were never counted in are no data of the file. */
static int window_read(struct hits_run *base, unsigned int class,
		       uint64_t first, struct hit *hits, uint64_t *next)
{
	struct hits_window_run *run = (void *)base;
	off_t from = (off_t)(run->at +
			     (class * base->entries + first) * sizeof(*hits));
	uint64_t count = base->entries - first, gap;
	off_t data = lseek(run->fd, from, SEEK_DATA);
	size_t size;

	if (data < 0 && errno != ENXIO)
		return error_sys(-errno, "cannot read hits of a server");
	gap = data < 0 ? count : (uint64_t)(data - from) / sizeof(*hits);
	if (gap >= HITS_CHUNK || gap >= count) {
		*next = gap < count ? first + gap / HITS_CHUNK * HITS_CHUNK
				    : base->entries;
		return 0;
	}
	if (count > HITS_CHUNK)
		count = HITS_CHUNK;
	size = count * sizeof(*hits);
	memset(hits, 0, HITS_CHUNK * sizeof(*hits));
	if (pread(run->fd, hits, size, from) != (ssize_t)size)
		return error_sys(-EIO, "cannot read hits of a server");
	return 1;
}

static int window_valid(struct hits_run *base)
{
	struct hits_window_run *run = (void *)base;
	struct hits_window_page page;

	if (pread(run->fd, &page, sizeof(page), 0) == sizeof(page) &&
	    page.region[run->slot].number == base->number)
		return 0;
	return error_set(-ESTALE, "a server counts in other memory by now");
}

void hits_window_run(struct hits_window_run *run,
		     const struct hits_window_page *page, int slot, int fd,
		     const char *server)
{
	const struct hits_region *region = &page->region[slot];

	memset(run, 0, sizeof(*run));
	run->run.owner = page->owner;
	run->run.number = region->number;
	run->run.server = server;
	run->run.map = region->map;
	memcpy(run->run.name, region->name, sizeof(run->run.name));
	run->run.entries = region->entries;
	run->run.classes = HITS_CLASSES;
	run->run.read = window_read;
	run->run.valid = window_valid;
	run->fd = fd;
	run->slot = slot;
	run->at = region->at;
}
