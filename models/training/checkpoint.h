// Checkpoints: files from which training goes on as if nothing had happened.
#pragma once

#include <weft/models/io/model_file.h>
#include <weft/models/progress/training_time.h>

#include <optional>
#include <string>

namespace weft {

// Files PATH.000001200.checkpoint, named by the updates done; each is complete and durable or is not there at all. It holds the
// weights, the best ones, the averaged ones, the optimizer's state, the schedule's, all random states, the place in the data, the
// metrics of the epoch so far and the history. Training that goes on from it ends with the bytes of a training that never
// stopped.
struct CheckpointOptions {
  std::string path = {};                                    // where the names begin; "": no checkpoints
  TrainingTime every = {300, TrainingTime::Unit::seconds};  // how often; 0: only when training is stopped
  int keep = 0;            // how many of the newest stay; 0: one while training runs, none after it ended
  bool resume = false;     // go on from the newest file, from the start where there is none; without it a file is an error
  Metadata identity = {};  // what must be the same to resume: options of the model, vocabularies
};

// Which files there are. Functions throw IoError.
class CheckpointFiles {
 public:
  explicit CheckpointFiles(const CheckpointOptions& options) : options_(options) {}
  std::string path(std::int64_t updates) const;
  std::optional<std::string> newest() const;
  // To be asked before training: throws IoError when no checkpoint can be written there, for the folder or the name's length, and
  // ValueError when there is an earlier training's and it is not to be resumed.
  void check_start() const;
  // Removes what is older than the newest `keep`, all when training has ended and none is to stay, and what a process left behind
  // that was killed while it wrote a checkpoint or the model at the path itself.
  void tidy(bool ended) const;

  // Whether a file called `name` in the folder of a model called `model` is one of these.
  static bool is_one_of(const std::string& model, const std::string& name);

 private:
  std::vector<std::string> all() const;  // the oldest first
  const CheckpointOptions& options_;
};

// Throws ValueError that names the first entry in which the two differ; `path` is where `saved` stands.
void check_same_identity(const std::string& path, const Metadata& saved, const Metadata& now);

}  // namespace weft
