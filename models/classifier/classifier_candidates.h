// The settings of a classifier that compare_classifiers tries.
#pragma once

#include <weft/models/classifier/classify.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weft {

// One of the settings that are compared.
struct ClassifierCandidate {
  std::vector<std::pair<std::string, std::string>> options;  // the differences from the base, as options of `classify train`
  ClassifierTraining training;
  std::string name() const;   // "--attention mean --ngrams 1"; "no options" for the base itself
  std::string label() const;  // the attention and the other differences: "mean, ngrams 1"
};

// The first returns the settings that are tried first: self, pooling, mean, and bag of words with either weights. The second
// returns the variants of one setting: words alone or pairs, whichever is not `usual_ngrams` if the candidate leaves that to the
// data, and a higher and a lower learning rate.
std::vector<ClassifierCandidate> reading_candidates(const ClassifierTraining& base);
std::vector<ClassifierCandidate> variants_of(const ClassifierCandidate& candidate, std::int64_t usual_ngrams = 1);

// Orders settings by simplicity; smaller is simpler. First by how a text is read (a bag of words before mean, pooling and self),
// then by the number of options that differ from the base.
std::pair<int, std::size_t> complexity(const ClassifierCandidate& candidate);

}  // namespace weft
