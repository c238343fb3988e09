// The random numbers that a computation drew, to compute it again with the same ones.
#pragma once

#include <weft/tensor/arithmetic/random.h>

#include <vector>

namespace weft {

// Draws in their order. Each names its sequence and position and not the generator's address: that may have moved on, been copied
// or be gone by then.
struct RandomDraws {
  struct Run {
    Generator from;  // where the generator stood
    std::uint64_t count = 0;
  };
  std::vector<Run> runs;  // draws that follow each other in one sequence are one run
};

// A scope that sees every draw of the calling thread's generators. Scopes nest.
class DrawScope {
 public:
  DrawScope(const DrawScope&) = delete;
  DrawScope& operator=(const DrawScope&) = delete;

  // Generator::advance.
  static Generator draw(Generator& generator, std::uint64_t count);

 protected:
  DrawScope();
  ~DrawScope();
  DrawScope* outer() const { return outer_; }

 private:
  // `scope`: the innermost one from here; null: the generator itself answers.
  static Generator draw(DrawScope* scope, Generator& generator, std::uint64_t count);
  virtual Generator answer(Generator& generator, std::uint64_t count) = 0;
  friend class RecordDraws;

  DrawScope* outer_;
};

// Writes down what is drawn until its end.
class RecordDraws final : public DrawScope {
 public:
  explicit RecordDraws(RandomDraws& draws) : draws_(draws) {}

 private:
  Generator answer(Generator& generator, std::uint64_t count) override;
  RandomDraws& draws_;
};

// Until its end all draws give what they gave when they were written down. No generator moves, and the scopes around this one see
// no draw. One that was not written down throws GradError with `op` and `where`; the same holds for finish() when some are left.
class ReplayDraws final : public DrawScope {
 public:
  ReplayDraws(const RandomDraws& draws, const char* op, Where where) : draws_(draws), op_(op), where_(where) {}
  ~ReplayDraws() { default_generator() = kept_; }

  void finish() const;

 private:
  Generator answer(Generator& generator, std::uint64_t count) override;
  void check_same(bool same) const;

  const RandomDraws& draws_;
  const char* op_;
  Where where_;
  Generator kept_ = default_generator();  // the function may seed it
  std::size_t run_ = 0;
  std::uint64_t used_ = 0;  // of this run
};

}  // namespace weft
