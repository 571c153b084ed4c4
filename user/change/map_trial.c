// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "interrupt.h"
#include "map_file.h"
#include "map_trial.h"
#include "progress.h"
#include "release_map.h"

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
enum { ENDS = sizeof(ends) / sizeof(*ends) };

/* What a signal that ends the program takes away before, and how it ends it. */
static char trial_dir[PATH_MAX], trial_path[PATH_MAX + 4];
static struct sigaction before[ENDS];

static void signals_give(void)
{
	size_t i;

	for (i = 0; i < ENDS; i++)
		sigaction(ends[i], &before[i], NULL);
}

/* Another thread may be about to create the file: the folder goes when it cannot
 * any more, or by then has. */
static void trial_end(int number)
{
	int tries;

	for (tries = 0; tries < 100 && rmdir(trial_dir) && errno == ENOTEMPTY;
	     tries++)
		unlink(trial_path);
	signals_give();
	raise(number);
}

static void signals_take(void)
{
	struct sigaction action = {.sa_handler = trial_end};
	size_t i;

	for (i = 0; i < ENDS; i++) {
		sigaction(ends[i], NULL, &before[i]);
		if (interrupt_ends(&before[i]))
			sigaction(ends[i], &action, NULL);
	}
}

static int trial_dir_make(void)
{
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(trial_dir, sizeof(trial_dir), "%s/detour-XXXXXX",
			 tmp && *tmp ? tmp : "/tmp");

	if (n < 0 || (size_t)n >= sizeof(trial_dir))
		return error_sys(-ENAMETOOLONG, "cannot create %s", tmp);
	if (!mkdtemp(trial_dir))
		return error_sys(-errno, "cannot create %s", trial_dir);
	snprintf(trial_path, sizeof(trial_path), "%s/map", trial_dir);
	return 0;
}

int map_trial(struct map **map, const struct release_source *source)
{
	uint64_t rules;
	int err;

	*map = NULL;
	err = trial_dir_make();
	if (err)
		return err;
	signals_take();
	progress_stage("compiling", 0);
	err = release_map_write(trial_path, source, NULL, &rules);
	if (!err && rules)
		err = map_open(map, trial_path);
	unlink(trial_path);
	rmdir(trial_dir);
	signals_give();
	return err;
}
