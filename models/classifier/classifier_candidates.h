// Settings of a classifier that compare_classifiers tries.
#pragma once

#include <weft/models/classifier/classify.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weft {

// One setting among those that are compared.
struct ClassifierCandidate {
  std::vector<std::pair<std::string, std::string>> options;  // what differs from the base, as `classify train` has it
  ClassifierTraining training;
  std::string name() const;   // "--attention mean --ngrams 1"; "no options" for the base itself
  std::string label() const;  // the reading and what else differs: "mean, ngrams 1"
};

// The settings that are tried first: self, pooling, mean, and bag of words with either weights. And those that are tried of one:
// words alone or pairs, the other than `usual_ngrams` where the candidate leaves it to the data, and a learning rate above and
// below.
std::vector<ClassifierCandidate> reading_candidates(const ClassifierTraining& base);
std::vector<ClassifierCandidate> variants_of(const ClassifierCandidate& candidate, std::int64_t usual_ngrams = 1);

// By which two settings are compared: smaller is simpler. First how a text is read, a bag of words before mean, pooling and self,
// then how many options differ from the base.
std::pair<int, std::size_t> complexity(const ClassifierCandidate& candidate);

}  // namespace weft
