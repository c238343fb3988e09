// Checkpoints of a training: files from which one that was interrupted continues as if it had not been. What recomputes
// activations to save memory is checkpoint() in autograd/engine/checkpoint.h.
#pragma once

#include <weft/models/io/model_file.h>
#include <weft/models/options/option_field.h>
#include <weft/models/progress/training_time.h>

#include <optional>
#include <string>

namespace weft {

// Checkpoints are files PATH.000001200.checkpoint, named by the number of updates done; each is complete and durable, or does not
// exist at all. A checkpoint holds the current weights, the best ones and the averaged ones, the states of the optimizer, the
// schedule and all random generators, the position in the data, the metrics of the current epoch and the history. A training
// resumed from it ends with the same bytes as one that was never interrupted.
struct TrainingCheckpointOptions {
  std::string path = {};                                    // beginning of the file names; "": no checkpoints
  TrainingTime every = {300, TrainingTime::Unit::seconds};  // how often; 0: only when training is stopped
  int keep = 0;            // how many of the newest to keep; 0: one while training runs, none after its end
  bool resume = false;     // continue from the newest file, or start if there is none; if false, an existing file is an error
  Metadata identity = {};  // what must be equal to resume: the model's options, vocabularies
  Metadata absent = {};    // the values to assume for entries that an older file lacks

  // Describes `every`, `keep` and `resume`.
  OptionFields fields();
};

// Manages the files of one training. Functions throw IoError.
class TrainingCheckpointFiles {
 public:
  explicit TrainingCheckpointFiles(const TrainingCheckpointOptions& options) : options_(options) {}
  std::string path(std::int64_t updates) const;
  std::optional<std::string> newest() const;
  // Call this before training. Throws IoError if no checkpoint can be written there, because of the folder or the length of the
  // name, and ValueError if there is one of an earlier training that is not to be resumed.
  void check_start() const;
  // Removes checkpoints older than the newest `keep` (all of them if training has ended and none is to be kept), and temporary
  // files of a process that was killed while it wrote a checkpoint or the model.
  void tidy(bool ended) const;

  // Returns whether a file `name`, in the folder of the model file `model`, is a checkpoint of that model.
  static bool is_one_of(const std::string& model, const std::string& name);

 private:
  std::vector<std::string> all() const;  // the oldest first
  const TrainingCheckpointOptions& options_;
};

// Throws ValueError that names the first entry in which the two differ; `path` is the file that holds `saved`. An entry that it
// lacks is taken from `absent` if that has it.
void check_same_identity(const std::string& path, Metadata saved, const Metadata& now, const Metadata& absent);

}  // namespace weft
