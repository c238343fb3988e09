// What a classifier's training texts are like, and what their reader should know of it.
#pragma once

#include <weft/models/classifier/classify.h>
#include <weft/models/training/cross_validation.h>

#include <string>
#include <vector>

namespace weft {

struct TrainingSurvey {
  std::size_t texts = 0;
  std::vector<std::string> labels;                 // sorted, each once
  std::vector<std::int32_t> label_of;              // each text's, as its place in `labels`
  std::int64_t words = 0;                          // that are read, of all texts together
  std::int64_t cut = 0, longest = 0;               // texts with more words than max_length; words of the longest
  std::int64_t letters = 0, unspaced_letters = 0;  // those of scripts without spaces, see text::is_unspaced

  // 2 where texts have at most 100 words on average, else 1.
  std::int64_t recommended_ngrams() const;
  // Which texts each fold of the plan holds out, stratified (text::stratified_folds): no fold that would be empty, and of long
  // texts as many folds as have a million words together.
  std::vector<std::vector<bool>> folds(const DevPlan& plan, std::uint64_t seed) const;
  // Lines on n-grams, scripts without spaces, texts that are cut and a label that most texts have, where there is something to
  // say.
  std::string report(const ClassifierTraining& options) const;
  // "dev_loss 0.4643  dev_accuracy 85.35 +- 1.20": the accuracy of `dev_texts` texts with half its Wilson interval, and what it
  // is no better than.
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

// A line on the words that training met and the vocabulary lacks; "": it has all of them.
std::string say_left_out(const text::TokenCounts& counts, const text::Vocabulary& vocabulary);

}  // namespace weft
