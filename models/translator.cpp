#include <weft/models/decoding/beam_search.h>
#include <weft/models/training/metrics.h>
#include <weft/models/training/trainer.h>
#include <weft/models/translator.h>
#include <weft/nn/loss.h>
#include <weft/optim/adam.h>

#include <algorithm>
#include <numeric>

namespace weft {

namespace {

// Sentences of similar length are translated together: the indices of lines that have tokens, the shortest first.
std::vector<std::size_t> by_length(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!lines[i].empty()) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lines[a].size() < lines[b].size(); });
  return order;
}

}  // namespace

Translator::Translator(text::Unit unit, std::int64_t max_length, text::Vocabulary source, text::Vocabulary target,
                       const Seq2SeqOptions& options)
    : unit_(unit), max_length_(max_length), source_(std::move(source)), target_(std::move(target)), model_(options) {}

std::vector<std::string> Translator::tokens(const std::string& line) const {
  return text::tokenize(line, {.unit = unit_, .lower_case = false, .split_punctuation = false});
}

SequencePairs Translator::encode(const text::PairSource& pairs, std::size_t data_memory) const {
  SequenceStore sources(data_memory), targets(data_memory);
  auto reader = pairs.open();
  for (text::TextPair pair; reader->next(pair);) {
    Sequence source = source_.encode(tokens(pair.source));
    source.push_back(text::kSentenceEndId);
    sources.add(source);
    targets.add(target_.encode_sentence(tokens(pair.target)));
  }
  return SequencePairs::from_stores(std::move(sources), std::move(targets));
}

Translation Translator::describe(const Hypothesis& hypothesis, std::vector<std::string> source) const {
  Translation translation;
  translation.source = std::move(source);
  translation.source.push_back(target_.token(text::kSentenceEndId));
  translation.target = target_.decode(hypothesis.ids);
  translation.text = text::join(translation.target, unit_);
  translation.score = hypothesis.score;
  translation.attention = hypothesis.attention;
  return translation;
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, std::int64_t beam) {
  constexpr std::size_t kBatch = 64;
  std::vector<std::vector<std::string>> all;
  for (const std::string& line : lines) all.push_back(tokens(line));
  std::vector<std::size_t> order = by_length(all);
  std::vector<Translation> translations(lines.size());
  model_.eval();
  for (std::size_t begin = 0; begin < order.size(); begin += kBatch) {
    std::span<const std::size_t> batch = std::span(order).subspan(begin, std::min(kBatch, order.size() - begin));
    std::vector<Sequence> sources;
    for (std::size_t i : batch) {
      sources.push_back(source_.encode(all[i]));
      sources.back().push_back(text::kSentenceEndId);
    }
    std::vector<std::size_t> rows(sources.size());
    std::iota(rows.begin(), rows.end(), 0U);
    auto found = beam_search(model_, pad(sources, rows), beam, {.max_length = max_length_, .words = target_.size()});
    for (std::size_t row = 0; row < found.size(); ++row) translations[batch[row]] = describe(found[row], all[batch[row]]);
  }
  return translations;
}

TranslatorScores Translator::evaluate(const std::vector<text::TextPair>& pairs, std::int64_t beam,
                                      const metrics::BleuOptions& bleu) {
  Trainer trainer(model_, optim::Adam(), nn::CrossEntropy());
  double loss = trainer.evaluate(encode(text::MemorySource<text::TextPair>(pairs), SequenceStore::kMemory)).loss;

  std::vector<std::string> lines, sources;
  for (const text::TextPair& pair : pairs) lines.push_back(pair.source);
  auto groups = metrics::references_by_source(lines);
  for (const auto& group : groups) sources.push_back(lines[group.front()]);
  std::vector<Translation> translations = translate(sources, beam);

  // Exact is what the model could have written: the same tokens, whatever the white space between them.
  std::vector<std::string> hypotheses, exact_hypotheses;
  std::vector<metrics::References> references, exact_references;
  auto exact = [&](const std::string& line) { return text::join(tokens(line), unit_); };
  for (std::size_t i = 0; i < groups.size(); ++i) {
    hypotheses.push_back(translations[i].text);
    exact_hypotheses.push_back(exact(translations[i].text));
    references.emplace_back();
    exact_references.emplace_back();
    for (std::size_t member : groups[i]) {
      references.back().push_back(pairs[member].target);
      exact_references.back().push_back(exact(pairs[member].target));
    }
  }
  return {metrics::text_scores(hypotheses, references, bleu), metrics::exact_match(exact_hypotheses, exact_references),
          metrics::perplexity(loss)};
}

}  // namespace weft
