#include <weft/autograd/grad_mode.h>
#include <weft/models/decoding/beam.h>
#include <weft/models/decoding/beam_search.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>

#include <algorithm>

namespace weft {

namespace {

// The state's rows: `width` for each beam that is still at work. A beam with fewer live hypotheses repeats its first one.
struct Rows {
  std::vector<std::int64_t> ids, parents;

  Rows(const std::vector<Beam*>& beams, std::int64_t width, std::int64_t old_width) {
    for (std::size_t i = 0; i < beams.size(); ++i) {
      const auto& live = beams[i]->live();
      for (std::int64_t j = 0; j < width; ++j) {
        const Beam::Live& row = live[j < std::ssize(live) ? static_cast<std::size_t>(j) : 0];
        ids.push_back(row.id);
        parents.push_back(static_cast<std::int64_t>(i) * old_width + row.parent);
      }
    }
  }
};

std::int64_t widest(const std::vector<Beam*>& beams) {
  std::int64_t width = 1;
  for (const Beam* beam : beams) width = std::max<std::int64_t>(width, std::ssize(beam->live()));
  return width;
}

// Drops beams that are done, from the list and from the state.
void drop_done(std::vector<Beam*>& beams, DecoderState& state) {
  std::vector<std::int64_t> working;
  for (std::size_t i = 0; i < beams.size(); ++i)
    if (!beams[i]->done()) working.push_back(static_cast<std::int64_t>(i));
  if (working.size() == beams.size()) return;
  if (!working.empty()) state = state.select_sentences(tensor(working));
  std::erase_if(beams, [](const Beam* beam) { return beam->done(); });
}

}  // namespace

std::vector<Hypothesis> beam_search(const Seq2Seq& model, const Batch& source, std::int64_t width, const SearchOptions& options,
                                    Where where) {
  check<ValueError>(width >= 1, where, "beam_search: a width of ", width, " is below 1");
  check<ValueError>(options.length_penalty >= 0, where, "beam_search: length_penalty ", options.length_penalty, " is negative");
  NoGrad no_grad;
  DecoderState state = model.start(source, where);
  std::vector<Beam> beams;
  for (std::int64_t tokens : source.lengths.span<std::int64_t>()) beams.emplace_back(width, tokens, options);
  std::vector<Beam*> working;
  for (Beam& beam : beams) working.push_back(&beam);

  for (std::int64_t rows_per_beam = 1; !working.empty();) {
    std::int64_t wanted = widest(working);
    Rows rows(working, wanted, rows_per_beam);
    if (wanted != 1 || rows_per_beam != 1) state = state.select_rows(tensor(rows.parents));
    rows_per_beam = wanted;
    Decoded decoded = model.step(tensor(rows.ids), state, where);
    NextWords words(decoded.logits.tensor(), options);
    Tensor weights = decoded.weights.defined() ? cast(contiguous(decoded.weights.tensor()), DType::f32) : Tensor();
    for (std::size_t i = 0; i < working.size(); ++i)
      working[i]->advance(words, weights, static_cast<std::int64_t>(i) * rows_per_beam);
    drop_done(working, state);
  }
  std::vector<Hypothesis> results;
  for (const Beam& beam : beams) results.push_back(beam.result());
  return results;
}

std::vector<Hypothesis> greedy_search(const Seq2Seq& model, const Batch& source, const SearchOptions& options, Where where) {
  return beam_search(model, source, 1, options, where);
}

}  // namespace weft
