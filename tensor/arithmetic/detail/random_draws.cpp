#include <weft/tensor/arithmetic/detail/random_draws.h>

namespace weft {

namespace {
thread_local DrawScope* innermost = nullptr;
}

DrawScope::DrawScope() : outer_(std::exchange(innermost, this)) {}
DrawScope::~DrawScope() { innermost = outer_; }

Generator DrawScope::draw(Generator& generator, std::uint64_t count) { return draw(innermost, generator, count); }

Generator DrawScope::draw(DrawScope* scope, Generator& generator, std::uint64_t count) {
  if (scope) return scope->answer(generator, count);
  const Generator from = generator;
  generator.counter += count;
  return from;
}

Generator RecordDraws::answer(Generator& generator, std::uint64_t count) {
  const Generator from = draw(outer(), generator, count);
  if (count == 0) return from;
  if (!draws_.runs.empty()) {
    RandomDraws::Run& last = draws_.runs.back();
    if (from == Generator{last.from.seed, last.from.stream, last.from.counter + last.count}) {
      last.count += count;
      return from;
    }
  }
  draws_.runs.push_back({from, count});
  return from;
}

Generator ReplayDraws::answer(Generator& generator, std::uint64_t count) {
  if (count == 0) return generator;
  check_same(run_ < draws_.runs.size() && used_ + count <= draws_.runs[run_].count);
  const RandomDraws::Run& run = draws_.runs[run_];
  const Generator from{run.from.seed, run.from.stream, run.from.counter + used_};
  used_ += count;
  if (used_ == run.count) ++run_, used_ = 0;
  return from;
}

void ReplayDraws::finish() const { check_same(run_ == draws_.runs.size()); }

void ReplayDraws::check_same(bool same) const {
  check<GradError>(same, caller_, op_, ": its function drew other random numbers when it was computed again");
}

}  // namespace weft
