#include <weft/models/data/detail/word_links.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/metrics/metrics.h>
#include <weft/models/translator/translator.h>
#include <weft/tensor/array/create.h>

namespace weft {

Translator::Translator(text::Tokenizer source_tokenizer, text::Tokenizer target_tokenizer, std::int64_t max_length,
                       text::Vocabulary source, text::Vocabulary target, const Seq2SeqOptions& options)
    : source_tokenizer_(std::move(source_tokenizer)),
      target_tokenizer_(std::move(target_tokenizer)),
      max_length_(max_length),
      source_(std::move(source)),
      target_(std::move(target)),
      model_(options) {
  if (!options.copy) return;
  std::vector<std::int64_t> ids(static_cast<std::size_t>(options.source_vocabulary), -1);
  for (std::int64_t id = 0; id < source_.size(); ++id) {
    const std::int64_t known = target_.id(source_.token(id));
    if (known != text::kUnknownId) ids[static_cast<std::size_t>(id)] = known;
  }
  // Special tokens keep their ids: copying the end of the source ends the output.
  for (const std::int64_t mark : {text::kPaddingId, text::kSentenceStartId, text::kSentenceEndId})
    ids[static_cast<std::size_t>(mark)] = mark;
  model_.set_copied_words(tensor(ids), source_.size());
}

SequencePairs Translator::encode(const text::PairSource& pairs, std::size_t data_memory, const text::ShowDone& show,
                                 KnownPairs* known, Communicator* ranks) const {
  SequenceStore sources(data_memory, ranks), targets(data_memory, ranks);
  const bool guided = model_.options().alignment_loss > 0;
  SequenceStore links(data_memory, guided ? ranks : nullptr);
  bool linked = false;
  struct Encoded {
    Sequence source, target, links;
    KnownPairs known = {};
    auto fields() { return std::tie(source, target, links, known); }
  };
  auto encode_one = [&](const text::TextPair& pair, const std::string& place) {
    const std::vector<std::string> words = source_tokenizer_.tokens(pair.source), written = target_tokenizer_.tokens(pair.target);
    Encoded ids{word_ids(words), target_ids(written, words), {}};
    if (known)
      ids.known = {text::KnownWords::of(words, source_, source_tokenizer_),
                   text::KnownWords::of(written, target_, target_tokenizer_)};
    ids.source.push_back(text::kSentenceEndId);
    ids.target.insert(ids.target.begin(), text::kSentenceStartId);
    ids.target.push_back(text::kSentenceEndId);
    if (guided) ids.links = text::token_links(pair, source_tokenizer_, target_tokenizer_, place);
    return ids;
  };
  auto take = [&](const Encoded& ids) {
    sources.add(ids.source);
    targets.add(ids.target);
    if (known) {
      known->source += ids.known.source;
      known->target += ids.known.target;
    }
    if (!guided) return;
    links.add(ids.links);
    linked |= !ids.links.empty();
  };
  text::map_examples(pairs, encode_one, take, show, ranks);
  SequencePairs data = SequencePairs::from_stores(std::move(sources), std::move(targets));
  if (linked) data.set_links(std::move(links));
  return data;
}

std::vector<std::string> TranslatedSources::outputs() const {
  std::vector<std::string> outputs;
  for (const Translation& translation : translations) outputs.push_back(translation.text);
  return outputs;
}

TranslatedSources Translator::translate_sources(const std::vector<text::TextPair>& pairs, const SearchOptions& options,
                                                bool each_pair) {
  std::vector<std::string> lines;
  for (const text::TextPair& pair : pairs) lines.push_back(pair.source);
  TranslatedSources translated;
  if (each_pair) {
    translated.sources = lines;
    for (const text::TextPair& pair : pairs) translated.references.push_back({pair.target});
  } else {
    for (const auto& group : metrics::references_by_source(lines)) {
      translated.sources.push_back(lines[group.front()]);
      translated.references.emplace_back();
      for (std::size_t member : group) translated.references.back().push_back(pairs[member].target);
    }
  }
  translated.translations = translate(translated.sources, options);
  return translated;
}

TranslatorScores Translator::evaluate(const std::vector<text::TextPair>& pairs, const SearchOptions& options,
                                      const metrics::BleuOptions& bleu) {
  return evaluate_translations(pairs, translate_sources(pairs, options), bleu);
}

TranslatorScores Translator::evaluate_translations(const std::vector<text::TextPair>& pairs, const TranslatedSources& translated,
                                                   const metrics::BleuOptions& bleu) {
  double log_probability = 0;
  std::size_t tokens_scored = 0;
  for (const Translation& scored : score(pairs)) {
    log_probability += scored.log_probability;
    tokens_scored += scored.token_log_probabilities.size();
  }

  // An exact match has the same tokens; differences in white space, which the model cannot write, do not count.
  auto exact = [&](std::vector<std::string> lines) {
    for (std::string& line : lines) line = target_tokenizer_.text(target_tokenizer_.tokens(line));
    return lines;
  };
  const std::vector<std::string> outputs = translated.outputs();
  std::vector<metrics::References> exact_references;
  for (const metrics::References& references : translated.references) exact_references.push_back(exact(references));
  return {metrics::text_scores(outputs, translated.references, bleu), metrics::exact_match(exact(outputs), exact_references),
          metrics::perplexity(-log_probability / static_cast<double>(tokens_scored))};
}

}  // namespace weft
