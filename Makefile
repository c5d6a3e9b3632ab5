# tinygrad_cpp. Everything made goes under build/; `make` alone lists the targets.
#
#   CXX=clang++   another compiler          OPT="-O0 -g"   other optimisation
#   CPPFLAGS=-I/path, LDFLAGS=-L/path       where to look besides the usual places
#   WERROR=1      warnings are errors       V=1            show whole commands
SHELL := bash
.SHELLFLAGS := -o pipefail -c
MAKEFLAGS += --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

ifeq ($(origin CXX),default)
CXX := c++
endif
BUILD ?= build
$(if $(word 2,$(BUILD)),$(error BUILD is '$(BUILD)'; make needs a path without spaces there))
OPT ?= -O3 -march=native -fno-math-errno -fno-trapping-math
PREFIX ?= /usr/local
CLANG_FORMAT ?= clang-format
CHROMIUM ?= chromium
# The system's own comes with its packages, numpy and torch among them.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
VERSION := 0.1.0

# What the deps targets install, for each package manager (macOS: the compiler comes from `xcode-select --install`).
apt_deps := g++ libfmt-dev doctest-dev libeigen3-dev nlohmann-json3-dev libcli11-dev gnuplot-nox libsndfile1-dev
dnf_deps := gcc-c++ fmt-devel doctest-devel eigen3-devel json-devel cli11-devel gnuplot libsndfile-devel
brew_deps := fmt doctest eigen nlohmann-json cli11 gnuplot libsndfile
apt_deps-check := clang libclang-rt-dev clang-format python3-numpy pkg-config locales universal-ctags
dnf_deps-check := clang compiler-rt clang-tools-extra python3-numpy pkgconf-pkg-config libasan libubsan libtsan glibc-locale-source ctags
brew_deps-check := clang-format numpy pkgconf universal-ctags
apt_deps-notebooks := clang-tools-19 pandoc librsvg2-bin python3-nbformat chromium fonts-dejavu-core fonts-dejavu-extra
dnf_deps-notebooks := clang-tools-extra pandoc librsvg2-tools python3-nbformat chromium dejavu-sans-fonts
brew_deps-notebooks := llvm pandoc librsvg jupyterlab chromium font-dejavu
# Without OpenBLAS the peer multiplies with the reference BLAS, twenty times slower: no honest comparison.
apt_deps-bench := python3-torch libopenblas0-pthread libbenchmark-dev
dnf_deps-bench := python3-torch google-benchmark-devel
brew_deps-bench := pytorch google-benchmark
headers_needed := fmt/format.h doctest/doctest.h Eigen/Core nlohmann/json.hpp CLI/CLI.hpp

# The clone's own path may hold spaces and quotes. It stands in recipes alone, as one word of the shell.
quoted = '$(subst ','\'',$(1))'

headers := $(wildcard tinygrad_cpp/*.hpp tinygrad_cpp/*/*.hpp tinygrad_cpp/*/*/*.hpp)
engine := $(wildcard tinygrad_cpp/*.cpp tinygrad_cpp/*/*.cpp tinygrad_cpp/*/*/*.cpp)
tests := $(wildcard tests/*_test.cpp)
test_helper := tests/program.cpp
# Lesson support is on the float library, so its tests are in the float program alone.
support_tests := $(wildcard tests/support/*_test.cpp)
fuzz_sources := $(wildcard tests/fuzz/*.cpp)
fuzz_targets := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(filter %_fuzz.cpp,$(fuzz_sources))) safetensors_double
face := $(wildcard tests/face.cpp)
support := $(wildcard lessons/support/*.cpp lessons/support/*/*.cpp)
lessons := $(basename $(notdir $(wildcard lessons/[0-9][0-9]_*.cpp)))
exercises := $(basename $(notdir $(wildcard lessons/exercises/[0-9][0-9]_*.hpp)))
notebooks := $(sort $(wildcard notebooks_export/[0-9][0-9]_*.ipynb))
# face.cpp is laid out by hand.
formatted := $(filter-out $(face),$(wildcard $(foreach at,tinygrad_cpp lessons tests notebooks_export,\
  $(at)/*.[ch]pp $(at)/*/*.[ch]pp $(at)/*/*/*.[ch]pp $(at)/*/*/*/*.[ch]pp)))

float := $(BUILD)/libtinygrad_cpp.a
double := $(BUILD)/libtinygrad_cpp_double.a
libraries := $(float) $(double) $(float:.a=.so) $(double:.a=.so)
support_shared := $(BUILD)/liblesson_support.so
exporters := $(BUILD)/notebooks_export/export $(BUILD)/notebooks_export/run
notebook_objects := $(patsubst %.cpp,$(BUILD)/%.o,$(wildcard notebooks_export/*.cpp))
notebook_shared := $(filter-out $(exporters:=.o),$(notebook_objects))
notebook_stamps := $(lessons:%=$(BUILD)/notebooks/%.exported) $(lessons:%=$(BUILD)/notebooks/%_exercises.exported)
lesson_programs := $(lessons:%=$(BUILD)/lessons/%)
test_programs := $(BUILD)/float/tests $(BUILD)/double/tests $(face:tests/%.cpp=$(BUILD)/%)
threads_tests := $(BUILD)/float/threads_tests
fuzzers := $(fuzz_targets:%=$(BUILD)/fuzzers/%)

# Directories that do not exist do no harm, so every system can share one list.
EIGEN ?= /usr/include/eigen3 /usr/local/include/eigen3 /opt/homebrew/include/eigen3
homebrew := $(wildcard /opt/homebrew)
includes := -I. $(EIGEN:%=-isystem %) $(homebrew:%=-isystem %/include) $(CPPFLAGS)
warnings := -Wall -Wextra -Wpedantic $(if $(WERROR),-Werror)
# $(BUILD)/toolchain and toolchain.link hold the options that the probe found to work here.
compile := $(CXX) -std=c++20 $(OPT) $(warnings) @$(BUILD)/toolchain $(includes) $(CXXFLAGS)
engine_compile = $(compile) -Wshadow $(precision) $(special)
# The foreign headers that most of the engine includes, compiled once: half of what compiling it takes.
PRECOMPILED ?= yes
foreign := $(if $(PRECOMPILED),$(BUILD)/foreign.hpp)
foreign_headers := algorithm array cmath functional map memory span string vector fmt/core.h
# At -Og doctest's macros compile in a third of the time, and what tests wait for is the library.
tests_compile = $(subst -O3,-Og,$(subst -O1,-O0,$(compile))) -Wshadow $(precision)
# Asan's tests start the ordinary lessons.
ORDINARY ?= $(BUILD)
places = $(call quoted,-DTG_ROOT=R"($(CURDIR))") $(call quoted,-DTG_BUILD=R"($(abspath $(ORDINARY)))")
# What a lesson waits for is the library too, and a learner waits for the compiler: -Og takes two thirds of the time of -O1,
# and what all lessons include is compiled once.
lessons_compile = $(subst -O3,-Og,$(compile)) -Ilessons
# A lesson finds its own text from whichever directory it is run in.
lesson_compile = $(lessons_compile) $(call quoted,-fmacro-prefix-map=lessons/=$(CURDIR)/lessons/)
common := $(if $(PRECOMPILED),$(BUILD)/lessons/common.hpp)
# Of an exercise the learner waits for everything, and it computes little. A stub uses none of its parameters. A forgotten return
# would only show as a crash.
exercise_compile = $(CXX) -std=c++20 -O0 -DTG_REAL=double $(filter-out -Werror,$(warnings)) -Wno-unused-parameter -Werror=return-type \
  @$(BUILD)/toolchain $(includes) -Ilessons $(CXXFLAGS)
exercise_common := $(BUILD)/exercises/common.hpp
checked_exercises := $(exercises:%=$(BUILD)/exercises/check/%.log)
link := $(CXX) $(OPT) $(homebrew:%=-L%/lib) $(LDFLAGS)
quiet := $(if $(V),,@)

# The deps goals of this very call come before anything that looks at the machine, with -j too.
first := $(filter deps deps-check deps-notebooks deps-bench,$(MAKECMDGOALS))

.PHONY: always help deps deps-check deps-notebooks deps-bench all lessons lesson new-lesson exercise watch hint progress \
  solution reset handout exercise-kit check-exercises test run-tests check check-format check-safetensors check-surroundings \
  asan tsan run-tsan fuzz check-fuzz run-fuzz notebooks jupyter check-notebooks book check-book bench bench-peers format doctor flags \
  install compile_commands.json clean

help:
	@echo 'Usage: make TARGET    (first time: make deps lessons)'
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { print "\n" substr($$0, 5) } \
	  /^[a-z].*:.*## / { printf "  %-22s %s\n", $$1, $$2 }' Makefile

##@ Learn
lessons: $(lesson_programs) ## build every lesson, run each quickly, print a table of their claims; ARGS="--seed 100"
	@rm -f $(BUILD)/lessons/*.summary; for program in $^; do \
	  $$program --quick --no-prose --figures $(BUILD)/figures/quick --summary $$program.summary $(ARGS) </dev/null; status=$$?; \
	  [ -s $$program.summary ] || echo "$${program##*/}" > $$program.summary; \
	  printf 'status\t%s\n' $$status >> $$program.summary; \
	done; \
	awk -F '\t' -v flags=$(call quoted,--quick $(ARGS)) '$(lessons_table)' $(^:=.summary)

# Each lesson left one row: name, question, claims passed, failed and skipped, seconds; the loop added its exit status.
lessons_table := \
  $$1 == "status" { status[rows] = $$2; bad += $$2 != 0; next } \
  { name[++rows] = $$1; question[rows] = NF > 1 ? $$2 : "ended without a summary"; \
    claims[rows] = NF > 1 ? $$3 "/" $$3 + $$4 ($$5 ? ", " $$5 " skipped" : "") : "-"; \
    seconds[rows] = NF > 1 ? sprintf("%.1f", $$6) : "-"; \
    if (length(name[rows]) > w) w = length(name[rows]); if (length(question[rows]) > v) v = length(question[rows]) } \
  END { layout = "%-" w "s  %-" v "s  %-16s %7s  %s\n"; \
    sub(/ +$$/, "", flags); print "\nEach lesson, run with " flags ":\n"; printf layout, "lesson", "question", "claims", "seconds", ""; \
    for (i = 1; i <= rows; ++i) \
      printf layout, name[i], question[i], claims[i], seconds[i], status[i] ? "FAILED, exit status " status[i] : ""; \
    exit bad > 0 }

chosen := $(if $(N),$(filter $(N) $(N)_% 0$(N)_%,$(lessons)))
lesson: $(chosen:%=$(BUILD)/lessons/%) ## build and run one lesson: make lesson N=3 ARGS="--quick"
	@[ $(words $(chosen)) = 1 ] || { printf '%s\n' 'error: no lesson N=$(N). There are:' $(lessons:%='  %'); exit 1; } >&2
	$< --figures $(BUILD)/figures $(ARGS)

new-lesson: ## begin a lesson that runs: make new-lesson NAME=08_my_question
	@case '$(NAME)' in [0-9][0-9]_[a-z]*) ;; *) printf '%s\n' \
	  "error: NAME is '$(NAME)'; two digits, _ and a word in small letters are needed" \
	  '  for example: make new-lesson NAME=08_my_question' >&2; exit 1;; esac; \
	case '$(NAME)' in *[!a-z0-9_]*) echo "error: NAME is '$(NAME)'; small letters, digits and _ only" >&2; exit 1;; esac; \
	! [ -e lessons/$(NAME).cpp ] || { echo 'error: lessons/$(NAME).cpp is there already' >&2; exit 1; }
	@number='$(NAME)'; number=$${number%%_*}; number=$${number#0}; \
	sed "s/NUMBER/$$number/; s/NAME/$(NAME)/" lessons/support/skeleton.txt > lessons/$(NAME).cpp
	@echo 'wrote lessons/$(NAME).cpp; run it: make lesson N=$(firstword $(subst _, ,$(NAME)))'

##@ Exercises
exercise: ## is it right yet? make exercise N=04; without N, here and below, the one you were at
watch: ## the same again whenever you save the file; keys lead on
hint: ## one hint more each time; LEVEL=1, 2 or 3 picks
progress: ## what is done, and what comes next
solution: ## a solution with comments, once yours is green; FORCE=1 before that
reset: ## begin again; what you wrote is kept under build/
handout: ## for teachers: a copy of the project without solutions: make handout DIR=path
exercise watch hint progress solution reset handout: | $(first)
	@BUILD=$(BUILD) MAKE='$(MAKE)' lessons/exercises/loop.sh $@

check-exercises: $(if $(DIR),exercise-kit,$(checked_exercises)) | $(first) ## test the exercises; DIR=answers REPORT=r.json grades a folder
	@BUILD=$(BUILD) tests/exercises/check.sh $(if $(DIR),grade,all)

##@ Build and test
all: $(libraries) $(support_shared) $(lesson_programs) ## the libraries (static and shared, float and double) and the lessons

test: $(lesson_programs) $(BUILD)/readme_example ## build and run every test; ARGS="-tc=*name*" picks test cases
# All at the same time, whose output is printed one after the other.
test run-tests: $(test_programs)
	@trap 'kill $$running 2>/dev/null' EXIT; passed=0; failed=0; \
	for program in $(test_programs); do \
	  (cd $${program%/*} && exec ./$${program##*/} $(ARGS)) </dev/null >$$program.log 2>&1 & running+="$$! "; \
	done; \
	for program in $(test_programs); do \
	  echo "$$program"; wait $${running%% *}; $(call add_up,$$program.log); running=$${running#* }; cat $$program.log; \
	done; $(verdict)

# After a command whose output is in the file $(1): adds what it counted. The last count in it holds (ours, or doctest's); one
# that died without a failed test to its name is one failure, and one that counts nothing is one check.
add_up = status=$$?; set -- $$(awk -v status=$$status '$(counts)' $(1)); passed=$$((passed + $$1)); failed=$$((failed + $$2))
counts := \
  /^\[doctest\] test cases:/ { counted = 1; passed = $$6; failed = $$9 } \
  /^[0-9]+ passed, [0-9]+ failed$$/ { counted = 1; passed = $$1; failed = $$3 } \
  END { if (status + 0 && !failed) failed = 1; if (!counted && !failed) passed = 1; print passed + 0, failed + 0 }
verdict = echo "$$passed passed, $$failed failed"; [ $$failed = 0 ] && [ $$passed != 0 ]

checks := test lessons check-exercises check-notebooks check-book check-format check-safetensors check-surroundings asan tsan check-fuzz
check: | $(first) ## what CI runs: test, lessons, exercises, notebooks, book, formatting, asan, tsan and fuzz
	@mkdir -p $(BUILD); passed=0; failed=0; for part in $(filter-out $(SKIP),$(checks)); do \
	  echo "check: $$part"; $(MAKE) WERROR=1 $$part </dev/null 2>&1 | tee $(BUILD)/$$part.log; \
	  $(call add_up,$(BUILD)/$$part.log); \
	done; $(verdict)

# Another reader, which knows the format and nothing of ours, must find in our files what tests/io_test.cpp put there.
check-safetensors: $(BUILD)/float/tests | $(first)
	@cd $(<D) && SAVE_EXAMPLE=example.safetensors ./$(<F) -tc='*published format*' >/dev/null
	@$(PYTHON) tests/peers/read_safetensors.py $(<D)/example.safetensors | tee $(<D)/example.txt
	@printf '%s\n' '__metadata__ said="é step=12' 'a F32 [2, 2] 4.5' 'b F32 [] 7.0' 'none F32 [0, 3] 0.0' | diff - $(<D)/example.txt

# Builds once and runs again and again.
check-surroundings: $(test_programs) $(lesson_programs) $(BUILD)/readme_example exercise-kit $(libraries) | $(first) ## tests in other locales, users, paths, ..; FULL=1: builds too
	@BUILD=$(BUILD) CXX='$(CXX)' COUNTS='$(counts)' tests/surroundings/check.sh

check-format: | $(first)
	@$(CLANG_FORMAT) --dry-run -Werror $(formatted)

# What asan and fuzz compile, once for both. clang++ is a second compiler besides, and without precompiled headers a file that forgets
# to include something is found.
sanitized = $(MAKE) BUILD=$(BUILD)/sanitized ORDINARY=$(BUILD) CXX=clang++ PRECOMPILED= OPT="-O1 -g1 \
  -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS"
no_sanitizer = ! printf '%s\n' '\#include <sys/mman.h>' 'extern "C" int LLVMFuzzerTestOneInput() { return memfd_create("", 0); }' | \
  clang++ -fsanitize=fuzzer,address,undefined -x c++ - -o /dev/null 2>/dev/null && \
  echo 'skipped: there is no clang++ with libFuzzer here (make deps-check)'

# But for one that runs the lessons, the ordinary ones here too, and two that compute for a minute what others do.
asan: $(lesson_programs) $(BUILD)/readme_example $(double) ## the tests again, looking for bad addresses, undefined behaviour and leaks
	+@$(no_sanitizer) || ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
	  $(sanitized) ARGS='-tce="lessons: claims*,sums: a million*,random graphs: the same bits*" $(ARGS)' run-tests

# The tests of threads and what they need, no more: here everything takes ten times as long.
tsan: | $(first) ## the tests of threads again, looking for races, on 1, 2 and 4 threads
	@echo 'int main() {}' | $(CXX) -fsanitize=thread -x c++ - -o /dev/null 2>/dev/null || \
	  { echo 'skipped: $(CXX) has no thread sanitizer here (make deps-check)'; exit 0; }; \
	$(MAKE) BUILD=$(BUILD)/tsan OPT="-O1 -g1 -fsanitize=thread" run-tsan
# Where Linux places memory at random in 32 bits, GCC 12's sanitizer does not start.
run-tsan: $(threads_tests)
	@passed=0; failed=0; in_order=$$(setarch -R true 2>/dev/null && echo setarch -R); \
	for threads in 1 2 4; do echo "$< with $$threads threads"; \
	  OMP_NUM_THREADS=$$threads $$in_order $< $(ARGS) 2>&1 </dev/null | tee $<.log; $(call add_up,$<.log); done; $(verdict)

fuzz: private seconds := 60
check-fuzz: private seconds := 10
fuzz: ## run whatever reads files on millions of broken ones; SECONDS=60 for each target, ONLY=wav picks
fuzz check-fuzz: | $(first)
	+@$(no_sanitizer) || $(sanitized) SECONDS=$(or $(SECONDS),$(seconds)) run-fuzz
fuzzers_chosen := $(if $(ONLY),$(filter $(ONLY:%=$(BUILD)/fuzzers/%),$(fuzzers)),$(fuzzers))
run-fuzz: $(fuzzers_chosen)
	@[ '$^' ] || { echo 'error: no target ONLY=$(ONLY). There are: $(fuzz_targets)'; exit 1; } >&2
	@BUILD=$(BUILD) tests/fuzz/run.sh $(SECONDS) $^

format: ## lay out all sources with clang-format
	@$(CLANG_FORMAT) -i $(formatted)

##@ Notebooks
notebooks: $(notebook_stamps) ## run every lesson and keep what it prints: notebooks_export/*.ipynb

jupyter: $(libraries) $(support_shared) ## open them in Jupyter; the kernel is xcpp20 of xeus-cpp
	@command -v jupyter >/dev/null || { echo 'error: there is no jupyter; xeus-cpp brings it, from conda-forge: mamba install xeus-cpp jupyterlab' >&2; exit 1; }
	cd notebooks_export && CPLUS_INCLUDE_PATH=..:../lessons \
	  LD_PRELOAD='$(addprefix $(if $(filter /%,$(BUILD)),,../),$(float:.a=.so) $(support_shared))' jupyter lab

check-notebooks: $(exporters) $(float:.a=.so) $(support_shared) exercise-kit | $(first) ## are they what the lessons say, valid, and do they run?
	@BUILD=$(BUILD) PYTHON=$(PYTHON) tests/notebooks/check.sh $(lessons)

book := notebooks_export/book
book_made := $(BUILD)/book
book_pages := $(notebooks:notebooks_export/%.ipynb=$(book_made)/%.html)
book: $(book_made)/index.html $(book_pages) $(book_made)/style.css $(book_made)/book.js ## make the notebooks a site to read offline: build/book/index.html
	@echo 'wrote $(book_made)/index.html'

# pandoc knows notebooks; the filters beside the template do what it does not. The list of lessons is made first: each page asks it
# for its neighbours.
pandoc_page = pandoc --template $(book)/page.html --mathml $< -o $@
$(book_made)/contents.json: $(book)/front.md $(book)/contents.lua $(notebooks) | $(first)
	@command -v pandoc >/dev/null || { echo 'error: there is no pandoc here to make the book; fix: make deps-notebooks' >&2; exit 1; }
	@[ '$(notebooks)' ] || { echo 'error: there is no notebook in notebooks_export; fix: make notebooks' >&2; exit 1; }
	@mkdir -p $(@D); pandoc $< -L $(book)/contents.lua -M notebooks='$(notebooks)' -t json -o $@
$(book_made)/index.html: $(book_made)/contents.json $(book)/page.html
	$(quiet)$(pandoc_page)
$(book_pages): $(book_made)/%.html: notebooks_export/%.ipynb $(book_made)/contents.json $(book)/page.html $(book)/page.lua
	@echo "page $@"
	$(quiet)$(pandoc_page) -f ipynb+markdown_in_html_blocks --ipynb-output=all --toc \
	  -L $(book)/page.lua -M contents=$(book_made)/contents.json
$(book_made)/%: $(book)/%
	@mkdir -p $(@D); cp $< $@

# Leaves screenshots, to be looked at.
check-book: | $(first) ## open every page of the book in a browser
	@for tool in pandoc $(CHROMIUM); do command -v $$tool >/dev/null || \
	  { echo "skipped: there is no $$tool here to test the book with (make deps-notebooks)"; exit 0; }; done; \
	$(MAKE) book && $(PYTHON) -B tests/book/browse.py $(CHROMIUM) $(book_made) $(notebooks)

##@ Speed
bench: $(BUILD)/bench ## time the engine; ARGS="--benchmark_filter=matmul" picks
	$< $(ARGS)

bench-peers: $(BUILD)/bench ## the same beside PyTorch, in turn: name, peer, ours, ratio; ARGS="5 matmul" for pairs and names
	$(PYTHON) tests/peers/compare.py $< $(ARGS)

$(BUILD)/bench: tests/bench/bench.cpp $(float) | $(first)
	$(quiet)$(compile) $^ -o $@ @$(BUILD)/toolchain.link -lbenchmark -lpthread

##@ Use
# A space in the clone's path would end a word in the caller's shell; [[:space:]] does not, and there names the same path again. So
# each path is a word of its own.
flags: ## what a program of your own needs: c++ main.cpp $(make -s flags); REAL=double for the double library
	@$(MAKE) -s $(flags_library) >&2
	@printf '%s ' $(foreach word,-std=c++20 $(filter-out -g%,$(OPT)) -I $(call unspaced,$(CURDIR)) $(flags_real) $(CPPFLAGS) \
	  $(call unspaced,$(abspath $(flags_library))) $(homebrew:%=-L%/lib) $(LDFLAGS),$(call quoted,$(word))); cat $(BUILD)/toolchain.link
unspaced = $(subst $() ,[[:space:]],$(1))
flags_real := $(if $(filter double,$(REAL)),-DTG_REAL=double)
flags_library := $(if $(flags_real),$(double),$(float))

install: $(libraries) ## headers, libraries and pkg-config files, under PREFIX=/usr/local
	@prefix=$(call quoted,$(PREFIX)); case $$prefix in /*) ;; *) prefix=$$PWD/$$prefix;; esac; at=$(call quoted,$(DESTDIR))$$prefix; \
	for header in $(headers); do \
	  install -d "$$at/include/$${header%/*}" && install -m 644 $$header "$$at/include/$$header" || exit 1; done; \
	install -d "$$at/lib/pkgconfig" && install -m 644 $(libraries) "$$at/lib" || exit 1; \
	for name in tinygrad_cpp tinygrad_cpp_double; do \
	  case $$name in *_double) real=' -DTG_REAL=double';; *) real=;; esac; \
	  printf '%s\n' "prefix=$$prefix" 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' \
	    "Name: $$name" 'Description: reverse-mode automatic differentiation, made to be read' 'Version: $(VERSION)' \
	    "Cflags: -std=c++20 -I\"\$${includedir}\"$$real" \
	    "Libs: -L\"\$${libdir}\" -Wl,-rpath,\"\$${libdir}\" -l$$name $$(cat $(BUILD)/toolchain.link)" \
	    > "$$at/lib/pkgconfig/$$name.pc" || exit 1; done; \
	echo "installed under $$at"

compile_commands.json: $(BUILD)/toolchain ## build/compile_commands.json, where clangd looks for it
	$(file >$(BUILD)/$@,[$(subst } {,}$(comma)$(newline){,$(strip \
	  $(foreach file,$(engine),$(call entry,$(engine_compile),$(file))) \
	  $(foreach file,tests/main.cpp tests/exercises/reporter.cpp $(tests) $(face),$(call entry,$(tests_compile),$(file))) \
	  $(call entry,$(tests_compile) $(places),$(test_helper)) \
	  $(foreach file,$(support_tests) $(fuzz_sources),$(call entry,$(tests_compile) -Ilessons,$(file))) \
	  $(foreach name,$(exercises),$(call entry,$(exercise_compile) -include $(exercise_common) \
	    -DEXERCISE='"lessons/exercises/$(name).hpp"',tests/exercises/$(name)_test.cpp)) \
	  $(foreach file,$(support) lessons/exercises/judge.cpp $(lessons:%=lessons/%.cpp),$(call entry,$(lessons_compile),$(file)))))])
	@echo 'wrote $(BUILD)/$@'
entry = {"directory": "$(call json,$(CURDIR))", "file": "$(2)", "command": "$(call json,$(1)) -c $(2)"}
json = $(subst ",\",$(subst \,\\,$(1)))
comma := ,
define newline


endef

##@ Set up
deps: ## install what building, lessons and tests need
deps-check: | $(filter deps,$(first)) ## and what check and format need
deps-notebooks: | $(filter deps deps-check,$(first)) ## and what the notebooks and the book need
deps-bench: | $(filter-out deps-bench,$(first)) ## and what the comparison of speed needs
deps deps-check deps-notebooks deps-bench:
	@run() { echo "$$*"; "$$@" </dev/null; }; update() { :; }; \
	root=; [ "$$(id -u)" = 0 ] || { root=sudo; [ -t 2 ] || root='sudo -n'; }; \
	if command -v apt-get >/dev/null; then \
	  wanted='$(apt_$@)'; \
	  has() { dpkg-query -W -f '$${Status}' "$$1" 2>/dev/null | grep -q 'ok installed'; }; \
	  update() { run $$root apt-get update; }; \
	  install="$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"; \
	elif command -v dnf >/dev/null; then \
	  wanted='$(dnf_$@)'; has() { rpm -q "$$1" >/dev/null; }; install="$$root dnf install -y"; \
	elif command -v brew >/dev/null; then \
	  wanted='$(brew_$@)'; has() { brew list "$$1" >/dev/null 2>&1; }; install='brew install'; \
	else \
	  echo 'error: no apt-get, dnf or brew here; install what Debian calls: $(apt_$@)' >&2; exit 1; \
	fi; \
	missing=; for package in $$wanted; do has $$package || missing="$$missing $$package"; done; \
	[ "$$missing" ] || { echo '$@: nothing to install'; exit 0; }; \
	if command -v apt-get >/dev/null && ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then update; fi; \
	run $$install $$missing || { update && run $$install $$missing; }

doctor: ## versions of everything used, found or not; paste it into an issue
	@row() { printf '%-13s %-52s %s\n' "$$1" "$${2:-not found}" "$$3"; }; \
	macro() { printf '#include <%s>\n%s\n' "$$1" "$$2" | $(CXX) -std=c++20 $(includes) -E -P -x c++ - 2>/dev/null | \
	  tail -1 | tr -d '" ' | grep '^[0-9]'; }; \
	sound() { mkdir -p $(BUILD); printf '#include <sndfile.h>\n#include <cstdio>\nint main() { std::puts(sf_version_string()); }' | \
	  $(CXX) $(includes) -x c++ - -o $(BUILD)/sound.probe $(homebrew:%=-L%/lib) $(LDFLAGS) -lsndfile 2>/dev/null && $(BUILD)/sound.probe; }; \
	tool() { command -v "$$1" >/dev/null && { "$$@" 2>&1 || true; } | head -1 | cut -c 1-50; }; \
	row compiler "$$(tool $(CXX) --version)" 'everything'; \
	row make '$(MAKE_VERSION)' 'everything'; \
	row fmt "$$(macro fmt/core.h FMT_VERSION)" 'text'; \
	row Eigen "$$(macro Eigen/Core EIGEN_WORLD_VERSION.EIGEN_MAJOR_VERSION.EIGEN_MINOR_VERSION)" 'matrix products'; \
	row nlohmann-json "$$(macro nlohmann/json.hpp NLOHMANN_JSON_VERSION_MAJOR.NLOHMANN_JSON_VERSION_MINOR)" 'files of weights'; \
	row doctest "$$(macro doctest/doctest.h DOCTEST_VERSION_STR)" 'tests'; \
	row CLI11 "$$(macro CLI/Version.hpp CLI11_VERSION)" 'flags of the lessons'; \
	row gnuplot "$$(tool gnuplot --version)" 'pictures of the lessons'; \
	row libsndfile "$$(sound)" 'recordings of your own in the lessons on speech'; \
	row clang++ "$$(tool clang++ --version)" 'optional: a second compiler, and make fuzz, in make check (deps-check)'; \
	row clang-format "$$(tool $(CLANG_FORMAT) --version)" 'optional: make format, make check (deps-check)'; \
	row numpy "$$(tool $(PYTHON) -c 'import numpy; print(numpy.__version__)' | grep '^[0-9]')" 'optional: make check (deps-check)'; \
	row torch "$$(tool $(PYTHON) -c 'import torch; print(torch.__version__)' | grep '^[0-9]')" 'optional: make bench-peers (deps-bench)'; \
	row pkg-config "$$(tool pkg-config --version)" 'optional: to use what make install installs (deps-check)'

clean: ## remove build/
	rm -rf $(BUILD)

# Objects are made again when a header they include, or the command that compiles them, changes.
always:
$(BUILD)/command: private holds = $(compile) $(link)
$(BUILD)/place: private holds = $(places)
$(BUILD)/command $(BUILD)/place: always
	@mkdir -p $(@D); echo $(call quoted,$(holds)) | cmp -s - $@ || echo $(call quoted,$(holds)) > $@

# The -Wno are false alarms of GCC 12 at -O3, in its AVX-512 header, std::string and fmt 9.
# Looks at the machine once, in a recipe, so that deps can come first; a probe that failed leaves nothing and is tried again.
$(BUILD)/toolchain: $(BUILD)/command Makefile | $(first)
	@command -v $(firstword $(CXX)) >/dev/null || { printf '%s\n' 'error: there is no compiler called $(CXX)' \
	  '  fix: make deps        (or: apt install g++ | dnf install gcc-c++ | xcode-select --install)' \
	  '  another one?           make CXX=clang++'; exit 1; } >&2
	@printf '%s\n' '#include <concepts>' '#include <span>' 'template <std::integral T> T twice(T x) { return x + x; }' \
	  'int main() { int a[2] = {}; return twice(int(std::span(a).size())) - 4; }' > $@.cpp
	@$(CXX) -std=c++20 $@.cpp -o $@.probe 2>/dev/null && $@.probe || { printf '%s\n' \
	  'error: $(CXX) does not compile C++20 (GCC 12 and Clang 14 do)' \
	  '  fix: make deps        (or: apt install g++ | dnf install gcc-c++ | xcode-select --install)' \
	  '  another one?           make CXX=g++-12'; exit 1; } >&2
	@missing=$$(for header in $(headers_needed); do printf '#if !__has_include(<%s>)\n<%s>\n#endif\n' $$header $$header; done | \
	  $(CXX) -std=c++20 $(includes) -E -P -x c++ - | grep '<'); [ -z "$$missing" ] || { printf '%s\n' \
	  "error: header not found:" $$missing \
	  '  fix: make deps        (or: apt install $(apt_deps) | dnf install $(dnf_deps) | brew install $(brew_deps))' \
	  '  installed elsewhere?   make CPPFLAGS=-I/path/to/include LDFLAGS=-L/path/to/lib'; exit 1; } >&2
	@for option in -fPIC -fno-semantic-interposition -pthread -Wno-maybe-uninitialized -Wno-restrict \
	  -Wno-stringop-overflow; do \
	  $(CXX) -std=c++20 -Werror $$option $@.cpp -o $@.probe 2>/dev/null && echo $$option; done > $@.tmp; \
	echo -lfmt -pthread > $@.link; mv $@.tmp $@

# What reads sound links with this: the library where it is, nothing where it is not. Looked for every time, so that what
# depends on it is made again once it has been installed.
$(BUILD)/toolchain.sound: always | $(first)
	@mkdir -p $(@D); echo '#include <sndfile.h>' | $(CXX) $(includes) -E -x c++ - >/dev/null 2>&1 && found=-lsndfile || found=; \
	echo $$found | cmp -s - $@ || echo $$found > $@

needs := $(BUILD)/command | $(BUILD)/toolchain
test_main := $(BUILD)/float/obj/tests/main.o
test_reporter := $(BUILD)/double/obj/tests/exercises/reporter.o
support_objects := $(support:%.cpp=$(BUILD)/%.o)
support_without_main := $(filter-out %/main.o,$(support_objects))
objects = $(patsubst %.cpp,$(BUILD)/$(1)/obj/%.o,$(2))
define make_object
	@mkdir -p $(@D); echo "compile $@"
	$(quiet)$(command) -MMD -MP -c $< -o $@
endef
command = $(engine_compile) $(foreign:%=-include %)
$(BUILD)/float/obj/tests/%.o $(BUILD)/double/obj/tests/%.o: private command = $(tests_compile)
helper_objects := $(foreach real,float double,$(call objects,$(real),$(test_helper)))
$(helper_objects): private command = $(tests_compile) $(places)
$(helper_objects) $(lessons:%=$(BUILD)/lessons/%.o): $(BUILD)/place
$(BUILD)/float/obj/tests/support/%.o $(BUILD)/float/obj/tests/fuzz/%.o: private command = $(tests_compile) -Ilessons
$(BUILD)/double/obj/%.o: private precision := -DTG_REAL=double
# The random stream gives the same numbers everywhere only if a * b + c is never contracted.
%/array/random.o %/nn/init.o: private special := -ffp-contract=off
# Nothing here is called in a loop, and the JSON library takes three times as long to optimise.
%/io/safetensors.o: private special := -O1
$(BUILD)/lessons/%.o: private command = $(lessons_compile) $(common:%=-include %)
$(lessons:%=$(BUILD)/lessons/%.o): private command = $(lesson_compile) $(common:%=-include %)
$(BUILD)/lessons/exercises/judge.o $(support_objects) $(lessons:%=$(BUILD)/lessons/%.o): $(common:%=%.gch)
$(BUILD)/lessons/common.hpp.gch: $(headers) $(wildcard lessons/support/*.hpp) $(needs)
	@mkdir -p $(@D); echo "compile $@"; printf '#include "%s"\n' support/lesson.hpp tinygrad_cpp/tinygrad.hpp > $(common)
	$(quiet)$(lessons_compile) -x c++-header $(common) -o $@
# Sound is thousands of numbers a second: what computes it is optimised in full.
$(BUILD)/lessons/support/speech/%.o: private command = $(compile) -Ilessons
$(BUILD)/lessons/support/speech/wav.o: $(BUILD)/toolchain.sound

$(foreach real,float double,$(call objects,$(real),$(engine))): $(foreign:%=%.gch)
$(BUILD)/foreign.hpp.gch: $(needs)
	@mkdir -p $(@D); echo "compile $@"; printf '#include <%s>\n' $(foreign_headers) > $(foreign)
	$(quiet)$(compile) -Wshadow -x c++-header $(foreign) -o $@

$(BUILD)/float/obj/%.o: %.cpp $(needs)
	$(make_object)
$(BUILD)/double/obj/%.o: %.cpp $(needs)
	$(make_object)
$(BUILD)/lessons/%.o: lessons/%.cpp $(needs)
	$(make_object)

$(float) $(float:.a=.so): $(call objects,float,$(engine))
$(double) $(double:.a=.so): $(call objects,double,$(engine))
$(BUILD)/liblesson_support.a: $(support_objects)
# For notebooks, which have no main: it finds the engine's library beside itself.
$(support_shared): private libraries_used := -L$(BUILD) -ltinygrad_cpp -Wl,-rpath,'$$ORIGIN' @$(BUILD)/toolchain.sound
$(support_shared): $(support_without_main) | $(float:.a=.so)
%.a:
	@mkdir -p $(@D); rm -f $@; echo "archive $@"
	$(quiet)$(AR) rcs $@ $^
%.so:
	@echo "link $@"
	$(quiet)$(link) -shared $^ -o $@ $(libraries_used) @$(BUILD)/toolchain.link

$(BUILD)/float/tests: $(test_main) $(call objects,float,$(test_helper) $(tests) $(support_tests)) $(support_without_main) $(notebook_shared) $(float)
$(BUILD)/double/tests: $(test_main) $(call objects,double,$(test_helper) $(tests)) $(double)
$(BUILD)/face: $(call objects,float,$(face)) $(float)
$(lesson_programs): %: %.o $(BUILD)/liblesson_support.a $(float)
$(threads_tests): $(test_main) $(call objects,float,$(test_helper) tests/parallel_test.cpp tests/threads_test.cpp) $(float)
$(fuzzers): $(BUILD)/float/obj/tests/fuzz/fuzz.o
$(filter %_double,$(fuzzers)): $(BUILD)/fuzzers/%_double: $(BUILD)/double/obj/tests/fuzz/%_fuzz.o $(double)
$(filter-out %_double,$(fuzzers)): $(BUILD)/fuzzers/%: $(BUILD)/float/obj/tests/fuzz/%_fuzz.o \
  $(support_without_main) $(notebook_shared) $(float)
$(BUILD)/float/tests $(lesson_programs): private also := @$(BUILD)/toolchain.sound
$(fuzzers): private also = -fsanitize=fuzzer $(if $(filter %_double,$@),,@$(BUILD)/toolchain.sound)
$(test_programs) $(lesson_programs) $(threads_tests) $(fuzzers):
	@echo "link $@"
	@mkdir -p $(@D)
	$(quiet)$(link) $^ -o $@ $(also) @$(BUILD)/toolchain.link

# What judging an answer needs: the judge, precompiled headers, the two commands, the tests' main, the library in double.
judge := $(BUILD)/exercises/judge
exercise_kit := $(judge) $(exercise_common).gch $(BUILD)/exercises/commands $(test_reporter) $(double) tests/exercises/counts.txt
exercise-kit: $(exercise_kit)
$(judge): $(BUILD)/lessons/exercises/judge.o $(filter $(BUILD)/lessons/support/exercises/%,$(support_objects)) $(double)
	@mkdir -p $(@D); echo "link $@"
	$(quiet)$(link) $^ -o $@ @$(BUILD)/toolchain.link
$(exercise_common).gch: $(headers) lessons/exercises/not_done_yet.hpp \
  $(wildcard tests/exercises/*.hpp) $(BUILD)/exercises/commands $(needs)
	@mkdir -p $(@D); echo "compile $@"; printf '#include %s\n' '<algorithm>' '<cmath>' '<vector>' \
	  '"tinygrad_cpp/tinygrad.hpp"' '"exercises/not_done_yet.hpp"' '"tests/exercises/check.hpp"' > $(exercise_common)
	$(quiet)$(exercise_compile) -x c++-header $(exercise_common) -o $@
$(BUILD)/exercises/commands: always
	@mkdir -p $(@D); { printf 'compile\t%s\n' $(exercise_compile) -include $(exercise_common); printf 'link\t%s\n' $(link) $(test_reporter); \
	  printf 'libraries\t%s\n' $(double) @$(BUILD)/toolchain.link; } > $@.now; cmp -s $@.now $@ || cp $@.now $@

$(exercises:%=$(BUILD)/exercises/%.report): $(BUILD)/exercises/%.report: lessons/exercises/%.hpp \
  tests/exercises/%_test.cpp $(exercise_kit)
	@BUILD=$(BUILD) $(judge) $* $< $@
$(checked_exercises): $(BUILD)/exercises/check/%.log: tests/exercises/check.sh \
  lessons/exercises/files.sh $(exercise_kit) $(wildcard lessons/*.cpp)
	@mkdir -p $(@D); BUILD=$(BUILD) tests/exercises/check.sh one $* > $@
# The directory too: a wrong answer may come or go.
$(foreach name,$(exercises),$(eval $(BUILD)/exercises/check/$(name).log: $(wildcard \
  $(addprefix lessons/exercises/,$(name).hpp solutions/$(name).hpp hints/$(name).txt) \
  $(addprefix tests/exercises/,$(name)_test.cpp $(foreach kind,wrong right cheats,$(kind)/$(name) $(kind)/$(name)/*.hpp)))))

$(BUILD)/notebooks_export/%.o: private command = $(subst -O3,-O1,$(compile)) -Wshadow -Ilessons
$(BUILD)/notebooks_export/%.o: notebooks_export/%.cpp $(needs)
	$(make_object)
$(exporters): $(notebook_shared) $(BUILD)/liblesson_support.a $(float)
$(exporters): %: %.o
	@echo "link $@"
	$(quiet)$(link) $^ -o $@ @$(BUILD)/toolchain.sound @$(BUILD)/toolchain.link
# Again where a notebook is missing.
$(notebook_stamps): $(BUILD)/notebooks_export/export
$(foreach name,$(lessons),$(eval $(BUILD)/notebooks/$(name).exported: $(BUILD)/lessons/$(name) \
  $(if $(wildcard notebooks_export/$(name).ipynb),,always)))
$(lessons:%=$(BUILD)/notebooks/%.exported): $(BUILD)/notebooks/%.exported:
	@mkdir -p $(@D); BUILD=$(BUILD) $< lesson $* && touch $@
$(foreach name,$(lessons),$(eval $(BUILD)/notebooks/$(name)_exercises.exported: $(exercise_kit) \
  $(wildcard lessons/exercises/*.hpp lessons/exercises/hints/*.txt) lessons/$(name).cpp \
  $(if $(wildcard notebooks_export/$(name)_exercises.ipynb),,always)))
$(lessons:%=$(BUILD)/notebooks/%_exercises.exported): $(BUILD)/notebooks/%_exercises.exported:
	@mkdir -p $(@D); BUILD=$(BUILD) $< exercises $* && touch $@

# The first C++ program of the README, built just as the README tells its reader to.
$(BUILD)/readme_example.cpp: README.md
	@mkdir -p $(@D); awk '/^```/ { if (inside) exit; inside = $$0 == "```cpp"; next } inside' $< > $@
$(BUILD)/readme_example: $(BUILD)/readme_example.cpp $(float)
	@echo "link $@"
	$(quiet)$(CXX) $< $$($(MAKE) -s flags) -o $@

%.cpp %.hpp: ; # a file that old dependencies name and that is gone is no error
-include $(patsubst %.o,%.d,$(foreach real,float double,$(call objects,$(real),$(engine) tests/main.cpp tests/exercises/reporter.cpp $(test_helper) $(tests) $(face))) \
  $(call objects,float,$(support_tests) $(fuzz_sources)) $(call objects,double,$(fuzz_sources)) $(support_objects) \
  $(BUILD)/lessons/exercises/judge.o $(lesson_programs:=.o) $(notebook_objects))
