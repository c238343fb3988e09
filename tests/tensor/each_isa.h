// Runs a test on every instruction set that the processor has, and with one and two threads.
#pragma once

#include <doctest/doctest.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/tensor.h>
#include <weft/tensor/runtime/isa.h>
#include <weft/tensor/runtime/parallel.h>

namespace weft {

template <class Test>
void on_each_isa(Test test) {
  const Isa best_isa = isa();
  for (Isa wanted : {Isa::baseline, Isa::avx2, Isa::avx512})
    if (set_isa(wanted) == wanted) {
      const std::string set = isa_name(wanted);
      CAPTURE(set);
      test();
    }
  set_isa(best_isa);
}

// Checks that make() gives the same bits with one thread and with two.
template <class Make>
void same_bits_on_threads(Make make) {
  set_threads(1);
  const Tensor one = make();
  set_threads(2);
  CHECK(equal_bits(make(), one));
  set_threads(1);
}

}  // namespace weft
