// EpochProgress: shows the progress of an epoch on standard error and measures its time.
#pragma once

#include <weft/models/progress/progress.h>
#include <weft/models/training/detail/tally.h>
#include <weft/models/training/detail/training.h>

namespace weft::detail {

class EpochProgress {
 public:
  // For the current epoch of `training`, which has `batches` batches. Shows nothing unless FitOptions::progress is set. The loss
  // and the first metric are those of `tally`. `training` and `tally` must outlive the object.
  EpochProgress(const Training& training, std::int64_t batches, const Tally& tally);

  // Call this after each update.
  void update();
  // Removes the line from the terminal.
  void clear() { progress_.clear(); }
  // Returns the time of the epoch so far, including the time before a resume.
  double seconds() const { return seconds_before_ + progress_.seconds(); }

 private:
  std::string note() const;

  const Training& training_;
  const Tally& tally_;
  Progress progress_;
  double seconds_before_;
  std::int64_t tokens_before_;
};

}  // namespace weft::detail
