// SPDX-License-Identifier: GPL-2.0-only
/* process_metrics.c - see process_metrics.h, proc(5). */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process_metrics.h"

struct process {
	double cpu, started;    /* seconds; since the epoch */
	double virtual_memory;  /* bytes */
	double resident_memory; /* bytes */
	double open_files, file_limit;
};

static bool read_text(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t length;

	if (!file)
		return false;
	length = fread(text, 1, size - 1, file);
	fclose(file);
	text[length] = 0;
	return length > 0;
}

/* Seconds since the epoch at which the machine was started. */
static double boot_time(void)
{
	char text[16384], *line;

	if (!read_text("/proc/stat", text, sizeof(text)))
		return 0;
	line = strstr(text, "\nbtime ");
	return line ? strtod(line + strlen("\nbtime "), NULL) : 0;
}

static bool read_stat(struct process *process)
{
	unsigned long long user, system, started, size;
	long long resident;
	char text[1024], *rest;
	double tick = sysconf(_SC_CLK_TCK);

	if (!read_text("/proc/self/stat", text, sizeof(text)))
		return false;
	rest = strrchr(text, ')'); /* the name before it may hold anything */
	if (!rest || sscanf(rest + 1,
			    " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d "
			    "%*d %*d %*d %llu %llu %lld",
			    &user, &system, &started, &size, &resident) != 5)
		return false;
	process->cpu = (user + system) / tick;
	process->started = boot_time() + started / tick;
	process->virtual_memory = size;
	process->resident_memory = (double)resident * sysconf(_SC_PAGESIZE);
	return true;
}

static bool read_files(struct process *process)
{
	DIR *directory = opendir("/proc/self/fd");
	struct rlimit limit;

	if (!directory)
		return false;
	process->open_files = -1; /* the directory's own */
	for (struct dirent *entry; (entry = readdir(directory));)
		process->open_files += entry->d_name[0] != '.';
	closedir(directory);
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return false;
	process->file_limit = limit.rlim_cur;
	return true;
}

static void write_gauge(struct exposition *exposition, const struct metric *metric, double value)
{
	exposition_begin(exposition, metric);
	exposition_number(exposition, NULL, value);
}

void process_metrics_write(struct exposition *exposition)
{
	static const struct metric cpu = {"process_cpu_seconds", METRIC_COUNTER, "seconds",
					  "CPU time of this process, user and system."};
	static const struct metric resident = {"process_resident_memory_bytes", METRIC_GAUGE,
					       "bytes", "Resident memory of this process."};
	static const struct metric virtual = {"process_virtual_memory_bytes", METRIC_GAUGE, "bytes",
					      "Virtual memory of this process."};
	static const struct metric started = {"process_start_time_seconds", METRIC_GAUGE, "seconds",
					      "When this process started, since the epoch."};
	static const struct metric open_files = {"process_open_fds", METRIC_GAUGE, NULL,
						 "Open file descriptors of this process."};
	static const struct metric file_limit = {
		"process_max_fds", METRIC_GAUGE, NULL,
		"How many file descriptors this process may open."};
	struct process process = {};

	if (read_stat(&process)) {
		write_gauge(exposition, &cpu, process.cpu);
		write_gauge(exposition, &resident, process.resident_memory);
		write_gauge(exposition, &virtual, process.virtual_memory);
		write_gauge(exposition, &started, process.started);
	}
	if (read_files(&process)) {
		write_gauge(exposition, &open_files, process.open_files);
		write_gauge(exposition, &file_limit, process.file_limit);
	}
}
