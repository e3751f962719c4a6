// SPDX-License-Identifier: GPL-2.0-only
/* store.c - see store.h: the state of one attachment. Paths and locks are in store_dir.c. */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store.h"
#include "store_dir.h"

void store_init(struct store *store)
{
	memset(store, 0, sizeof(*store));
	store->state_fd = -1;
	store_lists_init(&store->lists);
}

void store_close(struct store *store)
{
	store_lists_close(&store->lists);
	if (store->state)
		munmap(store->state, sizeof(*store->state));
	if (store->state_fd >= 0)
		close(store->state_fd);
	store->state = NULL;
	store->state_fd = -1;
}

int store_get(const struct store *store, const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (store_member(path, store->pins, name))
		return -ENOENT;
	fd = bpf_obj_get(path);
	return fd < 0 ? -errno : fd;
}

int store_pin(const struct store *store, int fd, const char *name, struct xe_error *error)
{
	char path[PATH_MAX];

	if (store_member(path, store->pins, name))
		return xe_fail(error, ENOENT, "%s: no bpffs to pin %s in", store->interface, name);
	if (unlink(path) && errno != ENOENT)
		return xe_fail(error, errno, "%s: cannot replace %s: %s", store->interface, path,
			       strerror(errno));
	if (bpf_obj_pin(fd, path))
		return xe_fail(error, errno, "%s: cannot pin %s: %s", store->interface, path,
			       strerror(errno));
	return 0;
}

void store_unpin(const struct store *store, const char *name)
{
	char path[PATH_MAX];

	if (!store_member(path, store->pins, name))
		unlink(path);
}

static int map_state(struct store *store, bool writable, struct xe_error *error)
{
	int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
	void *state;

	state = mmap(NULL, sizeof(*store->state), protection, MAP_SHARED, store->state_fd, 0);
	if (state == MAP_FAILED)
		return xe_fail(error, errno, "%s: cannot map the state: %s", store->interface,
			       strerror(errno));
	store->state = state;
	return 0;
}

/*
 * The pages that lie in [from, to) of the state altogether. Their addresses stay
 * taken: in a hole the kernel would put something else, for the next trim or
 * store_close to take away.
 */
static bool unmap(struct store *store, size_t from, size_t to)
{
	size_t page = sysconf(_SC_PAGESIZE);

	from = (from + page - 1) & ~(page - 1);
	to &= ~(page - 1);
	return from >= to ||
	       mmap((char *)store->state + from, to - from, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

int store_trim(struct store *store, __u32 path, __u32 workers, struct xe_error *error)
{
	const size_t counters = offsetof(struct xe_state, counters);
	const size_t afxdp = offsetof(struct xe_state, counters[XE_AFXDP]);
	const size_t socket = offsetof(struct xe_state, counters[XE_SOCKET]);
	const size_t unused = socket + workers * sizeof(struct xe_counters);
	bool done;

	if (!store->state_is_map)
		return 0;
	done = mmap(store->state, sizeof(*store->state), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED, store->state_fd, 0) != MAP_FAILED;
	done = done && unmap(store, counters, path == XE_AFXDP ? afxdp : socket);
	if (!done || !unmap(store, unused, sizeof(*store->state)))
		return xe_fail(error, errno, "%s: cannot map the state: %s", store->interface,
			       strerror(errno));
	return 0;
}

static int wrong_version(const struct store *store, unsigned int version, struct xe_error *error)
{
	return xe_fail(error, EPROTO,
		       "%s: attached by a version with state layout %u, this one has %u; detach "
		       "with that version, or remove it with: xdp-echo detach %s",
		       store->interface, version, XE_ABI_VERSION, store->interface);
}

/* The size tells before the mapping: an older state may be shorter than our struct. */
static int state_size(const struct store *store, __u64 *size)
{
	struct bpf_map_info info = {};
	__u32 info_size = sizeof(info);
	struct stat status;

	if (store->state_is_map) {
		if (bpf_obj_get_info_by_fd(store->state_fd, &info, &info_size))
			return -errno;
		*size = info.value_size;
		return 0;
	}
	if (fstat(store->state_fd, &status))
		return -errno;
	*size = status.st_size;
	return 0;
}

static int check_state(struct store *store, struct xe_error *error)
{
	const struct xe_header *header = &store->state->header;

	if (header->magic != XE_ABI_MAGIC)
		return xe_fail(error, EPROTO,
			       "%s: the pinned state is not complete; remove it with: xdp-echo "
			       "detach %s",
			       store->interface, store->interface);
	if (header->abi_version != XE_ABI_VERSION || header->size != sizeof(*store->state))
		return wrong_version(store, header->abi_version, error);
	return 0;
}

static int open_state(struct store *store, bool writable)
{
	char path[PATH_MAX];

	store->state_fd = store_get(store, "state");
	store->state_is_map = store->state_fd >= 0;
	if (store->state_is_map)
		return 0;
	if (store->state_fd != -ENOENT)
		return store->state_fd;
	if (store_member(path, store->run, "state"))
		return -ENOENT;
	store->state_fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW);
	return store->state_fd < 0 ? -errno : 0;
}

int store_open(struct store *store, bool writable, struct xe_error *error)
{
	__u64 size = 0;
	int err;

	err = open_state(store, writable);
	if (err == -ENOENT)
		return xe_fail(error, ENOENT,
			       "%s: not attached; attach it with: xdp-echo attach %s",
			       store->interface, store->interface);
	if (err)
		return xe_fail(error, -err, "%s: cannot open the state: %s%s", store->interface,
			       strerror(-err), err == -EPERM ? "; run as root" : "");
	err = state_size(store, &size);
	if (err)
		return xe_fail(error, -err, "%s: cannot read the state's size: %s",
			       store->interface, strerror(-err));
	if (size != sizeof(*store->state))
		return wrong_version(store, 0, error);
	err = map_state(store, writable, error);
	if (!err)
		err = check_state(store, error);
	return err ? err : store_lists_open(store, &store->lists, error);
}

bool store_exists(struct store *store)
{
	struct xe_error missing = {};
	bool found = store_open(store, false, &missing) != -ENOENT;

	store_close(store);
	return found;
}

static int create_map(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);

	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdp_echo_state", sizeof(__u32),
				sizeof(struct xe_state), 1, &opts);
	return fd < 0 ? -errno : fd;
}

static int create_file(struct store *store, struct xe_error *error)
{
	char path[PATH_MAX];

	if (store_member(path, store->run, "state"))
		return xe_fail(error, ENAMETOOLONG, "%s: path too long", store->interface);
	unlink(path);
	store->state_fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (store->state_fd < 0 || ftruncate(store->state_fd, sizeof(struct xe_state)))
		return xe_fail(error, errno, "%s: cannot make %s: %s", store->interface, path,
			       strerror(errno));
	store->state_is_map = false;
	return 0;
}

static void fill_header(struct xe_state *state)
{
	state->header.abi_version = XE_ABI_VERSION;
	state->header.size = sizeof(*state);
	__atomic_store_n(&state->header.magic, XE_ABI_MAGIC, __ATOMIC_RELEASE);
}

/* A map that is pinned, in store->state_fd, or a negative errno and `error` filled in. */
static int create_pinned_map(struct store *store, struct xe_error *error)
{
	int err, fd;

	if (!store->pins[0])
		return xe_fail(error, ENOENT, "no bpffs is mounted");
	fd = create_map();
	if (fd < 0)
		return xe_fail(error, -fd, "BPF maps: %s", strerror(-fd));
	err = store_make_directory(store->pins, error);
	if (!err)
		err = store_pin(store, fd, "state", error);
	if (err) {
		close(fd);
		return err;
	}
	store->state_fd = fd;
	store->state_is_map = true;
	return 0;
}

int store_create(struct store *store, char *why_file, size_t size, struct xe_error *error)
{
	struct xe_error map_error = {};
	int err;

	why_file[0] = 0;
	err = store_make_directory(store->run, error);
	if (err)
		return err;
	if (create_pinned_map(store, &map_error)) {
		snprintf(why_file, size, "%s", map_error.text);
		err = create_file(store, error);
		if (err)
			return err;
	}
	err = map_state(store, true, error);
	if (!err)
		fill_header(store->state);
	return err;
}

int store_promote(struct store *store, struct xe_error *error)
{
	struct store map = *store;
	char path[PATH_MAX];
	int err;

	map.state = NULL;
	map.state_fd = -1;
	err = create_pinned_map(&map, error);
	if (err)
		return err;
	err = map_state(&map, true, error);
	if (err) {
		store_unpin(store, "state");
		store_close(&map);
		return err;
	}
	memcpy(map.state, store->state, sizeof(*map.state));
	if (!store_member(path, store->run, "state"))
		unlink(path);
	store_close(store);
	*store = map;
	return 0;
}

int store_remove(struct store *store, struct xe_error *error)
{
	static const char *const pins[] = {"link", "program", "state", "sockets", "prefixes"};
	static const char *const files[] = {"agent", "state", "prefixes"};
	char path[PATH_MAX];
	int err;

	for (size_t i = 0; i < sizeof(pins) / sizeof(*pins); i++)
		store_unpin(store, pins[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!store_member(path, store->run, files[i]))
			unlink(path);
	err = store_remove_directory(store->pins, error);
	if (!err)
		err = store_remove_directory(store->run, error);
	else
		store_remove_directory(store->run, error);
	return err;
}
