#include <weft/tensor/arithmetic/detail/random_draws.h>

namespace weft {

namespace {
thread_local DrawScope* innermost = nullptr;
}

DrawScope::DrawScope() : outer_(std::exchange(innermost, this)) {}
DrawScope::~DrawScope() { innermost = outer_; }

Draw DrawScope::draw(Generator& generator, const DrawRequest& request) { return draw(innermost, generator, request); }

Draw DrawScope::draw(Generator& generator, const Shape& shape) {
  return draw(generator, DrawRequest{static_cast<std::uint64_t>(shape.numel()), shape.dims() == 0 ? -1 : shape[0]});
}

Draw DrawScope::draw(DrawScope* scope, Generator& generator, const DrawRequest& request) {
  if (scope) return scope->answer(generator, request);
  const Generator from = generator;
  generator.counter += request.count;
  return {from};
}

Draw RecordDraws::answer(Generator& generator, const DrawRequest& request) {
  const Draw draw = draw_outside(generator, request);
  if (request.count == 0) return draw;
  if (!draws_.runs.empty() && draw.first_example < 0) {
    RandomDraws::Run& last = draws_.runs.back();
    const Generator& from = last.draw.from;
    if (last.draw.first_example < 0 && draw.from == Generator{from.seed, from.stream, from.counter + last.count}) {
      last.count += request.count;
      return draw;
    }
  }
  draws_.runs.push_back({draw, request.count});
  return draw;
}

Draw ReplayDraws::answer(Generator& generator, const DrawRequest& request) {
  const std::uint64_t count = request.count;
  if (count == 0) return {generator};
  check_same(run_ < draws_.runs.size() && used_ + count <= draws_.runs[run_].count);
  const RandomDraws::Run& run = draws_.runs[run_];
  Draw draw = run.draw;
  check_same(draw.first_example < 0 || count == run.count);
  draw.from.counter += used_;
  used_ += count;
  if (used_ == run.count) ++run_, used_ = 0;
  return draw;
}

void ReplayDraws::finish() const { check_same(run_ == draws_.runs.size()); }

void ReplayDraws::check_same(bool same) const {
  check<GradError>(same, caller_, op_, ": its function drew other random numbers when it was computed again");
}

}  // namespace weft
