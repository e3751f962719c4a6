// SPDX-License-Identifier: GPL-2.0-only
/*
 * store_lists.c - where prefix lists are kept, beside the state: see store.h.
 *
 * With BPF they are a map that is frozen once it is filled, so that not even we
 * can change what packets are judged by at this moment. Without, they are a
 * file that is replaced by rename(2).
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prefix_list.h"
#include "store.h"
#include "store_dir.h"

#define NAME "prefixes"

void store_lists_init(struct store_lists *lists)
{
	*lists = (struct store_lists){.fd = -1};
}

void store_lists_close(struct store_lists *lists)
{
	if (lists->lists)
		munmap((void *)lists->lists, lists->size);
	if (lists->fd >= 0)
		close(lists->fd);
	store_lists_init(lists);
}

/* --- opening --------------------------------------------------------------------------------- */

static int map_size(int fd, size_t *size)
{
	struct bpf_map_info info = {};
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return -errno;
	*size = info.value_size;
	return 0;
}

static int file_size(int fd, size_t *size)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	*size = status.st_size;
	return 0;
}

static int map_for_reading(int fd, struct store_lists *lists)
{
	void *memory = mmap(NULL, lists->size, PROT_READ, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	lists->lists = memory;
	return prefixes_are_whole(lists->lists, lists->size) ? 0 : -EPROTO;
}

static int open_file(const struct store *store, struct store_lists *lists)
{
	char path[PATH_MAX];
	int fd = -1, err = store_member(path, store->run, NAME);

	if (!err) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		err = fd < 0 ? -errno : file_size(fd, &lists->size);
	}
	if (!err)
		err = map_for_reading(fd, lists);
	if (fd >= 0)
		close(fd);
	return err;
}

static int open_map(const struct store *store, struct store_lists *lists)
{
	int err;

	lists->fd = store_get(store, NAME);
	if (lists->fd < 0)
		return lists->fd;
	err = map_size(lists->fd, &lists->size);
	return err ? err : map_for_reading(lists->fd, lists);
}

int store_lists_open(const struct store *store, struct store_lists *lists, struct xe_error *error)
{
	int err;

	store_lists_init(lists);
	err = store->state_is_map ? open_map(store, lists) : open_file(store, lists);
	if (!err)
		return 0;
	store_lists_close(lists);
	if (err == -ENOENT)
		return 0;
	return xe_fail(error, -err, "%s: cannot read the prefix lists: %s", store->interface,
		       strerror(-err));
}

/* --- making ---------------------------------------------------------------------------------- */

/* Not through a mapping: what programs can only read, the kernel maps for reading alone. */
static int fill_map(int fd, const struct xe_prefixes *built)
{
	const __u32 only = 0;

	if (bpf_map_update_elem(fd, &only, built, BPF_ANY))
		return -errno;
	return bpf_map_freeze(fd) ? -errno : 0;
}

static int make_map(const struct xe_prefixes *built, struct store_lists *lists)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE | BPF_F_RDONLY_PROG);
	int err;

	lists->size = built->size;
	lists->fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdp_echo_lists", sizeof(__u32), built->size,
				   1, &opts);
	if (lists->fd < 0)
		return -errno;
	err = fill_map(lists->fd, built);
	return err ? err : map_for_reading(lists->fd, lists);
}

static int make_memory(const struct xe_prefixes *built, struct store_lists *lists)
{
	void *memory =
		mmap(NULL, built->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -errno;
	memcpy(memory, built, built->size);
	lists->lists = memory;
	lists->size = built->size;
	return 0;
}

int store_lists_make(const struct store *store, const struct xe_prefixes *built,
		     struct store_lists *lists, struct xe_error *error)
{
	int err;

	store_lists_init(lists);
	if (!built)
		return 0;
	err = store->state_is_map ? make_map(built, lists) : make_memory(built, lists);
	if (!err)
		return 0;
	store_lists_close(lists);
	return xe_fail(error, -err, "%s: no memory for prefix lists of %llu bytes: %s",
		       store->interface, built->size, strerror(-err));
}

/* --- publishing ------------------------------------------------------------------------------ */

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0)
			return -errno;
		bytes += written;
		size -= written;
	}
	return 0;
}

static int publish_file(const struct store *store, const struct store_lists *lists)
{
	char path[PATH_MAX], new[PATH_MAX];
	int fd, err;

	if (store_member(path, store->run, NAME) || store_member(new, store->run, NAME ".new"))
		return -ENAMETOOLONG;
	unlink(new);
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	err = write_all(fd, (const char *)lists->lists, lists->size);
	close(fd);
	if (!err && rename(new, path))
		err = -errno;
	if (err)
		unlink(new);
	return err;
}

static void remove_published(const struct store *store)
{
	char path[PATH_MAX];

	store_unpin(store, NAME);
	if (!store_member(path, store->run, NAME))
		unlink(path);
}

/* Lists that were made when the state was still a file. */
static int turn_into_map(struct store_lists *lists)
{
	struct store_lists map;
	int err;

	store_lists_init(&map);
	err = make_map(lists->lists, &map);
	if (err) {
		store_lists_close(&map);
		return err;
	}
	store_lists_close(lists);
	*lists = map;
	return 0;
}

int store_lists_publish(const struct store *store, struct store_lists *lists,
			struct xe_error *error)
{
	int err = 0;

	if (!lists->lists)
		remove_published(store);
	else if (!store->state_is_map)
		err = publish_file(store, lists);
	else if (lists->fd < 0)
		err = turn_into_map(lists);
	if (err)
		return xe_fail(error, -err, "%s: cannot keep the prefix lists: %s",
			       store->interface, strerror(-err));
	return lists->lists && store->state_is_map ? store_pin(store, lists->fd, NAME, error) : 0;
}
