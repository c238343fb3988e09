#include <weft/models/text/decimal.h>
#include <weft/models/text/known_words.h>
#include <weft/models/text/label.h>
#include <weft/models/text/map_examples.h>
#include <weft/models/text/unicode.h>
#include <weft/models/text/utf8.h>
#include <weft/models/training/cross_validation.h>
#include <weft/models/training_survey.h>

#include <set>
#include <sstream>

namespace weft {

namespace {

// What one text adds.
struct Surveyed {
  std::string label;
  std::int64_t words = 0, letters = 0, unspaced_letters = 0;
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
  std::set<std::string> labels;
  auto survey_text = [&](const text::LabelledText& example, const std::string&) {
    return survey_one(example, options.tokenizer);
  };
  auto take = [&](Surveyed text) {
    labels.insert(std::move(text.label));
    ++survey.texts;
    survey.words += std::min(text.words, options.max_length);
    survey.cut += text.words > options.max_length;
    survey.longest = std::max(survey.longest, text.words);
    survey.letters += text.letters;
    survey.unspaced_letters += text.unspaced_letters;
  };
  text::map_examples(source, survey_text, take, show);
  require<ValueError>(labels.size() >= 2, "train: needs at least two labels, the data has ", labels.size());
  survey.labels.assign(labels.begin(), labels.end());
  return survey;
}

std::int64_t TrainingSurvey::recommended_ngrams() const {
  constexpr double kLongText = 100;
  return per_text(words, texts) <= kLongText ? 2 : 1;
}

std::string TrainingSurvey::report(const ClassifierTraining& options) const {
  std::ostringstream lines;
  if (options.ngrams > 1)
    lines << "ngrams " << options.ngrams << ": neighbouring words are tokens too, texts have "
          << text::fixed(per_text(words, texts), 1) << " words\n";
  constexpr std::int64_t kWorthTelling = 100;  // one letter in so many
  if (unspaced_letters * kWorthTelling > letters)
    lines << text::share(unspaced_letters, letters) << " of the letters are of scripts without spaces, "
          << (options.tokenizer.options().split_unspaced || options.tokenizer.unit() != text::Unit::word
                  ? "which are read by character"
                  : "whose runs are taken for words: read them by character")
          << '\n';
  if (cut > 0)
    lines << "max_length " << options.max_length << " cuts " << cut << " of " << texts << " texts, the longest has " << longest
          << " words: a larger one reads more of them\n";
  return lines.str();
}

std::string say_left_out(const text::TokenCounts& counts, const text::Vocabulary& vocabulary) {
  std::int64_t words = 0, all = 0, left_out = 0, lost = 0;
  for (const auto& [token, count] : counts) {
    if (token.find(' ') != std::string::npos) continue;  // a run of words
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

std::string say_scores(const Scores& scores, std::int64_t texts) {
  std::ostringstream line;
  line << "dev_loss " << text::fixed(scores.loss, 4);
  for (const auto& [name, value] : scores.metrics) {
    line << "  dev_" << name << ' ' << text::fixed(100 * value, 2);
    if (name == "accuracy") line << " +- " << text::fixed(100 * standard_error(value, texts), 2);
  }
  return line.str();
}

}  // namespace weft
