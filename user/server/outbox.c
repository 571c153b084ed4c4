// SPDX-License-Identifier: BSD-2-Clause
#include "outbox.h"

uint32_t outbox_take(struct outbox *outbox, const char **answers)
{
	uint32_t len = outbox->end - outbox->start;

	*answers = outbox->data + outbox->start;
	outbox_drop(outbox);
	return len;
}

bool outbox_queue(struct outbox *outbox, struct conn *conn)
{
	outbox->queue[outbox->queued++] = (struct outbox_answers){
		.conn = conn,
		.start = outbox->start,
		.end = outbox->end,
	};
	outbox->start = outbox->end;
	return outbox->queued == OUTBOX_QUEUE || outbox->end > OUTBOX_SIZE / 2;
}

void outbox_flush(struct outbox *outbox, void (*send)(struct conn *conn))
{
	unsigned int i;

	for (i = 0; i < outbox->queued; i++) {
		const struct outbox_answers *answers = &outbox->queue[i];

		outbox->start = answers->start;
		outbox->end = answers->end;
		send(answers->conn);
	}
	outbox->queued = 0;
	outbox->start = outbox->end = 0;
}
