// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "interrupt.h"

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
enum { NUMBERS = sizeof(numbers) / sizeof(*numbers) };

static volatile sig_atomic_t came; /* the first one's number */

/* What ends it, for a terminal on a line of its own. */
static char told[100];

static void signal_tell(int number)
{
	ssize_t written = write(STDERR_FILENO, told, strlen(told));

	(void)written;
	raise(number);
}

static void signal_keep(int number)
{
	if (!came)
		came = number;
}

/* Take them from whom they are, and give them to another. */
static void signals_pass(void (*from)(int), const struct sigaction *to)
{
	struct sigaction before;
	size_t i;

	for (i = 0; i < NUMBERS; i++)
		if (!sigaction(numbers[i], NULL, &before) &&
		    before.sa_handler == from)
			sigaction(numbers[i], to, NULL);
}

static const struct sigaction tell = {
	.sa_handler = signal_tell,
	/* the second time it is the end */
	.sa_flags = SA_RESTART | (int)SA_RESETHAND | SA_NODEFER,
};

void interrupt_tell(const char *name)
{
	snprintf(told, sizeof(told),
		 "%sdetour %.32s: interrupted; nothing was changed\n",
		 isatty(STDERR_FILENO) ? "\n" : "", name);
	signals_pass(SIG_DFL, &tell);
}

bool interrupt_ends(const struct sigaction *action)
{
	return action->sa_handler == SIG_DFL ||
	       action->sa_handler == signal_tell;
}

void interrupt_defer(void)
{
	static const struct sigaction keep = {
		.sa_handler = signal_keep,
		.sa_flags = SA_RESTART,
	};

	signals_pass(SIG_DFL, &keep);
	signals_pass(signal_tell, &keep);
}

int interrupt_check(void)
{
	return came ? error_set(-EINTR, "interrupted") : 0;
}

void interrupt_end(bool done)
{
	static const struct sigaction plain = {.sa_handler = SIG_DFL};
	int number;

	signals_pass(signal_keep, *told && !done ? &tell : &plain);
	number = came;
	came = 0;
	if (number && !done)
		raise(number);
}
