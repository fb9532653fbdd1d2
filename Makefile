# redis-hosttune: `make help` lists the targets, CONTRIBUTING.md says where things go.
# SPDX-License-Identifier: MIT

VERSION := $(shell cat VERSION)

CC         ?= cc
AR         ?= ar
INSTALL    ?= install
PKG_CONFIG ?= pkg-config
SCDOC      ?= scdoc
CFLAGS     ?= -O2 -g

prefix        ?= /usr
exec_prefix   ?= $(prefix)
bindir        ?= $(exec_prefix)/bin
sysconfdir    ?= /etc
localstatedir ?= /var
datarootdir   ?= $(prefix)/share
docdir        ?= $(datarootdir)/doc/redis-hosttune
mandir        ?= $(datarootdir)/man
# Where units and generators belong differs between distributions; ask systemd.
unitdir       ?= $(or $(shell $(PKG_CONFIG) --variable=systemdsystemunitdir systemd 2>/dev/null),$(prefix)/lib/systemd/system)
generatordir  ?= $(or $(shell $(PKG_CONFIG) --variable=systemdsystemgeneratordir systemd 2>/dev/null),$(prefix)/lib/systemd/system-generators)
tmpfilesdir   ?= $(or $(shell $(PKG_CONFIG) --variable=tmpfilesdir systemd 2>/dev/null),$(prefix)/lib/tmpfiles.d)
bashcompdir   ?= $(datarootdir)/bash-completion/completions
# Below /usr/lib in every distribution: the ExecPaths= of the packaged Redis units cover it.
pkglibdir     ?= $(prefix)/lib/redis-hosttune

# --- variants: each in a directory of its own, so that they never mix ---
VARIANT := $(if $(SANITIZE),-sanitize)$(if $(COVERAGE),-coverage)$(if $(filter clang%,$(notdir $(CC))),-clang)$(if $(FUZZ),-fuzz)
B       := build$(if $(VARIANT),/variant$(VARIANT))

LIBS          := libeconf jansson smartcols libsystemd libcap hiredis
REQ_CPPFLAGS  := -Isrc -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DVERSION='"$(VERSION)"' -DPKGLIBDIR='"$(pkglibdir)"' \
                 $(shell $(PKG_CONFIG) --cflags $(LIBS))
REQ_CFLAGS    := -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
                 -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 -Wimplicit-fallthrough \
                 -Wno-missing-field-initializers -fno-common
# A threshold is the same number everywhere: the x87 would keep digits that a double has not. What runs Redis has SSE2.
ifneq ($(filter i386-% i486-% i586-% i686-%,$(shell $(CC) -dumpmachine)),)
REQ_CFLAGS    += -msse2 -mfpmath=sse
endif
REQ_LDFLAGS   := -Wl,--as-needed
# libsystemd is loaded when it is needed, by src/util/libsystemd.c.
# hiredis has TLS as a library of its own, from 1.0.0: where it is missing, the program says so when asked for it.
ifeq ($(shell $(PKG_CONFIG) --exists hiredis_ssl && echo yes),yes)
REQ_CPPFLAGS  += -DHAVE_HIREDIS_SSL
endif
LDLIBS        := $(shell $(PKG_CONFIG) --libs $(filter-out libsystemd,$(LIBS))) -ldl -lm

ifdef WERROR
REQ_CFLAGS += -Werror
endif
ifdef SANITIZE
REQ_CFLAGS  += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
REQ_LDFLAGS += -fsanitize=$(SANITIZE)
endif
ifdef COVERAGE
REQ_CFLAGS  += --coverage
REQ_LDFLAGS += --coverage
endif

ifeq ($(V),1)
Q :=
SAY := @:
else
Q := @
SAY := @printf '  %-8s %s\n'
endif

# --- what is built ---
LAYERS   := util host systemd redis policy units plan boot servers log check diagnose config privileged cmd
LIB_SRC  := $(wildcard $(LAYERS:%=src/%/*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
EXEC_SRC := $(wildcard src/exec/*.c)
GEN_SRC  := $(wildcard src/generator/*.c)
TEST_SRC := $(wildcard tests/unit/test-*.c)
TESTS    := $(TEST_SRC:tests/unit/%.c=$(B)/tests/%)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz-*.c)
FUZZERS  := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/fuzz/%)
PROGRAMS := $(B)/redis-hosttune $(B)/redis-hosttune-exec $(B)/redis-hosttune-generator
MAN      := $(patsubst man/%.scd,$(B)/man/%,$(wildcard man/*.scd))

.PHONY: all tests check check-unit check-generator check-scenarios check-diagnose check-servers check-prometheus check-system \
        check-differential check-fuzz check-machines check-trust trust generate check-generated check-docs check-completions \
        check-layers check-memory lint format format-check bench fuzz coverage install uninstall dist clean help man

all: $(PROGRAMS) man ## build the programs and the man pages
man: $(MAN)

COMPILE = $(CC) $(REQ_CPPFLAGS) $(CPPFLAGS) $(REQ_CFLAGS) $(CFLAGS) $(LAST_CFLAGS) -MMD -MP
LINK    = $(CC) $(REQ_CFLAGS) $(CFLAGS) $(REQ_LDFLAGS) $(LDFLAGS)

$(B)/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(COMPILE) -c -o $@ $<

# Everything but the main files, so that programs, tests and fuzzers link the same code.
$(B)/libhosttune.a: $(LIB_OBJ)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/redis-hosttune: $(B)/src/main.o $(B)/libhosttune.a
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LDLIBS)

# The wrapper links libc alone: libnuma is loaded only when there is work for it, and finds our two functions
# in place of its own that print. Fewer mappings and no lazy binding: start-up is all that it costs.
EXEC_LDFLAGS := -Wl,--export-dynamic-symbol=numa_error -Wl,--export-dynamic-symbol=numa_warn \
                -Wl,-z,now -Wl,-z,noseparate-code

$(B)/redis-hosttune-exec: $(EXEC_SRC:%.c=$(B)/%.o) $(B)/src/util/escape.o $(B)/src/util/start.o
	$(SAY) LINK $@
	$(Q)$(LINK) $(EXEC_LDFLAGS) -o $@ $^ -ldl

# As little as it needs: it runs at every boot and daemon-reload.
$(B)/redis-hosttune-generator: $(GEN_SRC:%.c=$(B)/%.o) $(B)/libhosttune.a
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(shell $(PKG_CONFIG) --libs libeconf) -lm

$(B)/tests/%: $(B)/tests/unit/%.o $(B)/libhosttune.a
	@mkdir -p $(@D)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(B)/libhosttune.a $(LDLIBS) $(shell $(PKG_CONFIG) --libs cmocka)

# What the tests themselves say runs once: to optimize it costs more than half of the time to build a variant.
# Fortification, which a distribution's flags may have, is nothing without optimization but a warning.
$(TEST_SRC:%.c=$(B)/%.o): LAST_CFLAGS = -O0 -fno-lto -Wp,-U_FORTIFY_SOURCE

# The wrapper is a program of its own; its units are tested without its main.
$(filter $(B)/tests/test-exec-%,$(TESTS)): $(filter-out $(B)/src/exec/main.o,$(EXEC_SRC:%.c=$(B)/%.o))

$(B)/tests/test-util-memory-points: $(B)/tests/trust/fail-allocation.o

$(B)/tools/%: $(B)/tools/%.o $(B)/libhosttune.a
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LDLIBS)

$(B)/fuzz/fuzz-nodelist: $(B)/src/exec/nodelist.o $(B)/src/exec/decision.o

$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(if $(FUZZ),,$(B)/tests/fuzz/replay.o) $(B)/libhosttune.a
	@mkdir -p $(@D)
	$(SAY) LINK $@
	$(Q)$(LINK) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $^ $(LDLIBS)

$(B)/differential/%: $(B)/tests/differential/%.o $(B)/libhosttune.a
	@mkdir -p $(@D)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LDLIBS)

DOCS := $(B)/tools/findings-doc $(B)/tools/rows-doc

# --- campaigns: what each point of the way must survive ---
TRUST := $(patsubst %,$(B)/trust/%,kill-points fault-points allocation-points planted-files races hostile-server)
TRUST_OBJ := $(patsubst %,$(B)/tests/trust/%.o,support tree tree-compare state-compare trace trace-registers scenario judge printable hostile-answers)

$(B)/trust/syscall-names.h: Makefile
	@mkdir -p $(@D)
	$(Q)echo '#include <sys/syscall.h>' | $(CC) -E -dM - | \
	  awk '$$2 ~ /^__NR_[a-z]/ {sub("__NR_", "", $$2); print "{__NR_" $$2 ", \"" $$2 "\"},"}' > $@

$(B)/tests/trust/trace.o: REQ_CPPFLAGS += -I$(B)/trust
$(B)/tests/trust/trace.o: $(B)/trust/syscall-names.h

$(B)/trust/fail-allocation.so: tests/trust/fail-allocation.c tests/trust/fail-allocation.h
	@mkdir -p $(@D)
	$(SAY) LINK $@
	$(Q)$(CC) $(REQ_CFLAGS) $(CFLAGS) -D_GNU_SOURCE -fPIC -shared -o $@ $<

$(B)/trust/allocation-points: $(B)/trust/fail-allocation.so

$(B)/trust/%: $(B)/tests/trust/%.o $(TRUST_OBJ)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(LDLIBS)

$(B)/man/%: man/%.scd
	@mkdir -p $(@D)
	$(SAY) MAN $@
	$(Q)$(SCDOC) < $< > $@ || { rm -f $@; exit 1; }

# Kept, or every check would compile its tests anew.
.SECONDARY: $(TEST_SRC:%.c=$(B)/%.o) $(FUZZ_SRC:%.c=$(B)/%.o) $(TRUST_OBJ) $(TRUST:$(B)/trust/%=$(B)/tests/trust/%.o) $(DOCS:=.o)

# --- checks ---
check: check-unit check-fuzz check-generator check-scenarios check-diagnose check-servers check-generated check-docs check-completions check-layers check-memory ## everything that needs no root and no VM

tests: $(TESTS) $(B)/redis-hosttune $(B)/redis-hosttune-exec ## build the unit tests and what they run

check-unit: tests ## cmocka unit tests
	$(Q)tests/unit/run $(TESTS)

check-generator: $(B)/redis-hosttune-generator ## trees of unit files, and the drop-ins that the generator must write
	$(Q)B=$(B) tests/generator/run

check-scenarios: all ## scenario trees: a miniature root, a command, what it must leave
	$(Q)B=$(B) tests/scenarios/run

check-servers: all ## hold what check says of real servers against what other programs say
	$(Q)B=$(B) tests/servers/run

check-prometheus: all ## the metrics, judged by promtool, which is fetched from Debian where it is missing
	$(Q)B=$(B) tests/prometheus/run

check-diagnose: all ## provoke each finding on real servers
	$(Q)B=$(B) tests/diagnose/run

check-fuzz: $(FUZZERS) ## replay the fuzzers' corpora
	$(Q)for f in $(notdir $(FUZZERS)); do $(B)/fuzz/$$f tests/fuzz/corpus-$${f#fuzz-}/* || exit 1; done

DIFFERENTIAL := $(B)/differential/make-trees $(B)/differential/forecast-trees

check-differential: $(DIFFERENTIAL) ## the forecast against systemd-sysctl, systemd-tmpfiles and sysctl (root)
	$(Q)B=$(B) tests/differential/run

check-trust: all $(TRUST) ## every kill point of apply, revert and revert --only, and more (root, minutes)
	$(Q)B=$(B) tests/trust/run --short

trust: all $(TRUST) ## all campaigns: kill points, faults, failing memory, planted files, races, a hostile server, other machines (root)
	$(Q)B=$(B) tests/trust/run
	$(Q)tests/machines/run s390x arm64-4k arm64-16k

check-machines: ## the tests on i386 and arm64 (root, minutes)
	$(Q)tests/machines/run

check-system: ## virtual machines with real systemd (root, minutes)
	$(Q)tests/system/run

generate: all $(DOCS) ## write what follows from the tables: examples, docs/findings.md, lists of the rows
	$(Q)B=$(B) tools/generate .

check-generated: all $(DOCS) ## hold what is generated to the program
	$(Q)B=$(B) tools/generate --check

check-docs: all ## hold help, man pages and completions together
	$(Q)B=$(B) tools/check-docs.sh

check-completions: all ## what bash completes, options' values too
	$(Q)B=$(B) tests/completions/run

check-layers: $(PROGRAMS) ## who may include and call whom, what is pure, and which library stands where
	$(Q)B=$(B) tools/check-layers.sh && CC='$(CC)' tests/layers/run

check-memory: all ## what writes to the host never ends for want of memory
	$(Q)B=$(B) tools/check-memory.sh

C_FILES = $(wildcard tools/*.c src/*.[ch] src/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.[ch] tests/differential/*.[ch] tests/trust/*.[ch] bench/*.[ch])

lint: ## clang-tidy with the committed configuration
	$(Q)printf '%s\n' $(filter src/%.c,$(C_FILES)) | xargs -P 2 -I{} clang-tidy --quiet {} -- $(REQ_CPPFLAGS) -std=gnu11

format: ## clang-format in place
	$(Q)clang-format -i $(C_FILES)

format-check:
	$(Q)clang-format --dry-run --Werror $(C_FILES)

bench: all ## speed against its peers in the same run, as ratios (root)
	$(Q)B=$(B) bench/run
	$(Q)B=$(B) bench/diagnose

fuzz: ## run every fuzzer for FUZZ_SECONDS (default 60) with libFuzzer
	$(Q)$(MAKE) CC=clang FUZZ=1 SANITIZE=address,undefined fuzz-run

fuzz-run: $(FUZZERS)
	$(Q)for f in $(FUZZERS); do n=$${f##*/fuzz-}; mkdir -p $(B)/corpus-$$n; \
	  $$f -artifact_prefix=$(B)/ -max_total_time=$(or $(FUZZ_SECONDS),60) \
	    $(B)/corpus-$$n tests/fuzz/corpus-$$n || exit 1; done
.PHONY: fuzz-run
.SECONDARY: $(FUZZ_SRC:%.c=$(B)/%.o)
ifdef FUZZ
REQ_CFLAGS += -fsanitize=fuzzer-no-link
endif

coverage: ## line coverage of the unit tests and scenarios (gcov)
	$(Q)$(MAKE) COVERAGE=1 CFLAGS='-O0 -g' check-unit check-scenarios
	$(Q)tools/coverage build/variant-coverage

# --- installation: writes files below DESTDIR, never touches the running system ---
install: all ## install below DESTDIR
	$(INSTALL) -d $(DESTDIR)$(bindir) $(DESTDIR)$(pkglibdir) $(DESTDIR)$(unitdir) $(DESTDIR)$(mandir)/man8 \
	  $(DESTDIR)$(mandir)/man5 $(DESTDIR)$(docdir)/examples $(DESTDIR)$(bashcompdir) $(DESTDIR)$(tmpfilesdir) \
	  $(DESTDIR)$(sysconfdir)/redis-hosttune/redis-hosttune.conf.d
	$(INSTALL) -m 0755 $(B)/redis-hosttune $(DESTDIR)$(bindir)/redis-hosttune
	$(INSTALL) -m 0755 $(B)/redis-hosttune-exec $(DESTDIR)$(pkglibdir)/redis-hosttune-exec
	$(INSTALL) -d $(DESTDIR)$(generatordir)
	$(INSTALL) -m 0755 $(B)/redis-hosttune-generator $(DESTDIR)$(generatordir)/redis-hosttune-generator
	$(INSTALL) -m 0644 units/redis-hosttune.service $(DESTDIR)$(unitdir)/redis-hosttune.service
	$(INSTALL) -m 0644 units/redis-hosttune-check.service units/redis-hosttune-check.timer $(DESTDIR)$(unitdir)
	sed -i 's|/usr/bin/redis-hosttune|$(bindir)/redis-hosttune|' $(DESTDIR)$(unitdir)/redis-hosttune.service \
	  $(DESTDIR)$(unitdir)/redis-hosttune-check.service
	$(INSTALL) -m 0644 units/redis-hosttune.tmpfiles $(DESTDIR)$(tmpfilesdir)/redis-hosttune.conf
	$(INSTALL) -m 0644 $(B)/man/*.8 $(DESTDIR)$(mandir)/man8
	$(INSTALL) -m 0644 $(B)/man/*.5 $(DESTDIR)$(mandir)/man5
	$(INSTALL) -m 0644 completions/redis-hosttune.bash $(DESTDIR)$(bashcompdir)/redis-hosttune
	$(INSTALL) -m 0644 contrib/redis-hosttune.conf $(DESTDIR)$(sysconfdir)/redis-hosttune/redis-hosttune.conf
	$(INSTALL) -m 0644 docs/findings.md $(DESTDIR)$(docdir)/findings.md
	$(INSTALL) -m 0644 contrib/credentials.conf $(DESTDIR)$(docdir)/examples/credentials.conf
	for d in sysctl.d tmpfiles.d; do $(INSTALL) -d $(DESTDIR)$(docdir)/examples/$$d && \
	  $(INSTALL) -m 0644 $$d/*.conf $(DESTDIR)$(docdir)/examples/$$d || exit 1; done

uninstall: ## remove what install wrote (run `redis-hosttune revert` first)
	rm -f $(DESTDIR)$(bindir)/redis-hosttune $(DESTDIR)$(generatordir)/redis-hosttune-generator $(DESTDIR)$(unitdir)/redis-hosttune.service \
	  $(DESTDIR)$(unitdir)/redis-hosttune-check.service $(DESTDIR)$(unitdir)/redis-hosttune-check.timer \
	  $(DESTDIR)$(mandir)/man8/redis-hosttune.8 $(DESTDIR)$(mandir)/man5/redis-hosttune.conf.5 \
	  $(DESTDIR)$(bashcompdir)/redis-hosttune $(DESTDIR)$(tmpfilesdir)/redis-hosttune.conf
	rm -rf $(DESTDIR)$(pkglibdir) $(DESTDIR)$(docdir)

dist: ## a source archive of HEAD
	git archive --prefix=redis-hosttune-$(VERSION)/ -o redis-hosttune-$(VERSION).tar.gz HEAD

clean:
	rm -rf build

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

-include $(GEN_SRC:%.c=$(B)/%.d) $(LIB_OBJ:.o=.d) $(B)/src/main.d $(EXEC_SRC:%.c=$(B)/%.d) $(TEST_SRC:%.c=$(B)/%.d) $(FUZZ_SRC:%.c=$(B)/%.d) $(DOCS:=.d) \
  $(wildcard $(B)/tests/trust/*.d)
