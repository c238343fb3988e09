#include <weft/models/decoding/ensemble.h>
#include <weft/models/options/option_error.h>
#include <weft/models/translator/translator.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace weft {

namespace {

using Tokens = std::vector<std::string>;

// Returns batches of indices of similar lengths, the shortest first, so that there is little padding. A batch has at most
// kSources sources and, padding included, kTokens tokens, or is a single source.
std::vector<std::vector<std::size_t>> batches(std::vector<std::size_t> order, const std::vector<Sequence>& sources) {
  constexpr std::size_t kSources = 64, kTokens = kSources * 128;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sources[a].size() < sources[b].size(); });
  std::vector<std::vector<std::size_t>> cut;
  for (std::size_t i : order) {
    const bool fits = !cut.empty() && cut.back().size() < kSources && (cut.back().size() + 1) * sources[i].size() <= kTokens;
    if (!fits) cut.emplace_back();
    cut.back().push_back(i);
  }
  return cut;
}

template <class T>
std::vector<T> chosen(const std::vector<T>& all, const std::vector<std::size_t>& indices) {
  std::vector<T> some;
  for (std::size_t i : indices) some.push_back(all[i]);
  return some;
}

// Replaces each unknown word by the source word, other than </s>, that it attends to most (Luong et al. 2015b, Jean et al. 2015).
void replace_unknown(Tokens& target, const Sequence& ids, const Tokens& source, const Tensor& attention) {
  if (!attention.defined() || source.empty()) return;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] != text::kUnknownId) continue;
    const float* row = attention.data<float>() + static_cast<std::int64_t>(i) * attention.size(1);
    target[i] = source[static_cast<std::size_t>(std::max_element(row, row + source.size()) - row)];
  }
}

Ensemble together(const std::vector<Seq2SeqDecoder>& models) {
  std::vector<const IncrementalDecoder*> decoders;
  for (const Seq2SeqDecoder& model : models) decoders.push_back(&model);
  return Ensemble(decoders, Where{});
}

}  // namespace

void Translator::add_model(Translator other) {
  require<ValueError>(source_tokenizer_ == other.source_tokenizer_ && target_tokenizer_ == other.target_tokenizer_,
                      "ensemble: the models split text into different tokens");
  require<ValueError>(
      source_.tokens() == other.source_.tokens() && target_.tokens() == other.target_.tokens(),
      "ensemble: the models have different vocabularies; train them on the same pairs, with dev pairs: what is held out "
      "without them depends on the seed");
  require<ValueError>(model_.options().copy == other.model_.options().copy,
                      "ensemble: one of the models copies words and another does not");
  const Seq2SeqOptions &own = model_.options(), &others = other.model_.options();
  require<ValueError>(own.source_vocabulary == others.source_vocabulary && own.target_vocabulary == others.target_vocabulary,
                      "ensemble: vocabularies differ: ", own.source_vocabulary, " and ", own.target_vocabulary, " words, ",
                      others.source_vocabulary, " and ", others.target_vocabulary);
  std::vector<Translator> more = std::exchange(other.others_, {});
  others_.push_back(std::move(other));
  std::move(more.begin(), more.end(), std::back_inserter(others_));
}

std::vector<Seq2SeqDecoder> Translator::decoders() {
  model_.eval();
  std::vector<Seq2SeqDecoder> decoders{Seq2SeqDecoder(model_)};
  for (Translator& other : others_) {
    other.model_.eval();
    decoders.emplace_back(other.model_);
  }
  return decoders;
}

bool Translator::knows_source(const std::string& text) const {
  const Tokens words = source_tokenizer_.tokens(text);
  return std::none_of(words.begin(), words.end(), [&](const std::string& word) { return source_.id(word) == text::kUnknownId; });
}

bool Translator::has_attention() const {
  return model_.options().has_attention() ||
         std::any_of(others_.begin(), others_.end(), [](const Translator& other) { return other.has_attention(); });
}

SearchOptions Translator::completed(SearchOptions options) const {
  if (!options.max_length) options.max_length = std::max(max_length_, options.min_length);
  options.words = model_.options().copy ? model_.options().target_vocabulary : target_.size();
  return options;
}

Sequence Translator::word_ids(const Tokens& source) const {
  Sequence ids = source_.encode(source);
  if (!model_.options().copy) return ids;
  std::int64_t next = source_.size();
  const std::int64_t end = model_.options().source_vocabulary;
  std::unordered_map<std::string_view, std::int64_t> unknown;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] != text::kUnknownId) continue;
    const auto [known, is_new] = unknown.emplace(source[i], next < end ? next : text::kUnknownId);
    if (is_new && next < end) ++next;
    ids[i] = known->second;
  }
  return ids;
}

Sequence Translator::target_ids(const Tokens& target, const Tokens& source) const {
  Sequence ids = target_.encode(target);
  if (!model_.options().copy) return ids;
  const Sequence copied = model_.copied_ids(word_ids(source));
  std::unordered_map<std::string_view, std::int64_t> copied_words;
  for (std::size_t place = 0; place < source.size(); ++place) copied_words.emplace(source[place], copied[place]);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto word = copied_words.find(target[i]);
    if (ids[i] == text::kUnknownId && word != copied_words.end()) ids[i] = word->second;
  }
  return ids;
}

Sequence Translator::source_ids(const Tokens& tokens) const {
  Sequence ids = word_ids(tokens);
  ids.push_back(text::kSentenceEndId);
  return ids;
}

// Returns the words of `ids`; ids of copied words stand for words of the source.
std::vector<std::string> Translator::written_tokens(Sequence ids, const Tokens& source) const {
  if (!model_.options().copy) return target_.decode(ids);
  const Sequence copied = model_.copied_ids(word_ids(source));
  std::unordered_map<std::int64_t, std::size_t> first_place;
  for (std::size_t place = 0; place < copied.size(); ++place) first_place.emplace(copied[place], place);
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < model_.options().first_copied_id()) continue;
    const auto found = first_place.find(ids[i]);
    if (found != first_place.end()) places.emplace_back(i, found->second);
    ids[i] = text::kUnknownId;
  }
  Tokens written = target_.decode(ids);
  for (auto [i, place] : places) written[i] = source[place];
  return written;
}

// The first tokens of the target were given, and are written as they were, because their ids may be <unk>.
Translation Translator::describe(const Hypothesis& hypothesis, const Tokens& source, const Tokens& given) const {
  Translation translation;
  translation.source = source;
  translation.source.push_back(target_.token(text::kSentenceEndId));
  translation.target = written_tokens(hypothesis.ids, source);
  replace_unknown(translation.target, hypothesis.ids, source, hypothesis.attention);
  std::copy(given.begin(), given.end(), translation.target.begin());
  translation.text = target_tokenizer_.text(translation.target);
  translation.score = hypothesis.score;
  translation.log_probability = hypothesis.log_probability;
  translation.token_log_probabilities = hypothesis.token_log_probabilities;
  translation.attention = hypothesis.attention;
  return translation;
}

std::vector<std::vector<Translation>> Translator::translate_n_best(std::span<const std::string> lines,
                                                                   const SearchOptions& options, const LineInputs& own) {
  require<ValueError>(own.prefixes.empty() || own.prefixes.size() == lines.size(), "translate: there are ", own.prefixes.size(),
                      " prefixes for ", lines.size(), " lines");
  const std::vector<Seq2SeqDecoder> models = decoders();
  const Ensemble decoder = together(models);
  const SearchOptions search = completed(options);
  search.validate(Where{});
  require_option(!search.unknown || has_attention(), "translate: ", OptionName{"unknown"},
                 " replaces <unk> by source words, which needs attention; the model has none");
  std::vector<Tokens> all, given(lines.size());
  std::vector<Sequence> sources;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    all.push_back(source_tokenizer_.tokens(lines[i]));
    sources.push_back(source_ids(all[i]));
    if (!own.prefixes.empty()) given[i] = target_tokenizer_.tokens(own.prefixes[i]);
    require<ValueError>(!all[i].empty() || given[i].empty(), "translate: line ", own.first_line + i + 1,
                        " is empty, its translation cannot begin with \"", own.prefixes.empty() ? "" : own.prefixes[i], "\"");
    if (!all[i].empty()) order.push_back(i);
  }
  std::vector<std::vector<Translation>> translations(lines.size(), std::vector<Translation>(1));
  for (const auto& batch : batches(order, sources)) {
    PerSource per_source;
    for (std::size_t i : batch) {
      per_source.prefixes.push_back(target_.encode(given[i]));
      per_source.streams.push_back(own.first_line + i);
    }
    auto found = decode(decoder, pad(sources, batch), search, per_source, Where{});
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const std::size_t i = batch[row];
      translations[i].clear();
      for (const Hypothesis& hypothesis : found[row]) translations[i].push_back(describe(hypothesis, all[i], given[i]));
    }
  }
  return translations;
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, const SearchOptions& options,
                                               const LineInputs& own) {
  std::vector<Translation> translations;
  for (auto& found : translate_n_best(lines, options, own)) translations.push_back(std::move(found.front()));
  return translations;
}

std::vector<Translation> Translator::score(const std::vector<text::TextPair>& pairs, const SearchOptions& options) {
  const std::vector<Seq2SeqDecoder> models = decoders();
  const Ensemble decoder = together(models);
  std::vector<Tokens> source_tokens, target_tokens;
  std::vector<Sequence> sources, targets;
  for (const text::TextPair& pair : pairs) {
    source_tokens.push_back(source_tokenizer_.tokens(pair.source));
    target_tokens.push_back(target_tokenizer_.tokens(pair.target));
    sources.push_back(source_ids(source_tokens.back()));
    targets.push_back(target_ids(target_tokens.back(), source_tokens.back()));
  }
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<Translation> scored(pairs.size());
  for (const auto& batch : batches(order, sources)) {
    auto found = score_targets(decoder, pad(sources, batch), chosen(targets, batch), options);
    for (std::size_t row = 0; row < batch.size(); ++row)
      scored[batch[row]] = describe(found[row], source_tokens[batch[row]], target_tokens[batch[row]]);
  }
  return scored;
}

}  // namespace weft
