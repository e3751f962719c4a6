// SPDX-License-Identifier: GPL-2.0-only
/* accept.c - see accept.h. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "accept.h"

/* How well a media range fits; the most specific one that fits counts. */
enum fit { NONE, ANYTHING, SAME_TYPE, EXACT };

struct range {
	const char *type;    /* "text/plain" */
	const char *version; /* its parameter, or NULL */
	double quality;      /* 0: not wanted */
};

struct preference {
	enum fit fit;
	double quality;
};

static char *trim(char *text)
{
	char *end;

	text += strspn(text, " \t");
	for (end = text + strlen(text); end > text && strchr(" \t", end[-1]); end--)
		;
	*end = 0;
	return text;
}

/* A value may be quoted; none of those that we know needs it. */
static char *unquote(char *value)
{
	size_t length = strlen(value);

	if (length < 2 || value[0] != '"' || value[length - 1] != '"')
		return value;
	value[length - 1] = 0;
	return value + 1;
}

/* "text/plain; version=0.0.4; q=0.5". False if it cannot be understood. */
static bool parse_range(char *text, struct range *range)
{
	char *rest = text, *part = strsep(&rest, ";"), *end;

	*range = (struct range){.type = trim(part), .quality = 1};
	while ((part = strsep(&rest, ";"))) {
		char *value = strchr(part, '='), *name;

		if (!value)
			continue;
		*value++ = 0;
		name = trim(part);
		value = unquote(trim(value));
		if (!strcasecmp(name, "version"))
			range->version = value;
		if (strcasecmp(name, "q") != 0)
			continue;
		range->quality = strtod(value, &end);
		if (end == value || *end || !(range->quality >= 0 && range->quality <= 1))
			return false;
	}
	return true;
}

static enum fit fit(const struct range *range, const char *type, const char *version)
{
	size_t slash = strcspn(type, "/") + 1;

	if (!strcasecmp(range->type, type))
		return !range->version || !strcmp(range->version, version) ? EXACT : NONE;
	if (!strncasecmp(range->type, type, slash) && !strcmp(range->type + slash, "*"))
		return SAME_TYPE;
	return strcmp(range->type, "*/*") ? NONE : ANYTHING;
}

static void consider(struct preference *preference, const struct range *range, enum fit how)
{
	if (how == NONE || how < preference->fit)
		return;
	if (how > preference->fit || range->quality > preference->quality)
		*preference = (struct preference){how, range->quality};
}

enum exposition_format accept_choose(const char *header)
{
	struct preference text = {}, openmetrics = {};
	char *copy = header ? strdup(header) : NULL, *rest = copy, *part;

	while (rest && (part = strsep(&rest, ","))) {
		struct range range;

		if (!parse_range(part, &range))
			continue;
		consider(&text, &range, fit(&range, "text/plain", "0.0.4"));
		consider(&openmetrics, &range,
			 fit(&range, "application/openmetrics-text", "1.0.0"));
	}
	free(copy);
	if (openmetrics.fit == EXACT && openmetrics.quality > 0 &&
	    openmetrics.quality >= text.quality)
		return EXPOSITION_OPENMETRICS;
	return EXPOSITION_TEXT;
}
