#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/decoding/decode.h>
#include <weft/models/decoding/detail/search.h>
#include <weft/models/options/option_error.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/reduction/lengths.h>

#include <algorithm>
#include <memory>

namespace weft {

namespace {

using Searches = std::vector<std::unique_ptr<Search>>;

void check_tokens(const DecoderTokens& tokens, Where caller) {
  auto check_mark = [&](const char* name, std::int64_t id) {
    check<ValueError>(id >= 0 && id < tokens.vocabulary, caller, "decode: a target vocabulary of ", tokens.vocabulary, " has no ",
                      name, ", whose id is ", id);
  };
  check_mark("<s>", tokens.start);
  check_mark("</s>", tokens.end);
}

void check_own(const PerSource& own, std::int64_t sources, const DecoderTokens& tokens, const SearchOptions& options,
               Where caller) {
  const std::int64_t prefixes = std::ssize(own.prefixes), streams = std::ssize(own.streams);
  check<ValueError>(prefixes == 0 || prefixes == sources, caller, "decode: ", prefixes, " prefixes for ", sources, " sources");
  check<ValueError>(streams == 0 || streams == sources, caller, "decode: ", streams, " streams for ", sources, " sources");
  const std::int64_t words = std::min(tokens.vocabulary, options.words);
  for (const Sequence& prefix : own.prefixes)
    for (std::int64_t id : prefix) {
      const bool is_mark = id == tokens.start || id == tokens.end || id == tokens.padding;
      check<ValueError>(id >= 0 && id < words && !is_mark, caller, "decode: a prefix has id ", id, ", which is not a word of ",
                        words);
    }
}

Searches begin(const Tensor& lengths, const DecoderTokens& tokens, const SearchOptions& options, const PerSource& own) {
  Searches searches;
  for (std::int64_t source_tokens : lengths.span<std::int64_t>()) {
    const std::size_t i = searches.size();
    std::span<const std::int64_t> prefix;
    if (!own.prefixes.empty()) prefix = own.prefixes[i];
    if (options.sampling)
      searches.push_back(
          std::make_unique<SamplingSearch>(source_tokens, tokens, options, prefix, own.streams.empty() ? i : own.streams[i]));
    else
      searches.push_back(std::make_unique<BeamSearch>(source_tokens, tokens, options, prefix));
  }
  return searches;
}

// A search that is not done, and the first of its rows in the decoder's state.
struct Working {
  Search* search;
  std::int64_t first_row;
};

// The input of the next step: each row's token, and the row that it continues.
struct NextRows {
  std::vector<std::int64_t> ids, parents;
};

// Gives every search as many rows as the widest search has live hypotheses. Those with fewer repeat their first hypothesis.
NextRows next_rows(std::vector<Working>& working) {
  std::size_t width = 1;
  for (const Working& each : working) width = std::max(width, each.search->live().size());
  NextRows rows;
  for (Working& each : working) {
    const auto& live = each.search->live();
    const std::int64_t first_row = std::ssize(rows.ids);
    for (std::size_t i = 0; i < width; ++i) {
      const Search::Live& row = live[i < live.size() ? i : 0];
      rows.ids.push_back(row.id);
      rows.parents.push_back(each.first_row + row.parent);
    }
    each.first_row = first_row;
  }
  return rows;
}

bool stay_in_place(const std::vector<std::int64_t>& parents, std::int64_t rows) {
  if (std::ssize(parents) != rows) return false;
  for (std::int64_t row = 0; row < rows; ++row)
    if (parents[static_cast<std::size_t>(row)] != row) return false;
  return true;
}

void check_step(const StepOutput& next, std::int64_t rows, const Batch& source, const DecoderTokens& tokens,
                const SearchOptions& options, Where caller) {
  const Shape expected{rows, tokens.vocabulary}, looked{rows, source.tokens.size(1)};
  check<ValueError>(next.log_probabilities.defined(), caller, "decode: a step returned no log-probabilities");
  check<ShapeError>(next.log_probabilities.shape() == expected, caller, "decode: a step returned log-probabilities ",
                    next.log_probabilities.shape(), ", not [rows, vocabulary] ", expected);
  check<DtypeError>(is_floating(next.log_probabilities.dtype()), caller, "decode: a step returned log-probabilities of ",
                    next.log_probabilities.dtype());
  check_option(options.coverage_penalty == 0 || next.attention.defined(), caller, "search: ", OptionName{"coverage_penalty"}, " ",
               options.coverage_penalty, " needs a model with attention");
  if (!next.attention.defined()) return;
  check<ShapeError>(next.attention.shape() == looked, caller, "decode: a step returned attention ", next.attention.shape(),
                    ", not [rows, source time] ", looked);
  check<DtypeError>(next.attention.dtype() == DType::f32, caller, "decode: a step returned attention of ", next.attention.dtype(),
                    ", not f32");
}

// Advances all searches, one token at a time, until they are done.
void run(const IncrementalDecoder& decoder, const Batch& source, const SearchOptions& options, const Searches& searches,
         Where caller) {
  NoGrad no_grad;
  const DecoderTokens tokens = decoder.tokens();
  const std::unique_ptr<IncrementalDecoder::State> state = decoder.start(source);
  std::vector<Working> working;
  for (const auto& search : searches) working.push_back({search.get(), std::ssize(working)});
  for (std::int64_t state_rows = std::ssize(working); !working.empty();) {
    const NextRows rows = next_rows(working);
    if (!stay_in_place(rows.parents, state_rows)) state->select(tensor(rows.parents));
    state_rows = std::ssize(rows.ids);
    const StepOutput next = state->step(tensor(rows.ids));
    check_step(next, state_rows, source, tokens, options, caller);
    const NextWords words(next.log_probabilities, options, tokens);
    const Tensor attention = next.attention.defined() ? contiguous(next.attention) : Tensor();
    for (const Working& each : working) each.search->advance(words, attention, each.first_row);
    std::erase_if(working, [](const Working& each) { return each.search->done(); });
  }
}

}  // namespace

std::vector<NBest> decode(const IncrementalDecoder& decoder, const Batch& source, const SearchOptions& options,
                          const PerSource& own, Where caller) {
  const CallScope scope(caller);
  const DecoderTokens tokens = decoder.tokens();
  options.validate(caller);
  check_tokens(tokens, caller);
  const Tensor lengths = checked_lengths("decode", source.lengths, source.tokens.size(0), source.tokens.size(1), caller);
  check_own(own, lengths.numel(), tokens, options, caller);
  const Searches searches = begin(lengths, tokens, options, own);
  run(decoder, source, options, searches, caller);
  std::vector<NBest> results;
  for (const auto& search : searches) results.push_back(search->results());
  return results;
}

// Scores a target by a search that is forced to write it and that ends there because its longest output is as long as the target.
std::vector<Hypothesis> score_targets(const IncrementalDecoder& decoder, const Batch& source,
                                      const std::vector<Sequence>& targets, const SearchOptions& options, Where caller) {
  const CallScope scope(caller);
  const std::int64_t sources =
      checked_lengths("score_targets", source.lengths, source.tokens.size(0), source.tokens.size(1), caller).numel();
  check<ValueError>(std::ssize(targets) == sources, caller, "score_targets: ", targets.size(), " targets for ", sources,
                    " sources");
  SearchOptions forced;
  forced.length_norm = options.length_norm;
  forced.alpha = options.alpha;
  forced.coverage_penalty = options.coverage_penalty;
  forced.repetition_penalty = options.repetition_penalty;
  forced.max_length = 0;
  std::vector<Hypothesis> scored;
  for (NBest& found : decode(decoder, source, forced, {.prefixes = targets}, caller)) scored.push_back(std::move(found.front()));
  return scored;
}

}  // namespace weft
