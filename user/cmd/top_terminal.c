// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "error.h"
#include "top_terminal.h"

#define SCREEN_OPEN "\033[?1049h\033[?25l\033[?7l"
#define SCREEN_CLOSE "\033[?7h\033[?25h\033[?1049l"

enum { KEY_STOP = 'Z' - '@' };

static struct termios before;
static volatile sig_atomic_t ended, resized;

static void signal_take(int number)
{
	if (number == SIGWINCH)
		resized = 1;
	else
		ended = 1;
}

static void signals_take(void)
{
	static const int numbers[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP,
				      SIGQUIT};
	const struct sigaction take = {.sa_handler = signal_take};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaction(numbers[i], &take, NULL);
}

static void say(const char *text)
{
	fputs(text, stdout);
	fflush(stdout);
}

/* Ctrl-C and Ctrl-Z come as keys, so that nothing is left half done. */
static int screen_take(void)
{
	struct termios raw = before;

	raw.c_lflag &= ~(ICANON | ECHO | ISIG);
	raw.c_oflag &= ~OPOST;
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw))
		return error_sys(-errno, "cannot use the terminal");
	say(SCREEN_OPEN);
	return 0;
}

int top_terminal_open(void)
{
	if (tcgetattr(STDIN_FILENO, &before))
		return error_sys(-errno, "cannot use the terminal");
	signals_take();
	return screen_take();
}

void top_terminal_close(void)
{
	say(SCREEN_CLOSE);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}

struct top_size top_terminal_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row ||
	    !size.ws_col)
		return (struct top_size){24, 80};
	return (struct top_size){size.ws_row, size.ws_col};
}

/* How many bytes so many characters of a line have. */
static size_t line_cut(const char *line, size_t len, int columns)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((line[i] & 0xc0) != 0x80 && !columns--)
			break;
	return i;
}

void top_terminal_show(const char *lines)
{
	struct top_size size = top_terminal_size();
	int row;

	fputs("\033[H", stdout);
	for (row = 0; row < size.rows && *lines; row++) {
		size_t len = strcspn(lines, "\n");
		bool heading = *lines == TOP_HEADING;

		fputs(row ? "\r\n" : "", stdout);
		fputs(heading ? "\033[1m" : "", stdout);
		fwrite(lines + heading, 1,
		       line_cut(lines + heading, len - heading, size.columns),
		       stdout);
		fputs("\033[0m\033[K", stdout);
		lines += len + (lines[len] == '\n');
	}
	say("\033[J");
}

/* As the shell's job control has it, and back. */
static void stop_for_a_while(void)
{
	top_terminal_close();
	raise(SIGSTOP);
	screen_take();
}

static int key_read(void)
{
	unsigned char key;
	ssize_t got = read(STDIN_FILENO, &key, 1);

	if (got < 0)
		return errno == EINTR || errno == EAGAIN ? TOP_KEY_NONE
							 : TOP_KEY_END;
	if (!got)
		return TOP_KEY_END;
	if (key != KEY_STOP)
		return key;
	stop_for_a_while();
	return TOP_KEY_RESIZED;
}

int top_terminal_key(int ms)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	int key = TOP_KEY_NONE;

	if (!ended && !resized && poll(&in, 1, ms) > 0)
		key = key_read();
	if (ended)
		return TOP_KEY_END;
	if (resized) {
		resized = 0;
		return TOP_KEY_RESIZED;
	}
	return key;
}
