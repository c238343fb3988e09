#include <weft/tensor/arithmetic/detail/random_draws.h>
#include <weft/tensor/arithmetic/example_draws.h>

#include <array>
#include <vector>

namespace weft {

namespace {

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

using Words = std::array<std::uint32_t, 4>;

constexpr std::uint32_t kPlane = 2U << 30;  // draws use the planes 0 and 1, copies of layers 3

// Returns four words that identify the generator's state.
Words identity(const Generator& at) {
  return philox({low(at.counter), high(at.counter) | kPlane, low(at.stream), high(at.stream)}, {low(at.seed), high(at.seed)});
}

}  // namespace

class ExampleScope final : public DrawScope {
 public:
  ExampleScope(std::uint64_t update, std::int64_t first_example, std::int64_t examples)
      : update_(update), first_(first_example), examples_(examples) {}

  bool depend_on_cut() const { return depend_on_cut_; }

 private:
  Draw answer(Generator& generator, const DrawRequest& request) override;

  struct Calls {
    Generator generator;
    Words identity;
    std::uint32_t count = 0;
  };
  Calls& calls_of(const Generator& generator);

  std::uint64_t update_;
  std::int64_t first_, examples_;
  std::vector<Calls> calls_;
  std::size_t last_ = 0;  // the generator of the last draw
  bool depend_on_cut_ = false;
};

// Layers draw in the same order again and again, so the search begins after the one that drew last.
ExampleScope::Calls& ExampleScope::calls_of(const Generator& generator) {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    last_ = last_ + 1 < calls_.size() ? last_ + 1 : 0;
    if (calls_[last_].generator == generator) return calls_[last_];
  }
  last_ = calls_.size();
  return calls_.emplace_back(Calls{generator, identity(generator)});
}

Draw ExampleScope::answer(Generator& generator, const DrawRequest& request) {
  if (request.count == 0) return {generator};
  const bool of_thread = &generator == &default_generator();
  // Between updates, ranks may draw from it for themselves.
  Calls& calls = calls_of(of_thread ? Generator{generator.seed, generator.stream, 0} : generator);
  const Words& id = calls.identity;
  Words key = philox({low(update_), high(update_), calls.count++, id[2]}, {id[0], id[1]});
  const bool by_example = !request.whole_update && request.rows == examples_;
  const bool of_update = request.whole_update || (request.count == 1 && !of_thread);
  // A mask of weights, say, has as many entries as there are examples by chance in some batches; layers say UpdateDraws for it.
  if (by_example && of_thread) depend_on_cut_ = true;
  if (!by_example && !of_update) {
    depend_on_cut_ = true;
    const auto first = static_cast<std::uint64_t>(first_);
    key = philox({low(first), high(first) | kPlane, key[2], key[3]}, {key[0], key[1]});
  }
  // The position stays that of the generator, because layers may count with it.
  const Generator from{(std::uint64_t{key[1]} << 32) | key[0], (std::uint64_t{key[3]} << 32) | key[2], generator.counter};
  return {from, by_example ? first_ : -1};
}

ExampleDraws::ExampleDraws(std::uint64_t update, std::int64_t first_example, std::int64_t examples, Where caller) {
  check<ValueError>(first_example >= 0 && examples >= 0 && first_example <= (std::int64_t{1} << 32) - examples, caller,
                    "draws by example: ", examples, " examples from number ", first_example, " on are not in 0 .. 2^32");
  scope_ = std::make_unique<ExampleScope>(update, first_example, examples);
}
ExampleDraws::~ExampleDraws() = default;

bool ExampleDraws::depend_on_cut() const { return scope_->depend_on_cut(); }

class UpdateDraws::Scope final : public DrawScope {
  Draw answer(Generator& generator, const DrawRequest& request) override {
    return draw_outside(generator, {request.count, request.rows, true});
  }
};

UpdateDraws::UpdateDraws() : scope_(std::make_unique<Scope>()) {}
UpdateDraws::~UpdateDraws() = default;

}  // namespace weft
