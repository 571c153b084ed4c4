/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOP_FRAME_H
#define TOP_FRAME_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* What is in a frame of `top`. */
struct top_frame {
	int rows;    /* lines it is to have at most; 0: all there is */
	bool by_all; /* rules by their hits in all, not by what comes now */
};

/*
 * top_frame_write - write a frame as lines of text
 * @figures: of view_figures_take(), with view_rates_add()
 *
 * Headings begin with TOP_HEADING (top_terminal.h). Nothing that came from a
 * client or from a file can steer a terminal or make a line of its own.
 */
void top_frame_write(FILE *out, const json_t *figures,
		     const struct top_frame *frame);

#endif
