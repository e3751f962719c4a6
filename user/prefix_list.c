// SPDX-License-Identifier: GPL-2.0-only
/* prefix_list.c - the lists as given; see prefix_list.h. The tree is prefix_tree.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "prefix_list.h"

enum { MOST = 1000000 }; /* so that a file given by mistake does not eat the memory */

void prefix_list_free(struct prefix_list *list)
{
	free(list->entries);
	*list = (struct prefix_list){};
}

int prefix_list_add(struct prefix_list *list, const struct xe_prefix *prefix,
		    struct xe_error *error)
{
	if (list->count == MOST)
		return xe_fail(error, E2BIG, "more than %d prefixes", MOST);
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		struct xe_prefix *more = reallocarray(list->entries, room, sizeof(*more));

		if (!more)
			return xe_fail(error, ENOMEM, "out of memory");
		list->entries = more;
		list->room = room;
	}
	list->entries[list->count++] = *prefix;
	return 0;
}

int prefix_list_add_text(struct prefix_list *list, const char *text, bool allow,
			 struct xe_error *error)
{
	struct xe_prefix prefix;
	int err = parse_prefix(text, &prefix, error);

	prefix.allow = allow;
	return err ? err : prefix_list_add(list, &prefix, error);
}

/* Cuts comment and surrounding space off. */
static char *trim(char *line)
{
	char *end;

	line[strcspn(line, "#")] = 0;
	line += strspn(line, " \t\r\n");
	end = line + strlen(line);
	while (end > line && strchr(" \t\r\n", end[-1]))
		*--end = 0;
	return line;
}

static int add_line(struct prefix_list *list, char *line, bool allow, const char *path,
		    unsigned int number, struct xe_error *error)
{
	struct xe_error wrong = {};
	char *text = trim(line);

	if (!*text || !prefix_list_add_text(list, text, allow, &wrong))
		return 0;
	return xe_fail(error, wrong.code, "%s:%u: %s", path, number, wrong.text);
}

int prefix_list_add_file(struct prefix_list *list, const char *path, bool allow,
			 struct xe_error *error)
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	char line[256];
	int err = 0;

	if (!file)
		return xe_fail(error, errno, "cannot open %s: %s", path, strerror(errno));
	while (!err && fgets(line, sizeof(line), file)) {
		number++;
		if (!strchr(line, '\n') && !feof(file))
			err = xe_fail(error, EINVAL, "%s:%u: line too long", path, number);
		else
			err = add_line(list, line, allow, path, number, error);
	}
	if (!err && ferror(file))
		err = xe_fail(error, errno, "cannot read %s: %s", path, strerror(errno));
	fclose(file);
	return err;
}

const struct xe_prefix *prefixes_given(const struct xe_prefixes *lists)
{
	const struct xe_prefix_node *nodes = (const void *)(lists + 1);

	return (const void *)(nodes + lists->nodes);
}

int prefix_list_keep(struct prefix_list *list, const struct xe_prefixes *lists, bool allow,
		     struct xe_error *error)
{
	size_t count = lists ? (size_t)lists->allowed + lists->denied : 0;
	int err = 0;

	for (size_t i = 0; !err && i < count; i++)
		if (prefixes_given(lists)[i].allow == allow)
			err = prefix_list_add(list, &prefixes_given(lists)[i], error);
	return err;
}

bool prefixes_are_whole(const struct xe_prefixes *lists, size_t size)
{
	return size >= sizeof(*lists) && lists->magic == XE_PREFIXES_MAGIC &&
	       lists->abi_version == XE_ABI_VERSION && lists->size <= size &&
	       lists->size ==
		       sizeof(*lists) + lists->nodes * sizeof(struct xe_prefix_node) +
			       ((size_t)lists->allowed + lists->denied) * sizeof(struct xe_prefix);
}
