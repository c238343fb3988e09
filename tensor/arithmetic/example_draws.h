// Random numbers that belong to the examples of an update, however the update is cut into batches.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <cstdint>
#include <memory>

namespace weft {

class ExampleScope;

// While it exists, the calling thread draws the random numbers of some examples of an update of the weights. No generator moves
// on; instead, numbers are a function of the generator's state (of default_generator() the seed and the stream alone), the update
// and the following:
// - A tensor whose first axis has `examples` entries is drawn by example: entry i has the numbers of example first_example + i.
//   In an entry they are counted by index, so that more positions in the last two axes, such as padding, change no number of
//   those before. [examples, 1, n] has the numbers of [examples, n].
// - A single number, such as a coin for a whole batch, is the same for all examples of the update. So is everything that is drawn
//   while an UpdateDraws exists.
// - Anything else is drawn for the batch, as a function of first_example, so that it depends on how the update was cut: other
//   tensors, permutations, and single numbers from default_generator().
// Calls are counted, for each state of a generator, from 0 in each scope: the second draw of a layer has numbers of its own. A
// thread's innermost scope applies. fit() opens one for each batch, and moves the generators of layers on by one element in each
// update.
class ExampleDraws {
 public:
  // Throws ValueError if first_example or examples is negative, or their sum above 2^32.
  ExampleDraws(std::uint64_t update, std::int64_t first_example, std::int64_t examples, Where caller = Where::here());
  ~ExampleDraws();
  ExampleDraws(const ExampleDraws&) = delete;
  ExampleDraws& operator=(const ExampleDraws&) = delete;

  // Returns whether any numbers so far depend on how the update was cut, or may: a tensor that is drawn from default_generator()
  // may have `examples` entries by chance.
  bool depend_on_cut() const;

 private:
  std::unique_ptr<ExampleScope> scope_;
};

// While it exists inside ExampleDraws, all numbers are drawn for the whole update, whatever the shape: for instance a mask of
// weights.
class UpdateDraws {
 public:
  UpdateDraws();
  ~UpdateDraws();
  UpdateDraws(const UpdateDraws&) = delete;
  UpdateDraws& operator=(const UpdateDraws&) = delete;

 private:
  class Scope;
  std::unique_ptr<Scope> scope_;
};

}  // namespace weft
