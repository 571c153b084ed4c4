/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_THREAD_H
#define RELEASE_THREAD_H

#include <stdint.h>

struct release_source;

/* Compile a map from a source in a thread of its own. All return 0 or -errno
 * with error_set() unless said otherwise. */
struct release_thread;
int release_thread_start(struct release_thread **thread, const char *path,
			 const struct release_source *source);
/* Wait for it; returns what release_map_write() did. */
int release_thread_join(struct release_thread *thread, uint64_t *rules);
/* Stop it if it still runs. Accepts NULL. */
void release_thread_free(struct release_thread *thread);

#endif
