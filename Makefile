# tinygrad_cpp. Everything that is made goes under build/; `make` alone lists the targets.
#
#   CXX=clang++   another compiler          OPT="-O0 -g"   other optimisation
#   CPPFLAGS=-I/path, LDFLAGS=-L/path       where to look besides the usual places
#   WERROR=1      warnings are errors       V=1            show whole commands
SHELL := bash
.SHELLFLAGS := -o pipefail -c
MAKEFLAGS += --no-print-directory
# As many jobs as processors, if nobody says -j. Two goals in one call run one after the other.
ifeq ($(MAKELEVEL)$(word 2,$(filter-out deps%,$(MAKECMDGOALS))),0)
MAKEFLAGS += $(shell [[ $$MAKEFLAGS = *-j* ]] || echo -j$$(getconf _NPROCESSORS_ONLN))
endif
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
VERSION := $(shell sed -n 's/^project.* VERSION \([0-9.]*\).*/\1/p' tinygrad_cpp/CMakeLists.txt)
# Scripts in .ci, tests and lessons read these.
export BUILD CLANG_FORMAT CXX PYTHON

# The clone's own path may hold spaces and quotes. It stands in recipes alone, as one word of the shell.
quoted = '$(subst ','\'',$(1))'
quiet := $(if $(V),,@)

under = $(wildcard $(foreach at,$(1),$(at)/$(2) $(at)/*/$(2) $(at)/*/*/$(2) $(at)/*/*/*/$(2)))
headers := $(call under,tinygrad_cpp,*.hpp)
engine := $(call under,tinygrad_cpp,*.cpp)
tests := $(wildcard tests/*_test.cpp)
test_helper := tests/program.cpp
# Lesson support is on the float library, so its tests are in the float program alone.
support_tests := $(wildcard tests/support/*_test.cpp)
fuzz_sources := $(wildcard tests/fuzz/*.cpp)
fuzz_targets := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(filter %_fuzz.cpp,$(fuzz_sources))) safetensors_double
face := $(wildcard tests/face.cpp)
support := $(wildcard lessons/support/*.cpp lessons/support/*/*.cpp)
lessons := $(basename $(notdir $(wildcard lessons/[0-9][0-9]_*.cpp)))
programs := $(basename $(notdir $(wildcard lessons/programs/*.cpp)))
exercises := $(basename $(notdir $(wildcard lessons/exercises/[0-9][0-9]_*.hpp)))
notebooks := $(sort $(wildcard notebooks_export/[0-9][0-9]_*.ipynb))
# face.cpp is laid out by hand.
formatted := $(filter-out $(face),$(call under,tinygrad_cpp lessons tests notebooks_export,*.[ch]pp))

float := $(BUILD)/libtinygrad_cpp.a
double := $(BUILD)/libtinygrad_cpp_double.a
shared := $(float:.a=.so) $(double:.a=.so)
libraries := $(float) $(double) $(shared)
support_shared := $(BUILD)/liblesson_support.so
figures := notebooks_export/book/figures
figure_tables := $(patsubst %.cpp,$(BUILD)/%,$(wildcard $(figures)/*.table.cpp))
exporters := $(BUILD)/notebooks_export/export $(BUILD)/notebooks_export/run
notebook_objects := $(patsubst %.cpp,$(BUILD)/%.o,$(wildcard notebooks_export/*.cpp))
notebook_shared := $(filter-out $(exporters:=.o),$(notebook_objects))
slides := $(foreach lesson,$(lessons),$(BUILD)/slides/$(firstword $(subst _, ,$(lesson))).html)
notebook_stamps := $(foreach kind,.exported _exercises.exported,$(lessons:%=$(BUILD)/notebooks/%$(kind)))
lesson_programs := $(lessons:%=$(BUILD)/lessons/%)
programs_built := $(programs:%=$(BUILD)/lessons/programs/%)
test_programs := $(BUILD)/float/tests $(BUILD)/double/tests $(face:tests/%.cpp=$(BUILD)/%)
ranks := $(BUILD)/float/ranks
threads_tests := $(BUILD)/float/threads_tests
# For browsers: without the files of tests that start programs or threads, or read the project.
engine_tests := $(BUILD)/float/engine_tests
engine_tests_of := tests/wasm/program.cpp tests/support/decimal_test.cpp $(filter-out \
  $(patsubst %,tests/%_test.cpp,lessons house engine_files file parallel threads dist_ranks),$(tests))
fuzzers := $(fuzz_targets:%=$(BUILD)/fuzzers/%)
exercises_program := $(BUILD)/exercises/exercises

# Directories that do not exist do no harm, so every system can share one list.
EIGEN ?= /usr/include/eigen3 /usr/local/include/eigen3 /opt/homebrew/include/eigen3
homebrew := $(wildcard /opt/homebrew)
includes := -I. $(EIGEN:%=-isystem %) $(homebrew:%=-isystem %/include) $(CPPFLAGS)
library_paths := $(homebrew:%=-L%/lib) $(LDFLAGS)
warnings := -Wall -Wextra -Wpedantic $(if $(WERROR),-Werror)
# $(BUILD)/toolchain and toolchain.link hold the options that .ci/toolchain.sh found to work here.
compile := $(CXX) -std=c++20 $(OPT) $(warnings) @$(BUILD)/toolchain $(includes) $(CXXFLAGS)
link := $(CXX) $(OPT) $(library_paths)
engine_compile = $(compile) -Wshadow $(precision) $(special)
# At -Og doctest's macros compile in a third of the time, and what tests wait for is the library.
tests_compile = $(subst -O2,-O1,$(subst -O3,-Og,$(subst -O1,-O0,$(compile)))) -Wshadow $(precision)
# Asan's tests start the ordinary lessons.
ORDINARY ?= $(BUILD)
places = $(call quoted,-DTG_ROOT=R"($(CURDIR))") $(call quoted,-DTG_BUILD=R"($(abspath $(ORDINARY)))")
# Lessons spend their time in the library. -Og compiles a lesson in two thirds of the time of -O1.
lessons_compile = $(subst -O3,-Og,$(compile)) -Ilessons
# A lesson finds its own text from whichever directory it is run in.
lesson_compile = $(lessons_compile) $(call quoted,-fmacro-prefix-map=lessons/=$(CURDIR)/lessons/)
# An exercise computes little, and a learner waits for its compilation. A stub uses none of its parameters.
# A forgotten return would only show as a crash, and an element outside a vector perhaps not at all.
exercise_compile = $(CXX) -std=c++20 -O0 -DTG_REAL=double -D_GLIBCXX_ASSERTIONS \
  $(filter-out -Werror,$(warnings)) -Wno-unused-parameter -Wshadow -Wfloat-conversion -Werror=return-type \
  @$(BUILD)/toolchain $(includes) -Ilessons $(CXXFLAGS)
# Headers that many files include, compiled once: half the time of compiling the engine.
# GCC cannot compile Eigen behind them without optimising.
PRECOMPILED ?= $(if $(filter -O%,$(filter-out -O0,$(OPT))),yes)
foreign := $(if $(PRECOMPILED),$(BUILD)/foreign.hpp)
common := $(if $(PRECOMPILED),$(BUILD)/lessons/common.hpp)
exercise_common := $(BUILD)/exercises/common.hpp

# The deps goals of this very call come before anything that looks at the machine, with -j too.
first := $(filter deps deps-check deps-notebooks deps-book deps-bench deps-onnx,$(MAKECMDGOALS))

.PHONY: always help deps deps-check deps-notebooks deps-book deps-bench deps-onnx all lessons lesson \
  new-lesson programs program exercise watch hint progress solution reset handout new-exercise exercise-kit \
  grade check-exercises check-grade test run-tests check check-format check-safetensors check-torch \
  check-onnx check-dist check-package check-surroundings asan tsan run-tsan fuzz check-fuzz run-fuzz \
  notebooks jupyter check-notebooks wasm check-wasm lesson-programs book slides figure-tables check-course \
  check-book bench bench-peers bench-ranks bench-browser bench-gains limits format doctor flags install \
  install-built compile_commands.json clean

help:
	@echo 'Usage: make TARGET    (first time: make deps lessons)'
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { print "\n" substr($$0, 5) } \
	  /^[a-z].*:.*## / { printf "  %-22s %s\n", $$1, $$2 }' Makefile

##@ Learn
lessons: ## build every lesson, run each quickly, print a table of their claims; ARGS="--seed 100"
lessons: $(lesson_programs)
	@tests/lessons.sh $^ -- $(ARGS)

chosen := $(if $(N),$(filter $(N) $(N)_% 0$(N)_%,$(lessons)))
lesson: $(chosen:%=$(BUILD)/lessons/%) ## build and run one lesson: make lesson N=3 ARGS="--quick"
	@[ $(words $(chosen)) = 1 ] || \
	  { printf '%s\n' 'error: no lesson N=$(N). There are:' $(lessons:%='  %'); exit 1; } >&2
	$< --figures $(BUILD)/figures $(ARGS)

new-lesson: ## begin a lesson that runs: make new-lesson NAME=08_my_question
	@lessons/support/new_lesson.sh $(call quoted,$(NAME))

programs: $(programs_built) ## build the programs that do a lesson's work on data of your own
chosen_program := $(if $(NAME),$(filter $(NAME),$(programs)))
program: ## build and run one: make program NAME=transcribe ARGS="--help"
program: $(chosen_program:%=$(BUILD)/lessons/programs/%)
	@[ $(words $(chosen_program)) = 1 ] || \
	  { printf '%s\n' 'error: no program NAME=$(NAME). There are:' $(programs:%='  %'); exit 1; } >&2
	$< $(ARGS)

##@ Exercises
exercise: ## is it right yet? make exercise N=04; without N, here and below, the one you were at
watch: ## the same again whenever you save the file; keys lead on
hint: ## one hint more each time; LEVEL=1, 2 or 3 picks
progress: ## what is done, and what comes next
solution: ## a solution with comments, once yours is green; FORCE=1 before that
reset: ## begin again; what you wrote is kept under build/
handout: ## for teachers: a copy of the project without solutions: make handout DIR=path
new-exercise: ## for authors: begin an exercise that compiles: make new-exercise NAME=36_my_exercise
exercise watch hint progress solution reset handout new-exercise: | $(first)
	+@mkdir -p $(BUILD)/exercises; $$(command -v flock && echo -o $(BUILD)/exercises/lock) \
	  $(MAKE) -s $(exercises_program) && MAKE='$(MAKE)' $(exercises_program) $@

grade: ## for teachers: judge a class: make grade DIR=class REPORT=r.json N="3 9" POINTS="9=2"
check-exercises: ## test the exercises: stubs, solutions, right, wrong and forged answers
grade check-exercises: exercise-kit | $(first)
	@$(exercises_program) $(if $(filter grade,$@)$(DIR),grade,check)
check-grade: exercise-kit | $(first)
	@tests/exercises/class.sh

##@ Build and test
all: ## the libraries (static and shared, float and double), the lessons and the programs
all: $(libraries) $(support_shared) $(lesson_programs) $(programs_built)

test: ## build and run every test; ARGS="-tc=*name*" picks test cases
test: $(lesson_programs) $(programs_built) $(BUILD)/readme_example $(ranks)
test run-tests: $(test_programs)
	@tests/run_all.sh programs $(test_programs) -- $(ARGS)

checks := test lessons check-exercises check-grade check-notebooks check-wasm check-book check-course \
  check-format check-safetensors check-torch check-onnx check-dist check-package check-surroundings asan \
  tsan check-fuzz
check: | $(first) ## what CI runs: tests, lessons, exercises, notebooks, browsers, packages, asan, tsan, fuzz
	@WERROR=1 MAKE='$(MAKE)' tests/run_all.sh goals $(filter-out $(SKIP),$(checks))

check-safetensors: $(BUILD)/float/tests | $(first)
	@tests/peers/safetensors.sh $<

check-torch: $(BUILD)/exchange ## every layer's weights to PyTorch and back, compared by outputs
	@$(PYTHON) -c 'import torch' 2>/dev/null || \
	  { echo 'skipped: there is no PyTorch here (make deps-bench)'; exit; }; \
	$(PYTHON) -B tests/peers/check_torch.py $< $(BUILD)
check-onnx: $(BUILD)/exchange $(BUILD)/trained ## ONNX models, run by ONNX Runtime (make deps-onnx, 290 MB)
	@{ $(PYTHON) -c 'import onnx' && [ -d $(BUILD)/npm/node_modules/onnxruntime-node ]; } 2>/dev/null || \
	  { echo 'skipped: there is no python3-onnx or onnxruntime-node here (make deps-onnx)'; exit; }; \
	$(PYTHON) -B tests/peers/check_onnx.py $^ $(BUILD) $(abspath $(BUILD))/npm/node_modules

check-dist: ## trainings on ranks and hosts, killed, cut off, resumed; KILLS=100 ONLY=kills
check-dist: $(filter %/reconstruct %/transcribe,$(programs_built)) | $(first)
	@$(PYTHON) -B tests/dist/check.py

check-package: ## use it as a program of your own can: make flags, pkg-config, CMake
check-package: $(BUILD)/readme_example.cpp $(float) $(double) | $(first)
	@tests/package/check.sh $(VERSION)

# Builds once and runs again and again.
check-surroundings: ## tests in other locales, users, paths, ..; FULL=1: builds too
check-surroundings: $(test_programs) all $(BUILD)/readme_example exercise-kit | $(first)
	@tests/surroundings/check.sh

check-format: | $(first)
	@$(CLANG_FORMAT) --dry-run -Werror $(formatted)

# What asan and fuzz compile, once for both. clang++ is a second compiler too, and without precompiled headers
# it finds a file that forgets to include something.
sanitized = $(MAKE) BUILD=$(BUILD)/sanitized ORDINARY=$(BUILD) CXX=clang++ PRECOMPILED= OPT="-O1 -g1 \
  -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS"
no_sanitizer = tests/no_sanitizer.sh fuzzer,address,undefined clang++

# Leaves out a test of the lessons, which are built without sanitizers, and two slow tests that add no
# coverage.
asan: ## the tests again, looking for bad addresses, undefined behaviour and leaks
asan: $(lesson_programs) $(programs_built) $(BUILD)/readme_example $(double) $(ranks)
	+@export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1; \
	  $(no_sanitizer) || \
	  $(sanitized) ARGS='-tce="lessons: claims*,sums: a million*,random graphs: the same bits*" $(ARGS)' \
	  run-tests

# The tests of threads and what they need, no more: here everything takes ten times as long.
tsan: | $(first) ## the tests of threads again, looking for races, on 1, 2 and 4 threads
	@tests/no_sanitizer.sh thread '$(CXX)' || \
	  $(MAKE) BUILD=$(BUILD)/tsan OPT="-O1 -g1 -fsanitize=thread" run-tsan
run-tsan: $(threads_tests)
	@tests/run_all.sh threads $< -- $(ARGS)

fuzz: ## run whatever reads files on millions of broken ones; SECONDS=60 for each target, ONLY=wav picks
fuzz check-fuzz: | $(first)
	+@$(no_sanitizer) || $(sanitized) SECONDS=$(or $(SECONDS),$(if $(filter fuzz,$@),60,10)) run-fuzz
run-fuzz: $(if $(ONLY),$(filter $(ONLY:%=$(BUILD)/fuzzers/%),$(fuzzers)),$(fuzzers))
	@[ '$^' ] || { echo 'error: no target ONLY=$(ONLY). There are: $(fuzz_targets)'; exit 1; } >&2
	@tests/fuzz/run.sh $(SECONDS) $^

format: ## lay out all sources with clang-format
	@$(CLANG_FORMAT) -i $(formatted)

##@ Notebooks
notebooks: $(notebook_stamps) ## run every lesson and keep what it prints: notebooks_export/*.ipynb

jupyter: $(libraries) $(support_shared) ## open them in Jupyter; the kernel is xcpp20 of xeus-cpp
	@command -v jupyter >/dev/null || { echo 'error: there is no jupyter; xeus-cpp brings it, from' \
	  'conda-forge: mamba install xeus-cpp jupyterlab' >&2; exit 1; }
	cd notebooks_export && CPLUS_INCLUDE_PATH=..:../lessons \
	  LD_PRELOAD='$(addprefix $(if $(filter /%,$(BUILD)),,../),$(float:.a=.so) $(support_shared))' jupyter lab

check-notebooks: ## are they what the lessons say, valid, and do they run?
check-notebooks: $(exporters) $(float:.a=.so) $(support_shared) exercise-kit | $(first)
	@tests/notebooks/check.sh $(lessons)

# Emscripten is another compiler to make. It knows no -Og, which lessons would get for -O3. Its scripts find
# Debian's acorn by NODE_PATH.
emscripten = NODE_PATH=/usr/share/nodejs $(MAKE) BUILD=$(BUILD)/wasm CXX=em++ AR=emar \
  OPT="-O2 -fno-math-errno -fno-trapping-math"
no_emscripten = ! command -v em++ >/dev/null && echo 'skipped: there is no em++ here (make deps-book)'

wasm: | $(first) ## the lessons and transcribe as programs for browsers and node: build/wasm/lessons
	+@$(no_emscripten) || $(emscripten) lesson-programs
check-wasm: $(lesson_programs) ## the engine's tests under node; do lessons claim there what they claim here?
	+@$(no_emscripten) || { $(emscripten) lesson-programs $(BUILD)/wasm/float/engine_tests && \
	  tests/wasm/check.sh $(BUILD)/wasm/float/engine_tests $(lessons); }
# transcribe reads files of the reader's own in the page of lesson 06.
lesson-programs: $(lesson_programs) $(filter %/transcribe,$(programs_built))

book: $(BUILD)/book/index.html ## make the notebooks a site to read offline: build/book/index.html
	@echo 'wrote $<'
# Where there is an em++, lessons run in their pages: lesson03.js and its like, and a list of their knobs.
$(BUILD)/book/knobs.tsv: always | $(first)
	+@mkdir -p $(@D); if command -v em++ >/dev/null; then $(emscripten) lesson-programs >&2 && \
	  node notebooks_export/book/pack.mjs $(BUILD)/wasm $(@D); fi | .ci/if_changed.sh $@
$(BUILD)/book/index.html: $(BUILD)/book/knobs.tsv $(wildcard notebooks_export/book/* $(figures)/* \
  lessons/exercises/*.hpp lessons/exercises/hints/*.txt) $(notebooks) $(lessons:%=lessons/%.cpp) \
  CITATION.cff | $(first)
	@notebooks_export/book/make.sh $(@D) $(notebooks)

slides: $(slides) ## a lecture's slides of each lesson: build/slides/03.html, which also prints as PDF
	@echo 'wrote $(BUILD)/slides'

figure-tables: ## keep what the book's figures of lessons 3 and 5 show, measured again
figure-tables: $(figure_tables:=.js) | $(first)
	@cp $^ $(figures)

check-course: | $(first) ## the lecturer's pages: do the hours add up, does each slide fit the screen?
	@for tool in pandoc node $(CHROMIUM); do command -v $$tool >/dev/null || \
	  { echo "skipped: there is no $$tool here to test slides with (make deps-notebooks)"; exit 0; }; done; \
	$(MAKE) book slides && node tests/course/check.mjs $(CHROMIUM) $(BUILD) $(lessons)

# Leaves screenshots, to be looked at.
check-book: | $(first) ## open every page of the book in Chromium and Firefox, run the lessons there
	@for tool in pandoc node; do command -v $$tool >/dev/null || \
	  { echo "skipped: there is no $$tool here to test the book with (make deps-notebooks)"; exit 0; }; done; \
	$(MAKE) book $(lesson_programs) $(BUILD)/lessons/programs/transcribe $(figure_tables:=.js) && \
	  CHROMIUM='$(CHROMIUM)' node tests/book/browse.mjs $(BUILD) $(notebooks)

##@ Speed
bench: $(BUILD)/bench ## time the engine; ARGS="--benchmark_filter=matmul" picks
	$< $(ARGS)

bench-peers: ## the same beside PyTorch and ONNX Runtime: name, peer, ours, ratio; ARGS="5 matmul" for pairs, names
bench-peers: $(BUILD)/bench
	$(PYTHON) tests/peers/compare.py $< $(ARGS)

bench-ranks: $(BUILD)/ranks_speed ## 2 ranks with a thread each beside 1 and 2 threads; ARGS=5 for pairs
	$(PYTHON) tests/bench/compare_ranks.py $< $(ARGS)

bench-browser: | $(first) ## and as WebAssembly, beside native and TensorFlow.js; ARGS as above
	+@$(no_emscripten) || { [ ! -d $(BUILD)/npm/node_modules/@tensorflow/tfjs-backend-wasm ] && \
	  echo 'skipped: there is no TensorFlow.js here (make deps-bench)'; } || { \
	  $(MAKE) $(BUILD)/bench && $(portable) $(BUILD)/portable/bench && \
	  $(emscripten) benchmark= $(BUILD)/wasm/bench && $(PYTHON) -B tests/peers/compare_browser.py \
	  $(BUILD)/wasm/bench $(BUILD)/bench $(BUILD)/portable/bench $(BUILD)/npm $(ARGS); }

bench-gains: $(BUILD)/gains ## what each optimised part gains over its plain form
	$< $(ARGS)

benchmark := -lbenchmark -lpthread
$(BUILD)/bench $(BUILD)/gains $(BUILD)/by_hand: private also = $(benchmark)
$(BUILD)/bench $(BUILD)/gains $(BUILD)/by_hand $(BUILD)/ranks_speed: $(BUILD)/%: tests/bench/%.cpp $(float) \
  $(wildcard tests/bench/*.hpp) | $(first)
	$(quiet)$(compile) $(filter-out %.hpp,$^) -o $@ @$(BUILD)/toolchain.link $(also)

limits: ## the same arithmetic by hand beside it, the machine's peaks, and pictures of how costs grow
limits: $(BUILD)/bench $(BUILD)/by_hand $(BUILD)/growth | $(first)
	$(PYTHON) -B tests/bench/limits.py $(BUILD)/bench $(BUILD)/by_hand $(ARGS)
	$(BUILD)/growth draw --figures $(BUILD)/limits --peer "$(PYTHON) tests/peers/peer_pytorch.py"

##@ Use
# A space in the clone's path would end a word in the caller's shell. [[:space:]] does not, and stands for the
# space again if the path is a word of its own.
flags: ## what a program of your own needs: c++ main.cpp $(make -s flags); REAL=double for the double library
	@$(MAKE) -s $(flags_library) >&2
	@printf '%s ' $(foreach word,-std=c++20 $(filter-out -g%,$(OPT)) -I $(call unspaced,$(CURDIR)) \
	  $(if $(flags_double),-DTG_REAL=double) $(CPPFLAGS) $(call unspaced,$(abspath $(flags_library))) \
	  $(library_paths),$(call quoted,$(word)))
	@cat $(BUILD)/toolchain.link
unspaced = $(subst $() ,[[:space:]],$(1))
flags_double := $(filter double,$(REAL))
flags_library := $(if $(flags_double),$(double),$(float))

# What is installed may run on another machine: for any processor, unless NATIVE=1 or OPT says otherwise.
portable = $(MAKE) BUILD=$(BUILD)/portable OPT='$(filter-out -march=native,$(OPT))'
install: ## headers, libraries, programs, pkg-config and CMake files, under PREFIX=/usr/local
	@$(if $(NATIVE)$(filter-out file,$(origin OPT)),$(MAKE),$(portable)) install-built
install-built: $(libraries) $(programs_built)
	@DESTDIR=$(call quoted,$(DESTDIR)) PREFIX=$(call quoted,$(PREFIX)) \
	  .ci/install.sh $(VERSION) $(programs_built)

# What make would run, and the compilation of each stub, which make leaves to the judge.
compile_commands.json: $(BUILD)/toolchain ## build/compile_commands.json, where clangd looks for it
	@{ $(MAKE) -nB V=1 PRECOMPILED= $(all_objects); for name in $(exercises); do \
	  echo $(call quoted,$(exercise_compile)) -include $(exercise_common) \
	    "-DEXERCISE='\"lessons/exercises/$$name.hpp\"' -c tests/exercises/$${name}_test.cpp"; done; } | \
	  awk -f .ci/compile_commands.awk > $(BUILD)/$@ && echo 'wrote $(BUILD)/$@'

##@ Set up
deps: ## install what building, lessons and tests need
deps-check: | $(filter deps,$(first)) ## and what check and format need
deps-notebooks: | $(filter deps deps-check,$(first)) ## and what the notebooks and the book need
deps-book: | $(filter deps deps-check deps-notebooks,$(first)) ## and what lessons in browsers and their tests need
deps-bench: | $(filter-out deps-bench,$(first)) ## and what the comparison of speed needs
deps-onnx: | $(filter deps,$(first)) ## and what check-onnx and bench-peers need of ONNX; CI does not install it
deps deps-check deps-notebooks deps-book deps-bench deps-onnx:
	@.ci/deps.sh $@

doctor: ## versions of everything used, found or not; paste it into an issue
	@MAKE_VERSION=$(MAKE_VERSION) .ci/doctor.sh $(VERSION) $(includes) $(library_paths)

clean: ## remove build/
	rm -rf $(BUILD)

# The make that counts comes after these, and takes them as they are.
looked_at := $(if $(counting),,always)
# Objects are made again when a header they include, or the command that compiles them, changes. For em++ that
# is also what it is given by .ci, which it takes for headers of the system.
always:
from_ci = $(if $(filter em++,$(CXX)), $(sort $(shell find .ci/toolchain.sh .ci/emscripten -type f \
  -exec cksum {} +)))
$(BUILD)/command: private holds = $(compile) $(link)$(from_ci)
$(BUILD)/place: private holds = $(places)
$(BUILD)/command $(BUILD)/place: $(looked_at)
	@echo $(call quoted,$(holds)) | .ci/if_changed.sh $@
# Looks at the machine once, in a recipe, so that deps can come first. After a failure it is tried again.
$(BUILD)/toolchain: $(BUILD)/command .ci/toolchain.sh $(BUILD)/toolchain.mpi | $(first)
	@.ci/toolchain.sh $@ $(includes)
# Where MPI's header and library are, an option a line; empty without MPI. Looked for every time, as the next.
$(BUILD)/toolchain.mpi: $(looked_at) | $(first)
	@if [ '$(CXX)' != em++ ]; then mpicc -show 2>/dev/null | tr ' ' '\n' | grep '^-[ILl]'; fi | \
	  .ci/if_changed.sh $@
# The libraries that read sound and change its rate, without those that are missing. Looked for every time, so
# that what depends on them is made again once they are there.
$(BUILD)/toolchain.sound: $(looked_at) | $(first)
	@for name in sndfile samplerate; do \
	  if echo "#include <$$name.h>" | $(CXX) $(includes) -E -x c++ - >/dev/null 2>&1; then echo -l$$name; fi; \
	done | .ci/if_changed.sh $@

needs := $(BUILD)/command | $(BUILD)/toolchain
test_main := $(BUILD)/float/obj/tests/main.o
test_reporter := $(BUILD)/double/obj/tests/exercises/reporter.o
support_objects := $(support:%.cpp=$(BUILD)/%.o)
support_without_main := $(filter-out %/main.o,$(support_objects))
# A lesson waits only for the support that it needs: the first one is ready in half of the time.
support_needs := $(shell awk -f .ci/support_of.awk $(lessons:%=lessons/%.cpp) $(wildcard \
  lessons/programs/*.cpp lessons/support/*.hpp lessons/support/*/*.hpp) $(support))
support_of = $(patsubst $(1):%,$(BUILD)/lessons/%.o,$(filter $(1):%,$(support_needs)))
objects = $(patsubst %.cpp,$(BUILD)/$(1)/obj/%.o,$(2))
helper_objects := $(foreach real,float double,$(call objects,$(real),$(test_helper)))
exercises_object := $(BUILD)/lessons/exercises/exercises.o
# `compile 3 of 40: file`. A make that only lists what it would do tells how many, for goals whose recipes it
# does not run.
countable := $(and $(filter lesson lessons program programs all,$(MAKECMDGOALS)),$(if $(findstring \
  n,$(filter-out -%,$(firstword $(MAKEFLAGS)))),,yes))
to_compile = $(eval to_compile := $(shell MAKEFLAGS= $(MAKE) -n counting=1 $(-*-command-variables-*-) \
  $(filter-out deps%,$(MAKECMDGOALS)) 2>/dev/null | grep -c 'echo "compile'))$(to_compile)
counted = $(if $(countable),$(eval compiled += x)$(words $(compiled)) of $(to_compile): )
# What compilers say of two files at once is not mixed.
apart = $(if $(MAKE_TERMERR), -fdiagnostics-color) >$@.said 2>&1; failed=$$?; cat $@.said >&2; \
  rm -f $@.said; exit $$failed
define make_object
	@mkdir -p $(@D); echo "compile $(counted)$@"
	$(quiet)$(command) -MMD -MP -c $< -o $@$(if $(V),,$(apart))
endef
$(BUILD)/float/obj/%.o: %.cpp $(needs)
	$(make_object)
$(BUILD)/double/obj/%.o: %.cpp $(needs)
	$(make_object)
$(BUILD)/%.o: %.cpp $(needs)
	$(make_object)

command = $(engine_compile) $(foreign:%=-include %)
$(BUILD)/double/obj/%.o: private precision := -DTG_REAL=double
# The random stream gives the same numbers everywhere only if a * b + c is never contracted.
%/array/random.o %/nn/init.o: private special := -ffp-contract=off
%/dist/messages.o: private special = $$(sed -n 's/^-I/-isystem /p' $(BUILD)/toolchain.mpi)
# Nothing here is called in a loop, and the JSON library takes three times as long to optimise.
%/io/safetensors.o: private special := -O1
$(BUILD)/float/obj/tests/%.o $(BUILD)/double/obj/tests/%.o: private command = $(tests_compile)
$(helper_objects): private command = $(tests_compile) $(places)
$(foreach at,support fuzz,$(BUILD)/float/obj/tests/$(at)/%.o): private command = $(tests_compile) -Ilessons
$(BUILD)/lessons/%.o: private command = $(lessons_compile) $(common:%=-include %)
$(lessons:%=$(BUILD)/lessons/%.o): private command = $(lesson_compile) $(common:%=-include %)
# Sound is thousands of numbers a second: what computes it is optimised in full. That excludes the precompiled
# header, and would double the time of the other files there.
$(patsubst %,$(BUILD)/lessons/support/speech/%.o,features noticed resample varied voice wav wav_file): \
  private command = $(compile) -Ilessons
$(BUILD)/notebooks_export/%.o: private command = $(subst -O3,-O1,$(compile)) -Wshadow -Ilessons

$(BUILD)/foreign.hpp.gch: private included := $(patsubst %,'<%>',algorithm array cmath functional map memory \
  span string vector fmt/core.h)
$(BUILD)/foreign.hpp.gch: private command = $(compile) -Wshadow
$(BUILD)/lessons/common.hpp.gch: private included := '"support/lesson.hpp"' '"tinygrad_cpp/tinygrad.hpp"'
$(BUILD)/lessons/common.hpp.gch: private command = $(lessons_compile)
$(BUILD)/lessons/common.hpp.gch: $(headers) $(wildcard lessons/support/*.hpp)
$(exercise_common).gch: private included := '<algorithm>' '<cmath>' '<vector>' '"tinygrad_cpp/tinygrad.hpp"' \
  '"exercises/not_done_yet.hpp"' '"tests/exercises/check.hpp"'
$(exercise_common).gch: private command = $(exercise_compile)
$(exercise_common).gch: $(headers) lessons/exercises/not_done_yet.hpp $(wildcard tests/exercises/*.hpp) \
  $(BUILD)/exercises/commands
$(BUILD)/foreign.hpp.gch $(BUILD)/lessons/common.hpp.gch $(exercise_common).gch: $(needs)
	@mkdir -p $(@D); echo "compile $(counted)$@"; printf '#include %s\n' $(included) > $(basename $@)
	$(quiet)$(command) -x c++-header $(basename $@) -o $@
$(foreach real,float double,$(call objects,$(real),$(engine))): $(foreign:%=%.gch)
$(foreach real,float double,$(BUILD)/$(real)/obj/tinygrad_cpp/dist/messages.o): $(BUILD)/toolchain.mpi
$(exercises_object) $(support_objects) $(lessons:%=$(BUILD)/lessons/%.o) $(programs_built:=.o): \
  $(common:%=%.gch)
$(helper_objects) $(lessons:%=$(BUILD)/lessons/%.o): $(BUILD)/place
$(BUILD)/lessons/support/speech/wav.o $(BUILD)/lessons/support/speech/resample.o: $(BUILD)/toolchain.sound

$(float) $(float:.a=.so): $(call objects,float,$(engine))
$(double) $(double:.a=.so): $(call objects,double,$(engine))
%.a:
	@mkdir -p $(@D); rm -f $@; echo "archive $@"
	$(quiet)$(AR) rcs $@ $^
# A linker looks for lib.so, a program for lib.so.0.2, and both are links to lib.so.0.2.0. Before 1.0 every
# minor version may change the ABI.
programs_see := $(basename $(VERSION))
$(shared): tinygrad_cpp/CMakeLists.txt
	@echo "link $@"
	$(quiet)$(link) -shared $$(cat $(BUILD)/toolchain.soname)$(@F).$(programs_see) $(filter %.o,$^) \
	  -o $@.$(VERSION) @$(BUILD)/toolchain.link
	@ln -sf $(@F).$(VERSION) $@.$(programs_see) && ln -sf $(@F).$(programs_see) $@
# For notebooks, which have no main and judge no exercise: it finds the engine's library beside itself.
$(support_shared): $(filter-out $(BUILD)/lessons/support/exercises/%,$(support_without_main)) | \
  $(float:.a=.so) $(BUILD)/toolchain.sound
	@echo "link $@"
	$(quiet)$(link) -shared $^ -o $@ -L$(BUILD) -ltinygrad_cpp -Wl,-rpath,'$$ORIGIN' @$(BUILD)/toolchain.sound \
	  @$(BUILD)/toolchain.link

$(BUILD)/float/tests: $(test_main) $(call objects,float,$(test_helper) $(tests) $(support_tests)) \
  $(support_without_main) $(notebook_shared) $(float)
$(BUILD)/double/tests: $(test_main) $(call objects,double,$(test_helper) $(tests)) $(double)
$(BUILD)/face: $(call objects,float,$(face)) $(float)
$(ranks): $(call objects,float,tests/dist/ranks.cpp) $(float)
$(foreach at,$(lessons) $(programs:%=programs/%),$(eval $(BUILD)/lessons/$(at): $(BUILD)/lessons/$(at).o \
  $(call support_of,$(at)) $(float)))
$(figure_tables): %: %.o $(support_without_main) $(float)
$(threads_tests): $(test_main) $(call objects,float,$(test_helper) tests/parallel_test.cpp \
  tests/threads_test.cpp) $(float)
$(engine_tests): $(test_main) $(call objects,float,$(engine_tests_of)) $(BUILD)/lessons/support/decimal.o \
  $(float)
$(fuzzers): $(BUILD)/float/obj/tests/fuzz/fuzz.o
$(filter %_double,$(fuzzers)): $(BUILD)/fuzzers/%_double: $(BUILD)/double/obj/tests/fuzz/%_fuzz.o $(double)
$(filter-out %_double,$(fuzzers)): $(BUILD)/fuzzers/%: $(BUILD)/float/obj/tests/fuzz/%_fuzz.o \
  $(support_without_main) $(notebook_shared) $(float)
# Without the libraries, so that a learner's first command does not wait for them.
$(exercises_program): $(exercises_object) $(filter $(BUILD)/lessons/support/exercises/%,$(support_objects)) \
  $(patsubst %,$(BUILD)/lessons/support/%.o,fingerprint nearest reader terminal text) \
  $(call objects,float,$(patsubst %,tinygrad_cpp/%.cpp,error utf8 decode/edit_distance io/file))
$(exporters): %: %.o $(notebook_shared) $(support_without_main) $(float)
read_sound := $(BUILD)/float/tests $(lesson_programs) $(programs_built) $(exporters) $(figure_tables)
$(read_sound): private also := @$(BUILD)/toolchain.sound
$(read_sound) $(fuzzers): | $(BUILD)/toolchain.sound
$(fuzzers): private also = -fsanitize=fuzzer $(if $(filter %_double,$@),,@$(BUILD)/toolchain.sound)
$(test_programs) $(lesson_programs) $(programs_built) $(threads_tests) $(engine_tests) $(fuzzers) \
  $(exercises_program) $(exporters) $(figure_tables) $(ranks):
	@mkdir -p $(@D); echo "link $@"
	$(quiet)$(link) $^ -o $@ $(also) @$(BUILD)/toolchain.link

$(BUILD)/exchange: tests/peers/exchange.cpp $(float) | $(first)
	$(quiet)$(compile) $^ -o $@ @$(BUILD)/toolchain.link
$(BUILD)/trained: tests/peers/trained.cpp
$(BUILD)/growth: tests/bench/growth.cpp tests/bench/workloads.hpp
$(BUILD)/trained $(BUILD)/growth: $(support_without_main) $(float) | $(BUILD)/toolchain.sound
	$(quiet)$(compile) -Ilessons $(filter-out %.hpp,$^) -o $@ @$(BUILD)/toolchain.sound @$(BUILD)/toolchain.link

# For judging an answer: the program, precompiled headers, two commands, the tests' main, the library in
# double.
exercise_kit := $(exercises_program) $(exercise_common).gch $(BUILD)/exercises/commands $(test_reporter) \
  $(double) tests/exercises/counts.txt
exercise-kit: $(exercise_kit)
$(BUILD)/exercises/commands: always
	@{ printf 'compile\t%s\n' $(exercise_compile) -include $(exercise_common); \
	  printf 'link\t%s\n' $(link) $(test_reporter); \
	  printf 'libraries\t%s\n' $(double) @$(BUILD)/toolchain.link; } | .ci/if_changed.sh $@

.SECONDEXPANSION:

$(slides): $(BUILD)/slides/%.html: $$(filter-out %_exercises.ipynb,$$(wildcard notebooks_export/$$*_*.ipynb)) \
  $(wildcard notebooks_export/slides/*) | $(first)
	@mkdir -p $(@D); echo "slides $@"; command -v pandoc >/dev/null || \
	  { echo 'error: there is no pandoc here to make slides; fix: make deps-notebooks' >&2; exit 1; }; \
	pandoc $< -f ipynb+markdown_in_html_blocks --ipynb-output=all -L notebooks_export/slides/slides.lua \
	  --template notebooks_export/slides/slides.html --mathml -o $@

$(figure_tables:=.js): %.js: %
	@echo "measure $@"; $< > $@.new && mv $@.new $@

# Again where a notebook is missing.
if_missing = $(if $(wildcard notebooks_export/$(1).ipynb),,always)
$(lessons:%=$(BUILD)/notebooks/%.exported): $(BUILD)/notebooks/%.exported: $(BUILD)/notebooks_export/export \
  $(BUILD)/lessons/% $$(call if_missing,$$*)
	@mkdir -p $(@D); $< lesson $* && touch $@
$(lessons:%=$(BUILD)/notebooks/%_exercises.exported): $(BUILD)/notebooks/%_exercises.exported: \
  $(BUILD)/notebooks_export/export lessons/%.cpp $(exercise_kit) $$(call if_missing,$$*_exercises) \
  $(wildcard lessons/exercises/*.hpp lessons/exercises/hints/*.txt)
	@mkdir -p $(@D); $< exercises $* && touch $@

# The first C++ program of the README, built just as the README tells its reader to.
$(BUILD)/readme_example.cpp: README.md
	@mkdir -p $(@D); awk '/^```/ { if (inside) exit; inside = $$0 == "```cpp"; next } inside' $< > $@
$(BUILD)/readme_example: $(BUILD)/readme_example.cpp $(float)
	@echo "link $@"
	$(if $(dry),,+)$(quiet)$(CXX) $< $$($(say_flags)) -o $@
# make -n would run a line with $(MAKE) or + in it, and there is nothing to link yet.
dry = $(findstring n,$(firstword -$(MAKEFLAGS)))
say_flags = $(MAKE) -s flags

%.cpp %.hpp: ; # a file that old dependencies name and that is gone is no error
all_objects := $(foreach real,float double,$(call objects,$(real),$(engine) tests/main.cpp $(test_helper) \
  $(tests) $(face) tests/exercises/reporter.cpp $(fuzz_sources))) $(call objects,float,$(support_tests) \
  tests/wasm/program.cpp) \
  $(support_objects) $(exercises_object) $(lesson_programs:=.o) $(programs_built:=.o) $(notebook_objects) \
  $(figure_tables:=.o)
-include $(all_objects:.o=.d)
