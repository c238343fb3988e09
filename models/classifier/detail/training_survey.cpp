#include <weft/models/classifier/detail/training_survey.h>
#include <weft/models/data/detail/stratified_folds.h>
#include <weft/models/data/label.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/io/decimal.h>
#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/models/subwords/known_words.h>
#include <weft/models/training/cross_validation.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

namespace weft {

namespace {

// What one text adds to the survey.
struct Surveyed {
  std::string label;
  std::int64_t words = 0, letters = 0, unspaced_letters = 0;

  auto fields() { return std::tie(label, words, letters, unspaced_letters); }
};

Surveyed survey_one(const text::LabelledText& example, const text::Tokenizer& tokenizer) {
  Surveyed found{text::clean_label(example.label, tokenizer.options().normalization)};
  for (const std::string& word : tokenizer.tokens(example.text)) {
    ++found.words;
    for (text::CodePoint c : text::CodePoints(word)) {
      found.letters += text::is_letter(c.value);
      found.unspaced_letters += text::is_unspaced(c.value);
    }
  }
  return found;
}

double per_text(std::int64_t count, std::size_t texts) { return static_cast<double>(count) / static_cast<double>(texts); }

}  // namespace

TrainingSurvey survey_texts(const text::LabelledSource& source, const ClassifierTraining& options, const text::ShowDone& show) {
  TrainingSurvey survey;
  std::map<std::string, std::int32_t> labels;  // numbered by first occurrence until all labels are known
  auto survey_text = [&](const text::LabelledText& example, const std::string&) {
    return survey_one(example, options.tokenizer);
  };
  auto take = [&](Surveyed text) {
    const auto next = static_cast<std::int32_t>(labels.size());
    survey.label_of.push_back(labels.emplace(std::move(text.label), next).first->second);
    ++survey.texts;
    survey.words += std::min(text.words, options.max_length);
    survey.cut += text.words > options.max_length;
    survey.longest = std::max(survey.longest, text.words);
    survey.letters += text.letters;
    survey.unspaced_letters += text.unspaced_letters;
  };
  text::map_examples(source, survey_text, take, show, options.fit.communicator);
  require<ValueError>(labels.size() >= 2, "train: needs at least two labels, but the data has ", labels.size());
  std::vector<std::int32_t> places(labels.size());
  for (const auto& [label, coming] : labels) {
    places[static_cast<std::size_t>(coming)] = static_cast<std::int32_t>(survey.labels.size());
    survey.labels.push_back(label);
  }
  for (std::int32_t& label : survey.label_of) label = places[static_cast<std::size_t>(label)];
  return survey;
}

std::int64_t TrainingSurvey::recommended_ngrams() const {
  constexpr double kLongText = 100;
  return per_text(words, texts) <= kLongText ? 2 : 1;
}

std::vector<std::vector<bool>> TrainingSurvey::folds(const DevPlan& plan, std::uint64_t seed) const {
  // Each further fold adds the time of a whole training, so that sets with many words get fewer folds.
  constexpr std::int64_t kMostWords = 1000000;
  const auto affordable = static_cast<std::size_t>(std::max<std::int64_t>(kMostWords / std::max<std::int64_t>(words, 1), 1));
  std::vector<std::string> names;
  for (std::int32_t label : label_of) names.push_back(labels[static_cast<std::size_t>(label)]);
  const std::vector<std::size_t> part = text::stratified_folds(names, plan.parts, seed);
  std::vector<std::vector<bool>> folds;
  for (std::size_t fold = 0; fold < std::min(plan.folds, affordable); ++fold) {
    std::vector<bool> held_out(texts);
    for (std::size_t i = 0; i < texts; ++i) held_out[i] = part[i] == fold;
    if (std::ranges::count(held_out, true) > 0) folds.push_back(std::move(held_out));
  }
  return folds;
}

TrainingSurvey::Commonest TrainingSurvey::commonest() const {
  std::vector<std::int64_t> counts(labels.size());
  for (std::int32_t label : label_of) ++counts[static_cast<std::size_t>(label)];
  const auto most = std::ranges::max_element(counts);
  return {static_cast<std::size_t>(most - counts.begin()), *most};
}

std::string TrainingSurvey::report(const ClassifierTraining& options) const {
  constexpr std::int64_t kFewLetters = 100;  // fewer letters than this are not reported
  constexpr double kMostTexts = 0.8;
  std::ostringstream lines;
  if (options.ngrams > 1 && words > static_cast<std::int64_t>(texts))
    lines << "ngrams " << options.ngrams << ": neighbouring words are tokens too; texts have "
          << text::fixed(per_text(words, texts), 1) << " words on average\n";
  const text::TokenizerOptions& cut_by = options.tokenizer.options();
  const bool by_character = cut_by.split_unspaced || cut_by.unit == text::Unit::character;
  if (unspaced_letters * kFewLetters > letters && (by_character || cut_by.unit == text::Unit::word))
    lines << text::share(unspaced_letters, letters) << " of the letters are of scripts without spaces, "
          << (by_character ? "which are read by character" : "whose runs count as words: read them by character") << '\n';
  if (cut > 0)
    lines << "max_length " << options.max_length << " cuts " << cut << " of " << texts << " texts; the longest has " << longest
          << " words"
          << (options.attention == ClassifierAttention::self ? "; attention other than self takes less time for long texts" : "")
          << '\n';
  const Commonest most = commonest();
  if (per_text(most.texts, texts) > kMostTexts)
    lines << text::share(most.texts, static_cast<std::int64_t>(texts)) << " of the texts have the label " << labels[most.label]
          << "; the monitor macro_f1 gives all labels the same weight\n";
  return lines.str();
}

std::string TrainingSurvey::say(const Scores& scores, std::int64_t dev_texts) const {
  std::ostringstream line;
  line << "dev_loss " << text::fixed(scores.loss, 4);
  for (const auto& [name, value] : scores.metrics) {
    line << "  dev_" << name << ' ' << text::fixed(100 * value, 2);
    if (name == "accuracy") line << " +- " << text::fixed(100 * wilson_half_width(value, dev_texts), 2);
  }
  const Commonest most = commonest();
  if (scores.metric("accuracy") <= per_text(most.texts, texts))
    line << ", no better than always answering " << labels[most.label] << ", the label of "
         << text::share(most.texts, static_cast<std::int64_t>(texts)) << " of the training texts";
  return line.str();
}

std::string say_left_out(const text::TokenCounts& counts, const text::Vocabulary& vocabulary) {
  std::int64_t words = 0, all = 0, left_out = 0, lost = 0;
  for (const auto& [token, count] : counts) {
    if (token.find(' ') != std::string::npos) continue;  // an n-gram
    const bool is_known = vocabulary.id(token) != text::kUnknownId;
    ++words;
    all += count;
    left_out += !is_known;
    lost += is_known ? 0 : count;
  }
  if (left_out == 0) return "";
  std::ostringstream line;
  line << "vocabulary " << vocabulary.size() << " lacks " << left_out << " of " << words << " words, " << text::share(lost, all)
       << " of the training texts: a larger one would know them\n";
  return line.str();
}

}  // namespace weft
