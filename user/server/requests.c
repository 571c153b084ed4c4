// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "request.h"
#include "requests.h"

/* Of a request whose head is complete, with the status of request_key(). */
static enum request_kind request_kind(int status)
{
	switch (status) {
	case 0:
		return REQUEST_WHOLE;
	case HEAD_TARGET_LONG:
	case HEAD_MISDIRECTED:
		return REQUEST_REFUSED;
	}
	return REQUEST_WRONG;
}

static void request_read(struct request *request, const uint8_t *data,
			 uint32_t len, bool https)
{
	int result = head_scan(&request->head, data, len);

	request->status = 0;
	request->rule = 0;
	if (result == HEAD_MORE) {
		request->kind = REQUEST_PART;
	} else if (result != HEAD_DONE) {
		request->kind = REQUEST_REFUSED;
		request->status = result;
	} else {
		request->status =
			request_key(&request->key, &request->head, data, https);
		request->kind = request_kind(request->status);
	}
}

static struct request *requests_scan(struct requests *requests,
				     const struct head *head,
				     const uint8_t *data, uint32_t len)
{
	struct request *request = &requests->request[requests->count++];

	request->data = data;
	request->head = *head;
	request_read(request, data, len, requests->https);
	return request;
}

/* Whether another request is expected after one, in len bytes. */
static bool requests_more(const struct request *request, uint32_t len)
{
	const struct head *head = &request->head;

	if (request->kind == REQUEST_PART || request->kind == REQUEST_REFUSED)
		return false;
	return head->len < len && head_persists(head) && !head_has_body(head);
}

static void requests_prefetch(const struct requests *requests,
			      const struct map *map)
{
	const struct map_key *key[PREFETCH_MAX];
	unsigned int i, n = 0;

	for (i = 0; i < requests->count; i++) {
		const struct request *request = &requests->request[i];

		if (request->kind == REQUEST_WHOLE)
			key[n++] = &request->key;
	}
	prefetch_lookups(map, key, n);
}

/* Scan those after the first, too. */
static void requests_ahead(struct requests *requests, const struct map *map,
			   const uint8_t *data, uint32_t len)
{
	struct request *request = requests->request;
	struct head head;

	head_init(&head, request->head.max, request->head.target_max);
	do {
		data += request->head.len;
		len -= request->head.len;
		request = requests_scan(requests, &head, data, len);
	} while (requests->count < PREFETCH_MAX && requests_more(request, len));
	requests_prefetch(requests, map);
}

struct request *requests_next(struct requests *requests, const struct map *map,
			      const struct head *head, const uint8_t *data,
			      uint32_t len)
{
	struct request *request = &requests->request[requests->next];

	if (requests->next == requests->count || request->data != data) {
		requests_end(requests);
		request = requests_scan(requests, head, data, len);
		if (requests_more(request, len) && prefetch_pays(map))
			requests_ahead(requests, map, data, len);
	}
	requests->next++;
	return request;
}
