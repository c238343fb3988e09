#include <weft/autograd/grad_mode.h>
#include <weft/models/decoding/decode.h>
#include <weft/models/decoding/search.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/create.h>

#include <algorithm>
#include <memory>

namespace weft {

namespace {

using Searches = std::vector<std::unique_ptr<Search>>;

void check_vocabulary(const Ensemble& models, Where where) {
  check<ValueError>(models.target_vocabulary() > text::kSentenceEndId, where, "decode: a target vocabulary of ",
                    models.target_vocabulary(), " has no </s>, whose id is ", text::kSentenceEndId);
}

void check_own(const PerSource& own, std::int64_t sources, std::int64_t vocabulary, Where where) {
  const std::int64_t prefixes = std::ssize(own.prefixes), streams = std::ssize(own.streams);
  check<ValueError>(prefixes == 0 || prefixes == sources, where, "decode: ", prefixes, " prefixes for ", sources, " sources");
  check<ValueError>(streams == 0 || streams == sources, where, "decode: ", streams, " streams for ", sources, " sources");
  for (const Sequence& prefix : own.prefixes)
    for (std::int64_t id : prefix)
      check<ValueError>((id == text::kUnknownId || id > text::kSentenceEndId) && id < vocabulary, where,
                        "decode: a prefix has id ", id, ", which is no word of ", vocabulary);
}

Searches begin(const Batch& source, const SearchOptions& options, const PerSource& own) {
  Searches searches;
  const auto lengths = source.lengths.span<std::int64_t>();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    std::span<const std::int64_t> prefix;
    if (!own.prefixes.empty()) prefix = own.prefixes[i];
    if (options.sampling)
      searches.push_back(std::make_unique<SamplingSearch>(lengths[i], options, prefix, own.streams.empty() ? i : own.streams[i]));
    else
      searches.push_back(std::make_unique<BeamSearch>(lengths[i], options, prefix));
  }
  return searches;
}

// The state's rows: `width` for each search that is still at work. One with fewer live hypotheses repeats its first one.
struct Rows {
  std::vector<std::int64_t> ids, parents;

  Rows(const std::vector<Search*>& searches, std::int64_t width, std::int64_t old_width) {
    for (std::size_t i = 0; i < searches.size(); ++i) {
      const auto& live = searches[i]->live();
      for (std::int64_t j = 0; j < width; ++j) {
        const Search::Live& row = live[j < std::ssize(live) ? static_cast<std::size_t>(j) : 0];
        ids.push_back(row.id);
        parents.push_back(static_cast<std::int64_t>(i) * old_width + row.parent);
      }
    }
  }
};

std::int64_t widest(const std::vector<Search*>& searches) {
  std::int64_t width = 1;
  for (const Search* search : searches) width = std::max<std::int64_t>(width, std::ssize(search->live()));
  return width;
}

// Drops searches that are done, from the list and from the state.
void drop_done(std::vector<Search*>& searches, Ensemble::State& state) {
  std::vector<std::int64_t> working;
  for (std::size_t i = 0; i < searches.size(); ++i)
    if (!searches[i]->done()) working.push_back(static_cast<std::int64_t>(i));
  if (working.size() == searches.size()) return;
  if (!working.empty()) state.select_sentences(tensor(working));
  std::erase_if(searches, [](const Search* search) { return search->done(); });
}

void run(const Ensemble& models, const Batch& source, const SearchOptions& options, const Searches& searches, Where where) {
  NoGrad no_grad;
  Ensemble::State state = models.start(source, where);
  const std::vector<std::int64_t> words_of = models.words(state);
  for (std::size_t i = 0; i < searches.size(); ++i) searches[i]->limit_words(words_of[i]);
  std::vector<Search*> working;
  for (const auto& search : searches) working.push_back(search.get());
  for (std::int64_t rows_per_search = 1; !working.empty();) {
    const std::int64_t wanted = widest(working);
    Rows rows(working, wanted, rows_per_search);
    if (wanted != 1 || rows_per_search != 1) state.select_rows(tensor(rows.parents));
    rows_per_search = wanted;
    Ensemble::Next next = models.step(tensor(rows.ids), state, where);
    NextWords words(next.log_probabilities, options);
    for (std::size_t i = 0; i < working.size(); ++i)
      working[i]->advance(words, next.weights, static_cast<std::int64_t>(i) * rows_per_search);
    drop_done(working, state);
  }
}

void check_coverage(const Ensemble& models, const SearchOptions& options, Where where) {
  check<ValueError>(options.coverage_penalty == 0 || models.has_attention(), where, "search: coverage_penalty ",
                    options.coverage_penalty, " needs a model with attention");
}

}  // namespace

std::vector<NBest> decode(const Ensemble& models, const Batch& source, const SearchOptions& options, const PerSource& own,
                          Where where) {
  options.validate(where);
  check_vocabulary(models, where);
  check_coverage(models, options, where);
  check_own(own, source.lengths.numel(), std::min(models.target_vocabulary(), options.words), where);
  Searches searches = begin(source, options, own);
  run(models, source, options, searches, where);
  std::vector<NBest> results;
  for (const auto& search : searches) results.push_back(search->results());
  return results;
}

// A search that is forced to write the target, and then has reached its longest output.
std::vector<Hypothesis> score_targets(const Ensemble& models, const Batch& source, const std::vector<Sequence>& targets,
                                      const SearchOptions& options, Where where) {
  check<ValueError>(std::ssize(targets) == source.lengths.numel(), where, "score_targets: ", targets.size(), " targets for ",
                    source.lengths.numel(), " sources");
  SearchOptions forced;
  forced.length_norm = options.length_norm;
  forced.alpha = options.alpha;
  forced.coverage_penalty = options.coverage_penalty;
  forced.repetition_penalty = options.repetition_penalty;
  forced.max_length = 0;
  std::vector<Hypothesis> scored;
  for (NBest& found : decode(models, source, forced, {.prefixes = targets}, where)) scored.push_back(std::move(found.front()));
  return scored;
}

}  // namespace weft
