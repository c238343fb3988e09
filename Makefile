# Shortcuts for CMake. `make demo` and `make test` need no other set-up.
#   make build CMAKE_FLAGS=-DWEFT_WERROR=ON     CXX=clang++ make test BUILD=build-clang     make install PREFIX=$HOME/.local
#   make test TESTS='tensor models_text'        builds what these two need and runs them
MAKEFLAGS += --no-print-directory
BUILD ?= build
PREFIX ?= /usr/local
CMAKE_FLAGS ?=
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)

# A new build folder uses Ninja if it is installed; an existing one keeps its generator.
GENERATOR = [ -e "$(BUILD)/CMakeCache.txt" ] || ! command -v ninja >/dev/null || export CMAKE_GENERATOR=Ninja
SOURCES = find tensor autograd nn optim models tests bench -name '*.h' -o -name '*.cpp'
empty :=
space := $(empty) $(empty)
CLANG_FORMAT = $$(command -v clang-format-14 || echo clang-format)

.PHONY: build configure demo test bench format lint install clean
build: configure
	@cmake --build "$(BUILD)" --parallel $(JOBS)

configure:
	@.cmake/setup
	@$(GENERATOR); cmake -S . -B "$(BUILD)" $(CMAKE_FLAGS) >/dev/null

demo: configure
	@cmake --build "$(BUILD)" --parallel $(JOBS) --target demo
	@"$(BUILD)/bin/demo" --threads "$$(nproc)"

test: configure
	@cmake --build "$(BUILD)" --parallel $(JOBS) --target $(if $(TESTS),$(addprefix test_,$(TESTS)),tests)
	@ctest --test-dir "$(BUILD)" --no-tests=error --output-on-failure --parallel $(JOBS) $(if $(TESTS),-R "^($(subst $(space),|,$(strip $(TESTS))))$$")

bench: configure
	@cmake --build "$(BUILD)" --parallel $(JOBS) --target bench
	@"$(BUILD)/bin/bench"

ifneq ($(wildcard bench/peers/run),)
.PHONY: bench-peers
bench-peers: build
	@bench/peers/run "$(BUILD)"
endif

format:
	@.cmake/setup lint
	@$(SOURCES) | xargs $(CLANG_FORMAT) -i

lint: configure
	@.cmake/setup lint
	@cmake --build "$(BUILD)" --target kernels --parallel $(JOBS)
	@.cmake/lint --self-test
	@.cmake/lint "$(BUILD)"

install: build
	@cmake --install "$(BUILD)" --prefix "$(PREFIX)"

clean:
	@rm -rf "$(BUILD)"
