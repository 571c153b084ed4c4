// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hits_db.h"
#include "hits_fold.h"
#include "hits_keeper_run.h"
#include "hits_map.h"
#include "hits_window.h"
#include "keeper.h"
#include "confine.h"
#include "map_file.h"
#include "misses.h"
#include "state.h"
#include "state_owner.h"

enum {
	/* As detour-registry: to be the owner of a state directory. */
	KEEPER_MAY = 1 << CAP_SETUID | 1 << CAP_SETGID |
		     1 << CAP_DAC_READ_SEARCH | 1 << CAP_DAC_OVERRIDE |
		     1 << CAP_CHOWN | 1 << CAP_FOWNER,
	KEEPER_WAIT = 10000,  /* ms for others who write */
	KEEPER_AGAIN = 10000, /* ms before what failed is tried again */
	/* Regions that wait for room on the disk: with more, the oldest ones
	 * are given up, so that others are counted. */
	KEEPER_KEEPS = HITS_REGIONS / 2,
};

/* A region that is counted in, or was. */
struct kept {
	uint64_t number; /* 0: none */
	int map;	 /* descriptor of its file, or -1 */
	bool ended;
};

struct keeper {
	const char *state, *name;
	int fd, window, misses;
	struct hits_db *db;
	struct kept kept[HITS_REGIONS];
};

/* What is made in a folder that somebody is removing would be in his way. */
static bool db_open(struct keeper *keeper)
{
	char live[PATH_MAX];
	int err;

	if (keeper->db && hits_db_stays(keeper->db))
		return true;
	hits_db_close(keeper->db);
	keeper->db = NULL;
	state_path(live, keeper->state, "live");
	if (access(live, F_OK))
		return false;
	err = hits_db_open(&keeper->db, keeper->state, HITS_DB_MAKE,
			   KEEPER_WAIT);
	return !err;
}

/* By source, where the map's file goes or is gone: nobody else can do so. */
static int kept_fold(struct keeper *keeper, const struct kept *kept,
		     const struct hits_run *run)
{
	struct map *map = NULL;
	char path[40];
	bool left;
	int err = hits_fold_left(keeper->db, run->map, &left);

	if (!err && !left &&
	    hits_map_open(&map, keeper->state, run->map, run->name))
		left = true;
	map_close(map);
	if (err || !left || kept->map < 0)
		return err;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", kept->map);
	err = map_open_alone(&map, path);
	if (!err)
		err = hits_fold(keeper->db, map);
	map_close(map);
	return err;
}

static int kept_save(struct keeper *keeper, const struct kept *kept, int slot,
		     const struct hits_window_page *page)
{
	struct hits_window_run run;
	int err = hits_db_begin(keeper->db);

	if (err)
		return err;
	hits_window_run(&run, page, slot, keeper->window, keeper->name);
	err = hits_run_save(keeper->db, &run.run);
	if (!err)
		err = kept_fold(keeper, kept, &run.run);
	if (err)
		hits_db_rollback(keeper->db);
	return err ? err : hits_db_commit(keeper->db);
}

/* Save a region by its number. */
static int number_save(struct keeper *keeper, const struct kept *kept)
{
	struct hits_window_page page;
	int i, err = hits_window_read(&page, keeper->window);

	for (i = 0; i < HITS_REGIONS && !err; i++)
		if (page.region[i].number == kept->number)
			return kept_save(keeper, kept, i, &page);
	return err;
}

static void kept_forget(struct kept *kept)
{
	if (kept->map >= 0)
		close(kept->map);
	*kept = (struct kept){.map = -1};
}

static unsigned int ended_count(const struct keeper *keeper)
{
	unsigned int count = 0;
	int i;

	for (i = 0; i < HITS_REGIONS; i++)
		count += keeper->kept[i].number && keeper->kept[i].ended;
	return count;
}

/* Save what has ended, or all. */
static void keeper_save(struct keeper *keeper, bool all)
{
	bool can = !state_owner_become(keeper->state) && db_open(keeper);
	unsigned int ended = ended_count(keeper);
	int i;

	for (i = 0; i < HITS_REGIONS; i++) {
		struct kept *kept = &keeper->kept[i];
		bool failed;

		if (!kept->number || !(all || kept->ended))
			continue;
		failed = !can || number_save(keeper, kept);
		if (!kept->ended || (failed && ended <= KEEPER_KEEPS))
			continue;
		ended--;
		send(keeper->fd, &kept->number, sizeof(kept->number),
		     MSG_NOSIGNAL | MSG_DONTWAIT);
		kept_forget(kept);
	}
	state_owner_return();
}

/* Those of the server that has ended. */
static void misses_keep(struct keeper *keeper)
{
	if (keeper->misses < 0)
		return;
	if (!state_owner_become(keeper->state) && db_open(keeper))
		misses_save_server(keeper->db, keeper->name, keeper->misses);
	state_owner_return();
}

static struct kept *kept_of(struct keeper *keeper, uint64_t number)
{
	int i;

	for (i = 0; i < HITS_REGIONS; i++)
		if (keeper->kept[i].number == number)
			return &keeper->kept[i];
	return NULL;
}

/* The file is there from the first map on: what is saved at the end is not to
 * make one. */
static void keeper_begin(struct keeper *keeper, uint64_t number, int map)
{
	struct kept *kept = kept_of(keeper, 0);

	if (kept)
		*kept = (struct kept){.number = number, .map = map};
	else if (map >= 0)
		close(map);
	if (!state_owner_become(keeper->state))
		db_open(keeper);
	state_owner_return();
}

static void keeper_do(struct keeper *keeper,
		      const struct hits_keeper_message *message, int fd)
{
	struct kept *kept = kept_of(keeper, message->number);

	if (message->what == HITS_KEEPER_BEGIN && message->number && !kept) {
		keeper_begin(keeper, message->number, fd);
		return;
	}
	if (fd >= 0)
		close(fd);
	if (message->what != HITS_KEEPER_END || !message->number || !kept)
		return;
	kept->ended = true;
	keeper_save(keeper, false);
}

static int control_take(struct msghdr *head)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(head);
	int fd = -1;

	if (control && control->cmsg_type == SCM_RIGHTS &&
	    control->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

/* Take a message; false at the end. */
static bool keeper_take(struct keeper *keeper)
{
	struct hits_keeper_message message;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = {&message, sizeof(message)};
	struct msghdr head = {.msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control)};
	ssize_t len = recvmsg(keeper->fd, &head, MSG_CMSG_CLOEXEC);

	if (len < 0 && errno == EINTR)
		return true;
	if (len != (ssize_t)sizeof(message))
		return false;
	keeper_do(keeper, &message, control_take(&head));
	return true;
}

static bool keeper_round(struct keeper *keeper)
{
	struct pollfd fd = {.fd = keeper->fd, .events = POLLIN};
	int ready = poll(&fd, 1, ended_count(keeper) ? KEEPER_AGAIN : -1);

	if (!ready)
		keeper_save(keeper, false);
	return ready <= 0 || keeper_take(keeper);
}

/* Keep these and no others; those that are -1 stay so. */
static int fds_keep(int *fds)
{
	int there[HITS_KEEPER_FDS], count = 0, i, err;

	for (i = 0; i < HITS_KEEPER_FDS; i++)
		if (fds[i] >= 0)
			there[count++] = fds[i];
	err = keeper_descriptors(there, count);
	for (i = 0, count = 0; i < HITS_KEEPER_FDS; i++)
		if (fds[i] >= 0)
			fds[i] = there[count++];
	return err;
}

/* It is to live on when the server is killed. */
noreturn void hits_keeper_run(const char *state, const char *name, int *fds)
{
	struct keeper *keeper = calloc(1, sizeof(*keeper));
	int i;

	if (!keeper || fds_keep(fds))
		_exit(1);
	prctl(PR_SET_PDEATHSIG, 0);
	keeper_confine(KEEPER_MAY, CONFINE_OWNER | CONFINE_SHARE);
	if (!getuid() && setgroups(0, NULL))
		_exit(1);
	keeper->state = state;
	keeper->name = name;
	keeper->fd = fds[0];
	keeper->window = fds[1];
	keeper->misses = fds[2];
	for (i = 0; i < HITS_REGIONS; i++)
		keeper->kept[i].map = -1;
	while (keeper_round(keeper))
		;
	keeper_save(keeper, true);
	misses_keep(keeper);
	hits_db_close(keeper->db);
	_exit(0);
}
