// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <signal.h>
#include <stddef.h>

#include "error.h"
#include "interrupt.h"

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
enum { NUMBERS = sizeof(numbers) / sizeof(*numbers) };

static volatile sig_atomic_t came; /* the first one's number */

static void signal_keep(int number)
{
	if (!came)
		came = number;
}

void interrupt_defer(void)
{
	struct sigaction keep = {.sa_handler = signal_keep}, before;
	size_t i;

	keep.sa_flags = SA_RESTART;
	for (i = 0; i < NUMBERS; i++)
		if (!sigaction(numbers[i], NULL, &before) &&
		    before.sa_handler == SIG_DFL)
			sigaction(numbers[i], &keep, NULL);
}

int interrupt_check(void)
{
	return came ? error_set(-EINTR, "interrupted") : 0;
}

void interrupt_end(bool done)
{
	struct sigaction before;
	int number = came;
	size_t i;

	for (i = 0; i < NUMBERS; i++)
		if (!sigaction(numbers[i], NULL, &before) &&
		    before.sa_handler == signal_keep)
			signal(numbers[i], SIG_DFL);
	came = 0;
	if (number && !done)
		raise(number);
}
