# SPDX-License-Identifier: GPL-2.0-only
# Makefile - `make help` lists the targets. All output goes to build/.

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
UNITDIR ?= $(PREFIX)/lib/systemd/system
LIBEXECDIR ?= $(PREFIX)/libexec
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
VERSION := 0.1.0

B := build
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s %s\n' $(1) $(2))

# What the targets need, as Debian 12 names it.
DEBS_BUILD := build-essential pkg-config clang llvm bpftool libbpf-dev libxdp-dev libmnl-dev \
	libjansson-dev libcap-ng-dev libmicrohttpd-dev libgnutls28-dev libyaml-dev libseccomp-dev \
	libcrypt-dev
DEBS_DEMO := iproute2 ethtool procps tcpdump python3-scapy
DEBS_BENCH := socat sockperf xinetd python3
DEBS_CHECK := git python3 jq libcap2-bin libcmocka-dev clang-format shellcheck cppcheck valgrind \
	xdp-tools curl openssl prometheus python3-prometheus-client libclang-rt-14-dev
DEBS_VM := qemu-system-x86 busybox-static cpio xz-utils zstd wireguard-tools

LIBS := libbpf libxdp libmnl jansson libcap-ng libseccomp
EXPORTER_LIBS := libmicrohttpd gnutls yaml-0.1 libcrypt
MISSING_LIB := $(shell for l in $(LIBS) $(EXPORTER_LIBS); do pkg-config --exists $$l || echo $$l; done)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wno-unknown-warning-option -Wno-format-truncation -Werror
CPPFLAGS += -D_GNU_SOURCE -DXE_VERSION='"$(VERSION)"' -DXE_LIBEXECDIR='"$(LIBEXECDIR)"' \
	-Iinclude -Iuser -I$(B)/include
CFLAGS ?= -O2 -g
CFLAGS += -std=gnu17 $(WARN) -fstack-protector-strong
ifdef SANITIZE
CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
LDLIBS += $(shell pkg-config --libs $(LIBS) 2>/dev/null) -pthread -lm
EXPORTER_LDLIBS := $(shell pkg-config --libs $(EXPORTER_LIBS) 2>/dev/null)
BPF_CFLAGS := -O2 -g -target bpf -mcpu=v3 -D__BPF__ -I. -Iinclude -Wall -Wextra -Werror

BPF_OBJS := $(patsubst %.c,$(B)/%.o,$(wildcard bpf/*.bpf.c))
SKELETONS := $(patsubst bpf/%.bpf.c,$(B)/include/%.skel.h,$(wildcard bpf/*.bpf.c))
USER_OBJS := $(patsubst %.c,$(B)/%.o,$(wildcard user/*.c))
EXPORTER_OBJS := $(patsubst %.c,$(B)/%.o,$(wildcard user/exporter/*.c))
LIB_OBJS := $(filter-out %/main.o,$(USER_OBJS) $(EXPORTER_OBJS))

# Tests are discovered by their names, never listed; what they share is tests/*.c.
UNIT_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/*_test.c))
BPF_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/bpf/*_test.c))
TEST_OBJS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/*.c))

# The benchmarks: one program, with BPF objects of its own.
BENCH_BPF := $(patsubst %.c,$(B)/%.o,$(wildcard tests/bench/*.bpf.c))
BENCH_SKELETONS := $(patsubst tests/bench/%.bpf.c,$(B)/include/bench_%.skel.h,\
	$(wildcard tests/bench/*.bpf.c))
BENCH_OBJS := $(patsubst %.c,$(B)/%.o,$(filter-out %.bpf.c,$(wildcard tests/bench/*.c)))

# The fuzzer: built apart, by clang and with the sanitizers (make fuzzer).
FUZZ_OBJS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/fuzz/*.c)) \
	$(patsubst %,$(B)/user/%.o,policy rate_key parse names error clock grace table \
		prefix_list prefix_tree)
FUZZER := $(B)/fuzz/packet_fuzz
FUZZ_SECONDS ?= 600

.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

.PHONY: all
all: $(B)/xdp-echo $(B)/xdp-echo-exporter $(BPF_OBJS) ## build the command and the BPF objects (no root needed)

.PHONY: libs
libs:
	@if [ -n "$(MISSING_LIB)" ]; then \
		echo "missing libraries: $(MISSING_LIB); install: apt-get install $(DEBS_BUILD)" >&2; exit 1; \
	fi
	@for c in $(CLANG) $(BPFTOOL); do command -v $$c >/dev/null || { \
		echo "missing $$c; install: apt-get install $(DEBS_BUILD)" >&2; exit 1; }; done

$(B)/xdp-echo: $(USER_OBJS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/xdp-echo-exporter: $(EXPORTER_OBJS) $(B)/libxdp-echo.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -Wl,--as-needed $(LDLIBS) $(EXPORTER_LDLIBS)

$(B)/libxdp-echo.a: $(LIB_OBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/user/%.o: user/%.c Makefile $(SKELETONS) | libs
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/bpf/%.bpf.o: bpf/%.bpf.c Makefile | libs
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/include/%.skel.h: $(B)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf >$@

$(B)/tests/%.o: tests/%.c Makefile $(SKELETONS) | libs
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Iuser -Itests -I. $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/%_test: $(B)/tests/%_test.o $(TEST_OBJS) $(B)/libxdp-echo.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -Wl,--as-needed $(LDLIBS) $(EXPORTER_LDLIBS) -lcmocka

$(B)/tests/bench/%.bpf.o: tests/bench/%.bpf.c Makefile | libs
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/include/bench_%.skel.h: $(B)/tests/bench/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) gen skeleton $< name bench_$* >$@

$(BENCH_OBJS): $(BENCH_SKELETONS)

$(B)/bench/bench: $(BENCH_OBJS) $(B)/libxdp-echo.a
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# libFuzzer's feedback is the packet code's coverage alone.
$(B)/tests/fuzz/subject.o: CFLAGS += -fsanitize=fuzzer-no-link

$(B)/packet_fuzz: $(FUZZ_OBJS) $(TEST_OBJS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(FUZZ_OBJS:.o=.d)
-include $(BENCH_OBJS:.o=.d) $(BENCH_BPF:.o=.d)
-include $(USER_OBJS:.o=.d) $(EXPORTER_OBJS:.o=.d) $(BPF_OBJS:.o=.d) $(TEST_OBJS:.o=.d) $(UNIT_TESTS:=.d) $(BPF_TESTS:=.d)

# --- targets that need root ---------------------------------------------------------------------

install_debs = @scripts/install-debs.sh $(1)

.PHONY: demo
demo: ## a dual-homed host out of namespaces, both uplinks pinged (root)
	$(call install_debs,$(DEBS_BUILD) $(DEBS_DEMO))
	@$(MAKE) --no-print-directory all
	@scripts/demo.sh

.PHONY: check
check: ## build and run every test (root)
	$(call install_debs,$(DEBS_BUILD) $(DEBS_DEMO) $(DEBS_CHECK))
	@$(MAKE) --no-print-directory -j2 all tests
	@tests/run

.PHONY: check-vm
check-vm: ## run the tests under Debian's 6.1 and 6.12, on QEMU's network cards (root)
	$(call install_debs,$(DEBS_BUILD) $(DEBS_DEMO) $(DEBS_CHECK) $(DEBS_VM))
	@$(MAKE) --no-print-directory -j2 all tests
	@tests/vm/run

.PHONY: tests
tests: unit-tests $(BPF_TESTS) $(B)/bench/bench sanitized-tests fuzzer ## build the test programs and benchmarks

.PHONY: unit-tests
unit-tests: $(UNIT_TESTS)

# The unit tests and the commands, once more with ASan and UBSan.
.PHONY: sanitized-tests
sanitized-tests:
	@$(MAKE) --no-print-directory SANITIZE=1 B=$(B)/sanitize unit-tests all

.PHONY: fuzzer
fuzzer:
	@$(MAKE) --no-print-directory SANITIZE=1 CC=$(CLANG) B=$(B)/fuzz $(FUZZER)

# Half of the time against the oracle alone, which is quicker, half against the kernel, too.
.PHONY: fuzz
fuzz: ## fuzz the packet code for FUZZ_SECONDS, new inputs to build/corpus (root)
	$(call install_debs,$(DEBS_BUILD) $(DEBS_CHECK))
	@$(MAKE) --no-print-directory fuzzer
	@tests/fuzz/run.sh $(FUZZER) $(FUZZ_SECONDS) $(B)/corpus

.PHONY: bench
bench: ## measure against a bare MAC swap and other servers; charts (root, 10 minutes)
	$(call install_debs,$(DEBS_BUILD) $(DEBS_DEMO) $(DEBS_BENCH))
	@$(MAKE) --no-print-directory all $(B)/bench/bench
	@$(B)/bench/bench --json $(B)/bench/bench.json
	@tests/bench/charts.py $(B)/bench/bench.json $(B)/bench

.PHONY: install
install: all ## install the commands and the systemd units (DESTDIR, PREFIX)
	install -D -m 0755 $(B)/xdp-echo $(DESTDIR)$(SBINDIR)/xdp-echo
	install -D -m 0755 $(B)/xdp-echo-exporter $(DESTDIR)$(LIBEXECDIR)/xdp-echo-exporter
	install -d $(DESTDIR)$(UNITDIR)
	for unit in xdp-echo@.service xdp-echo-exporter.service; do \
		sed 's|@SBINDIR@|$(SBINDIR)|' scripts/$$unit >$(DESTDIR)$(UNITDIR)/$$unit || exit 1; \
	done

.PHONY: readme
readme: all ## write help, reasons and metrics into README.md anew
	scripts/readme.py

.PHONY: vmlinux
vmlinux: ## make vmlinux.h again from the running kernel's BTF
	scripts/vmlinux.sh >vmlinux.h.new && mv vmlinux.h.new vmlinux.h

.PHONY: format
format: ## clang-format over the C sources
	clang-format -i $(wildcard include/*.h bpf/*.c user/*.[ch] user/exporter/*.[ch] tests/*.[ch] tests/*/*.[ch])

.PHONY: clean
clean: ## remove build/
	rm -rf $(B)

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z.-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'
