// TrainingSaver: writes the checkpoints of one training, and resumes it from the newest.
#pragma once

#include <weft/models/training/detail/tally.h>
#include <weft/models/training/detail/training.h>

#include <chrono>

namespace weft::detail {

// Does nothing if the options name no checkpoints.
class TrainingSaver {
 public:
  explicit TrainingSaver(Training& training);

  // Resumes the training if there is a checkpoint, and starts the time until the next one. Throws ValueError for the checkpoint
  // of another training and for one that is not to be resumed, FormatError for a damaged one, IoError if none can be written.
  void start();
  // Returns whether it is time for a checkpoint.
  bool is_due() const;
  // Writes a checkpoint in the middle of an epoch, which has taken `seconds` so far. Throws IoError.
  void save(const Tally& tally, double seconds);
  // Call this when the training is complete: removes the checkpoints that are not to be kept.
  void end();

 private:
  bool is_on() const { return !training_.options.checkpoint.path.empty(); }
  void resume();
  void resume_from(const std::string& path);
  Metadata identity() const;

  Training& training_;
  TrainingCheckpointFiles files_;
  Metadata data_identity_;  // hashed once, and only where there are checkpoints
  std::chrono::steady_clock::time_point saved_at_;
  double saved_at_updates_ = 0;
};

}  // namespace weft::detail
