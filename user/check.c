// SPDX-License-Identifier: GPL-2.0-only
/* check.c - the list of findings, and showing it; see check.h. */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

struct finding *check_add(struct findings *findings, enum check_level level, const char *subject,
			  const char *format, ...)
{
	struct finding *finding;
	va_list args;

	if (findings->count == findings->room) {
		size_t room = findings->room ? 2 * findings->room : 16;
		struct finding *more = reallocarray(findings->list, room, sizeof(*more));

		if (!more)
			return NULL;
		findings->list = more;
		findings->room = room;
	}
	finding = &findings->list[findings->count++];
	*finding = (struct finding){.level = level, .subject = subject};
	if (findings->interface)
		snprintf(finding->interface, sizeof(finding->interface), "%s", findings->interface);
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	return finding;
}

void check_mend(struct finding *finding, const char *format, ...)
{
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	vsnprintf(finding->command, sizeof(finding->command), format, args);
	va_end(args);
}

static const char *level_name(enum check_level level)
{
	static const char *const names[] = {"ok", "note", "problem"};

	return names[level];
}

void check_render_text(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];

		printf("%-8s %-10s %-10s %s", level_name(finding->level),
		       finding->interface[0] ? finding->interface : "host", finding->subject,
		       finding->text);
		if (finding->command[0])
			printf("; mend: %s", finding->command);
		printf("\n");
	}
}

int check_render_json(const struct findings *findings, struct xe_error *error)
{
	json_t *array = json_array(), *root;
	int err;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		json_t *object = json_pack(
			"{s:s, s:s, s:s, s:s}", "level", level_name(finding->level), "interface",
			finding->interface, "subject", finding->subject, "text", finding->text);

		if (finding->command[0])
			json_object_set_new(object, "command", json_string(finding->command));
		json_array_append_new(array, object);
	}
	root = json_pack("{s:i, s:o}", "schema_version", 1, "findings", array);
	err = root ? json_dumpf(root, stdout, JSON_INDENT(2)) : -1;
	json_decref(root);
	putchar('\n');
	return err ? xe_fail(error, EIO, "cannot write JSON") : 0;
}
