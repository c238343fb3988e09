// Settings that check_op changes temporarily.
#pragma once

#include <weft/tensor/runtime/isa.h>
#include <weft/tensor/runtime/parallel.h>

namespace weft::detail {

class UseIsa {
 public:
  explicit UseIsa(Isa set) : before_(isa()), used_(set_isa(set) == set) {}
  ~UseIsa() { set_isa(before_); }
  UseIsa(const UseIsa&) = delete;
  UseIsa& operator=(const UseIsa&) = delete;
  bool used() const { return used_; }

 private:
  Isa before_;
  bool used_;
};

class UseThreads {
 public:
  explicit UseThreads(int count) : before_(threads()) { set_threads(count); }
  ~UseThreads() { set_threads(before_); }
  UseThreads(const UseThreads&) = delete;
  UseThreads& operator=(const UseThreads&) = delete;

 private:
  int before_;
};

}  // namespace weft::detail
