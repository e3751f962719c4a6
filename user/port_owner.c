// SPDX-License-Identifier: GPL-2.0-only
/* port_owner.c - see port_owner.h: the kernel names the socket, /proc its process. */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi.h"
#include "nic.h"
#include "port_owner.h"

/* Does one of the process's descriptors refer to the socket? */
static bool holds(const char *pid, const char *socket)
{
	char path[PATH_MAX], target[64];
	struct dirent *entry;
	bool found = false;
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	directory = opendir(path);
	while (directory && !found && (entry = readdir(directory))) {
		ssize_t length;

		length = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = 0;
		found = !strcmp(target, socket);
	}
	if (directory)
		closedir(directory);
	return found;
}

/* The process's name; false if it has ended. */
static bool read_command(const char *pid, char *command, size_t size)
{
	char path[PATH_MAX];
	bool found;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	found = fgets(command, size, file);
	fclose(file);
	command[found ? strcspn(command, "\n") : 0] = 0;
	return found;
}

/* Another process; of ours, and of agents of ours, the sockets are shared. */
static bool name_process(const struct nic_udp_socket *udp, char *text, size_t size)
{
	char socket[32], ours[32], command[32];
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	bool named = false;

	snprintf(socket, sizeof(socket), "socket:[%u]", udp->inode);
	read_command("self", ours, sizeof(ours));
	while (directory && !named && (entry = readdir(directory))) {
		if (!isdigit((unsigned char)entry->d_name[0]) || !holds(entry->d_name, socket) ||
		    !read_command(entry->d_name, command, sizeof(command)))
			continue;
		if (!strcmp(command, ours))
			break;
		snprintf(text, size, "%s (pid %s)", command, entry->d_name);
		named = true;
	}
	if (directory)
		closedir(directory);
	return named;
}

/* An IPv6 socket may hold the port of both families (IPV6_V6ONLY off), but not the other way. */
static bool in_the_way(const struct nic_udp_socket *udp, __u8 family, __u32 ifindex)
{
	return (!udp->ifindex || udp->ifindex == ifindex) &&
	       (udp->family == family || udp->family == XE_IPV6);
}

void port_owner(__u16 port, __u8 family, __u32 ifindex, char *text, size_t size)
{
	struct nic_udp_socket *list = NULL;
	struct xe_error ignored = {};
	bool named = false;
	size_t count = 0;

	snprintf(text, size, "another program");
	if (nic_udp_sockets(port, &list, &count, &ignored))
		return;
	for (size_t i = 0; i < count && !named; i++)
		if (in_the_way(&list[i], family, ifindex))
			named = name_process(&list[i], text, size);
	/* of the kernel itself, such as VXLAN, or of another PID namespace */
	for (size_t i = 0; i < count && !named; i++)
		if (in_the_way(&list[i], family, ifindex) && !list[i].inode)
			snprintf(text, size, "the kernel");
	free(list);
}
