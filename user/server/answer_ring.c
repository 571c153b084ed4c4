// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "answer_ring.h"
#include "error.h"

/* Where what comes after a record of so many bytes begins. */
static uint64_t position_next(uint64_t at, uint32_t size)
{
	uint64_t lap = at - at % ANSWER_RING_SIZE;

	if (at - lap + size >= ANSWER_RING_SIZE)
		return lap + ANSWER_RING_SIZE;
	return at + size;
}

static const struct answer_record *
record_at(const struct answer_ring_memory *memory, uint64_t at)
{
	return (const void *)(memory->data + at % ANSWER_RING_SIZE);
}

/* A descriptor of memory that keeps its size, and that whoever gets it cannot
 * write. The mapping that is made before the seal goes on. */
static int ring_make(struct answer_ring *ring)
{
	int seals =
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
	void *memory;

	ring->fd =
		memfd_create("detour-answers", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (ring->fd < 0 || ftruncate(ring->fd, sizeof(*ring->memory)))
		return -errno;
	memory = mmap(NULL, sizeof(*ring->memory), PROT_READ | PROT_WRITE,
		      MAP_SHARED, ring->fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	ring->memory = memory;
	if (fcntl(ring->fd, F_ADD_SEALS, seals))
		return -errno;
	ring->memory->magic = ANSWER_RING_MAGIC;
	ring->memory->record_size = sizeof(struct answer_record);
	ring->memory->size = ANSWER_RING_SIZE;
	return 0;
}

int answer_ring_new(struct answer_ring **result)
{
	struct answer_ring *ring = calloc(1, sizeof(*ring));
	int err;

	if (!ring)
		return error_sys(-ENOMEM, "cannot make room for answers");
	ring->fd = -1;
	err = ring_make(ring);
	if (err) {
		answer_ring_free(ring);
		return error_sys(err, "cannot make room for answers");
	}
	*result = ring;
	return 0;
}

void answer_ring_free(struct answer_ring *ring)
{
	if (!ring)
		return;
	if (ring->memory)
		munmap(ring->memory, sizeof(*ring->memory));
	if (ring->fd >= 0)
		close(ring->fd);
	free(ring);
}

/* The records that stand where the next one may be are gone before a byte of
 * them is written over. */
struct answer_record *answer_ring_begin(struct answer_ring *ring)
{
	struct answer_ring_memory *memory = ring->memory;
	uint64_t head =
		atomic_load_explicit(&memory->head, memory_order_relaxed);
	uint64_t tail =
		atomic_load_explicit(&memory->tail, memory_order_relaxed);

	while (tail + ANSWER_RING_SIZE < head + ANSWER_RECORD_MAX &&
	       tail < head)
		tail = position_next(tail, record_at(memory, tail)->size);
	atomic_store_explicit(&memory->tail, tail, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	return (void *)(memory->data + head % ANSWER_RING_SIZE);
}

void answer_ring_commit(struct answer_ring *ring, struct answer_record *record)
{
	struct answer_ring_memory *memory = ring->memory;
	uint64_t head =
		atomic_load_explicit(&memory->head, memory_order_relaxed);

	record->number =
		atomic_load_explicit(&memory->number, memory_order_relaxed);
	atomic_store_explicit(&memory->number, record->number + 1,
			      memory_order_relaxed);
	ring->written = true;
	atomic_store_explicit(&memory->head, position_next(head, record->size),
			      memory_order_release);
}

void answer_wake(struct answer_sleeper *sleeper)
{
	/* What is to be found is there before the sleeper is looked for, who
	 * says that he sleeps before he looks for it. */
	atomic_thread_fence(memory_order_seq_cst);
	if (!atomic_load_explicit(&sleeper->asleep, memory_order_relaxed))
		return;
	atomic_store(&sleeper->asleep, 0);
	syscall(SYS_futex, &sleeper->asleep, FUTEX_WAKE_PRIVATE, 1, NULL, NULL,
		0);
}

void answer_ring_tell_all(struct answer_ring *ring)
{
	ring->written = false;
	if (ring->sleeper)
		answer_wake(ring->sleeper);
}

void answer_sleep(struct answer_sleeper *sleeper, bool (*found)(void *arg),
		  void *arg, int ms)
{
	const struct timespec wait = {ms / 1000, ms % 1000 * 1000000L};

	atomic_store(&sleeper->asleep, 1);
	atomic_thread_fence(memory_order_seq_cst);
	if (!found || !found(arg))
		syscall(SYS_futex, &sleeper->asleep, FUTEX_WAIT_PRIVATE, 1,
			&wait, NULL, 0);
	atomic_store(&sleeper->asleep, 0);
}

void answer_reader_init(struct answer_reader *reader,
			const struct answer_ring_memory *memory)
{
	uint64_t head = atomic_load(&memory->head);

	*reader = (struct answer_reader){.memory = memory};
	/* Until both are of the same moment. */
	do {
		reader->at = head;
		reader->number = atomic_load(&memory->number);
		head = atomic_load(&memory->head);
	} while (head != reader->at);
}

int answer_reader_map(struct answer_reader *reader, int fd)
{
	const struct answer_ring_memory *memory;
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_size != sizeof(*memory))
		return -EBADMSG;
	memory = mmap(NULL, sizeof(*memory), PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	if (memory->magic != ANSWER_RING_MAGIC ||
	    memory->record_size != sizeof(struct answer_record) ||
	    memory->size != ANSWER_RING_SIZE) {
		munmap((void *)memory, sizeof(*memory));
		return -EBADMSG;
	}
	answer_reader_init(reader, memory);
	return 0;
}

void answer_reader_unmap(struct answer_reader *reader)
{
	if (reader->memory)
		munmap((void *)reader->memory, sizeof(*reader->memory));
	reader->memory = NULL;
}

/* Copy what stands at a position, if it is a whole record. Nothing of it is
 * believed: the worker may be writing there. */
static bool record_copy(struct answer_record *record,
			const struct answer_ring_memory *memory, uint64_t at)
{
	uint32_t size =
		*(const volatile uint32_t *)&record_at(memory, at)->size;

	if (size < sizeof(*record) || size > ANSWER_RECORD_MAX || size % 8)
		return false;
	memcpy(record, record_at(memory, at), size);
	return answer_record_sound(record, size);
}

/* Step over what is gone by now. */
static bool reader_behind(struct answer_reader *reader)
{
	uint64_t tail;

	atomic_thread_fence(memory_order_acquire);
	tail = atomic_load_explicit(&reader->memory->tail,
				    memory_order_relaxed);
	if (reader->at >= tail)
		return false;
	reader->at = tail;
	return true;
}

/* The oldest record's number says how many were before it. */
void answer_reader_look(struct answer_reader *reader)
{
	uint64_t number;

	do {
		if (!reader_behind(reader))
			return;
		number = *(const volatile uint64_t *)&record_at(reader->memory,
								reader->at)
				  ->number;
	} while (reader_behind(reader));
	reader->lost += number - reader->number;
	reader->number = number;
}

bool answer_reader_next(struct answer_reader *reader,
			struct answer_record *record)
{
	const struct answer_ring_memory *memory = reader->memory;
	uint64_t head;
	bool whole;

	do {
		reader_behind(reader);
		head = atomic_load_explicit(&memory->head,
					    memory_order_acquire);
		if (reader->at >= head)
			return false;
		whole = record_copy(record, memory, reader->at);
	} while (reader_behind(reader));
	if (!whole) {
		/* Never of a sound ring: nothing in it can be relied on. */
		reader->at = head;
		return false;
	}
	reader->lost += record->number - reader->number;
	reader->number = record->number + 1;
	reader->at = position_next(reader->at, record->size);
	return true;
}
