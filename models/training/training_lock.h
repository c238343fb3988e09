// Prevents two processes from training the same model at once.
#pragma once

#include <string>

namespace weft {

// Held while a training runs. It is a lock on the model's folder, which leaves no file and ends with its process, however that
// ends. On a file system that cannot lock folders nothing is held, and no training is refused.
class TrainingLock {
 public:
  // Throws ValueError if another lock for the same model exists in any process.
  explicit TrainingLock(const std::string& model);
  TrainingLock(const TrainingLock&) = delete;
  TrainingLock& operator=(const TrainingLock&) = delete;
  ~TrainingLock();

 private:
  int folder_ = -1;
};

}  // namespace weft
