// SPDX-License-Identifier: GPL-2.0-only
/* survey.c - see survey.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "survey.h"

struct survey_scope survey_scope_of(const struct invocation *invocation)
{
	bool named = invocation->interface_count > 0;

	return (struct survey_scope){
		.netns = named ? invocation->netns : invocation_scope(invocation),
		.interfaces = invocation->interfaces,
		.interface_count = invocation->interface_count,
	};
}

static int find(struct survey *survey, const struct survey_scope *scope, struct xe_error *error)
{
	size_t wanted = scope->interface_count;
	int err = 0;

	if (!wanted)
		return store_list(scope->netns, &survey->stores, &survey->store_count, error);
	survey->stores = calloc(wanted, sizeof(*survey->stores));
	if (!survey->stores)
		return xe_fail(error, ENOMEM, "out of memory");
	for (; !err && survey->store_count < wanted; survey->store_count++)
		err = store_locate(&survey->stores[survey->store_count], scope->netns,
				   scope->interfaces[survey->store_count], false, NULL, error);
	return err;
}

static int make_room(struct survey *survey, struct xe_error *error)
{
	if (!survey->store_count)
		return 0;
	survey->list = calloc(survey->store_count, sizeof(*survey->list));
	survey->broken = calloc(survey->store_count, sizeof(*survey->broken));
	if (!survey->list || !survey->broken)
		return xe_fail(error, ENOMEM, "out of memory");
	return 0;
}

static int open_one(struct survey *survey, struct store *store, bool named, struct xe_error *error)
{
	struct unreadable broken = {.netns = store->netns, .interface = store->interface};
	int err = store_open(store, false, &broken.error);

	if (!err) {
		survey->list[survey->count++] = (struct attachment){
			store->netns, store->interface, store->state, store_agent(store)};
		return 0;
	}
	if (named)
		return xe_fail(error, -err, "%s", broken.error.text);
	if (err != -ENOENT) /* else it has gone since it was listed, or has never begun */
		survey->broken[survey->broken_count++] = broken;
	return 0;
}

int survey_open(struct survey *survey, const struct survey_scope *scope, struct xe_error *error)
{
	int err;

	memset(survey, 0, sizeof(*survey));
	err = find(survey, scope, error);
	if (!err)
		err = make_room(survey, error);
	for (size_t i = 0; i < survey->store_count && !err; i++)
		err = open_one(survey, &survey->stores[i], scope->interface_count > 0, error);
	return err;
}

void survey_close(struct survey *survey)
{
	for (size_t i = 0; i < survey->store_count; i++)
		store_close(&survey->stores[i]);
	free(survey->stores);
	free(survey->list);
	free(survey->broken);
	memset(survey, 0, sizeof(*survey));
}
