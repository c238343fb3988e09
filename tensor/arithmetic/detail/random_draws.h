// Scopes that decide which random numbers are drawn. The ones here record those that a computation drew, so that it can be
// repeated with the same ones; ExampleDraws draws by example.
#pragma once

#include <weft/tensor/arithmetic/random.h>

#include <vector>

namespace weft {

// What is to be drawn.
struct DrawRequest {
  std::uint64_t count;        // elements
  std::int64_t rows = -1;     // the size of the first axis; -1: there is none
  bool whole_update = false;  // see UpdateDraws
};

// Where the numbers of a draw stand: from a position of a stream onwards; or by example, see random_words.h.
struct Draw {
  Generator from;
  std::int64_t first_example = -1;  // that of the first row; -1: not drawn by example
};

// Draws in their order. Each is stored as a seed, stream and position instead of the generator's address, because the generator
// may have advanced, been copied or been destroyed by the time of the replay.
struct RandomDraws {
  struct Run {
    Draw draw;
    std::uint64_t count = 0;
  };
  std::vector<Run> runs;  // consecutive draws from one sequence form one run, but not those by example
};

// A scope that intercepts every draw from a generator in the calling thread. Scopes nest.
class DrawScope {
 public:
  DrawScope(const DrawScope&) = delete;
  DrawScope& operator=(const DrawScope&) = delete;

  // Draws a single number, many without a shape, or a tensor's.
  static Draw draw(Generator& generator, const DrawRequest& request);
  static Draw draw(Generator& generator, const Shape& shape);

 protected:
  DrawScope();
  virtual ~DrawScope();
  // Asks the scope around this one; if there is none, the generator itself advances.
  Draw draw_outside(Generator& generator, const DrawRequest& request) const { return draw(outer_, generator, request); }

 private:
  static Draw draw(DrawScope* scope, Generator& generator, const DrawRequest& request);
  virtual Draw answer(Generator& generator, const DrawRequest& request) = 0;

  DrawScope* outer_;
};

// Records all draws during its lifetime.
class RecordDraws final : public DrawScope {
 public:
  explicit RecordDraws(RandomDraws& draws) : draws_(draws) {}

 private:
  Draw answer(Generator& generator, const DrawRequest& request) override;
  RandomDraws& draws_;
};

// During its lifetime all draws return the recorded numbers. No generator advances, and enclosing scopes see no draw. A draw that
// was not recorded throws GradError with `op` and `caller`; finish() throws it if recorded draws are left.
class ReplayDraws final : public DrawScope {
 public:
  ReplayDraws(const RandomDraws& draws, const char* op, Where caller) : draws_(draws), op_(op), caller_(caller) {}
  ~ReplayDraws() override { default_generator() = kept_; }

  void finish() const;

 private:
  Draw answer(Generator& generator, const DrawRequest& request) override;
  void check_same(bool same) const;

  const RandomDraws& draws_;
  const char* op_;
  Where caller_;
  Generator kept_ = default_generator();  // restored at the end, because the function may seed it
  std::size_t run_ = 0;
  std::uint64_t used_ = 0;  // draws of the current run that were replayed
};

}  // namespace weft
