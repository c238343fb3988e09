// Counts of true and predicted classes, and the precision, recall and F1 of each class that follow from them.
#pragma once

#include <weft/tensor/base/error.h>

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::metrics {

// Fractions; 0 / 0 counts as 0.
struct ClassScores {
  double precision = 0;          // of the examples predicted to be of the class, the share that is
  double recall = 0;             // of the examples of the class, the share that was found
  double f1 = 0;                 // 2 precision recall / (precision + recall)
  std::int64_t support = 0;      // examples of the class
  std::int64_t predictions = 0;  // examples predicted to be of it
};

// Counts of examples by true and predicted class; only counts above 0 take memory. The figures are those of scikit-learn with
// zero_division=0.
class ConfusionMatrix {
 public:
  // The name of class i is labels[i].
  explicit ConfusionMatrix(std::vector<std::string> labels = {});

  // Counts one example. Throws IndexError for a class outside the labels.
  void add(std::int64_t truth, std::int64_t predicted, Where caller = Where::here());
  // Adds all counts of a matrix with the same labels. Throws ValueError if the labels differ.
  void add(const ConfusionMatrix& more, Where caller = Where::here());
  void clear();

  const std::vector<std::string>& labels() const { return labels_; }
  std::int64_t at(std::int64_t truth, std::int64_t predicted, Where caller = Where::here()) const;  // throws as add does
  std::int64_t total() const;

  // A pair of classes that occurred, and how often.
  struct Cell {
    std::int64_t truth = 0, predicted = 0, count = 0;
    bool operator==(const Cell&) const = default;
  };
  // All of them, row by row.
  std::vector<Cell> cells() const;
  // Replaces all counts. Throws IndexError for a class outside the labels, ValueError for a count below 1.
  void set_cells(std::span<const Cell> cells, Where caller = Where::here());

  double accuracy() const;
  std::vector<ClassScores> classes() const;
  ClassScores macro_average() const;     // the mean over the classes that occur in the truth or among the predictions
  ClassScores weighted_average() const;  // the mean over examples: each class counts by its support

 private:
  std::int64_t key(std::int64_t truth, std::int64_t predicted, Where caller) const;

  std::vector<std::string> labels_;
  std::unordered_map<std::int64_t, std::int64_t> counts_;  // by truth * labels + predicted
};

}  // namespace weft::metrics
