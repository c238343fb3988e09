// Statistics of a classifier's training texts, and the lines that report them.
#pragma once

#include <weft/models/classifier/classify.h>
#include <weft/models/training/cross_validation.h>

#include <string>
#include <vector>

namespace weft {

struct TrainingSurvey {
  std::size_t texts = 0;
  std::vector<std::string> labels;                 // sorted, each once
  std::vector<std::int32_t> label_of;              // the label of each text, as an index into `labels`
  std::int64_t words = 0;                          // words of all texts, as far as the classifier reads them
  std::int64_t cut = 0, longest = 0;               // the number of texts longer than max_length; words of the longest text
  std::int64_t letters = 0, unspaced_letters = 0;  // unspaced: of scripts without spaces, see text::is_unspaced

  // Returns 2 if the texts have at most 100 words on average, otherwise 1.
  std::int64_t recommended_ngrams() const;
  // Returns which texts each fold holds out, stratified by label (text::stratified_folds). Empty folds are left out. There are at
  // most plan.folds of them, and fewer for large sets: at most a million divided by the number of words, but at least one.
  std::vector<std::vector<bool>> folds(const DevPlan& plan, std::uint64_t seed) const;
  // Returns a line for each thing that the user should know: what n-grams do, scripts without spaces, texts that are cut, a label
  // that most texts have.
  std::string report(const ClassifierTraining& options) const;
  // Returns "dev_loss 0.4643  dev_accuracy 85.35 +- 1.20", where 1.20 is half the width of the Wilson interval for `dev_texts`
  // texts. A remark follows if always answering with the most frequent label is as accurate.
  std::string say(const Scores& scores, std::int64_t dev_texts) const;

 private:
  struct Commonest {
    std::size_t label;
    std::int64_t texts;
  };
  Commonest commonest() const;
};

// Reads the texts once. Throws ValueError for fewer than two labels, FormatError for one that text::clean_label refuses.
TrainingSurvey survey_texts(const text::LabelledSource& source, const ClassifierTraining& options, const text::ShowDone& show);

// Returns a line about the words of the training texts that the vocabulary lacks, or "" if it has them all.
std::string say_left_out(const text::TokenCounts& counts, const text::Vocabulary& vocabulary);

}  // namespace weft
