// Records the random numbers that a computation drew, so that it can be repeated with the same ones.
#pragma once

#include <weft/tensor/arithmetic/random.h>

#include <vector>

namespace weft {

// Draws in their order. Each is stored as a seed, stream and position instead of the generator's address, because the generator
// may have advanced, been copied or been destroyed by the time of the replay.
struct RandomDraws {
  struct Run {
    Generator from;  // where the generator stood
    std::uint64_t count = 0;
  };
  std::vector<Run> runs;  // consecutive draws from one sequence form one run
};

// A scope that intercepts every draw from a generator in the calling thread. Scopes nest.
class DrawScope {
 public:
  DrawScope(const DrawScope&) = delete;
  DrawScope& operator=(const DrawScope&) = delete;

  // Implements Generator::advance.
  static Generator draw(Generator& generator, std::uint64_t count);

 protected:
  DrawScope();
  ~DrawScope();
  DrawScope* outer() const { return outer_; }

 private:
  // `scope` is the innermost scope to ask; if it is null, the generator itself advances.
  static Generator draw(DrawScope* scope, Generator& generator, std::uint64_t count);
  virtual Generator answer(Generator& generator, std::uint64_t count) = 0;
  friend class RecordDraws;

  DrawScope* outer_;
};

// Records all draws during its lifetime.
class RecordDraws final : public DrawScope {
 public:
  explicit RecordDraws(RandomDraws& draws) : draws_(draws) {}

 private:
  Generator answer(Generator& generator, std::uint64_t count) override;
  RandomDraws& draws_;
};

// During its lifetime all draws return the recorded numbers. No generator advances, and enclosing scopes see no draw. A draw that
// was not recorded throws GradError with `op` and `caller`; finish() throws it if recorded draws are left.
class ReplayDraws final : public DrawScope {
 public:
  ReplayDraws(const RandomDraws& draws, const char* op, Where caller) : draws_(draws), op_(op), caller_(caller) {}
  ~ReplayDraws() { default_generator() = kept_; }

  void finish() const;

 private:
  Generator answer(Generator& generator, std::uint64_t count) override;
  void check_same(bool same) const;

  const RandomDraws& draws_;
  const char* op_;
  Where caller_;
  Generator kept_ = default_generator();  // restored at the end, because the function may seed it
  std::size_t run_ = 0;
  std::uint64_t used_ = 0;  // draws of the current run that were replayed
};

}  // namespace weft
