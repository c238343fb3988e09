// Keeps two processes from training into one model.
#pragma once

#include <string>

namespace weft {

// Held while a training runs. It is a lock on the model's folder, which leaves no file and ends with its process, however that
// ends. Where a file system locks no folders, nothing is held and no training is refused.
class TrainingLock {
 public:
  // Throws ValueError while another one for the same model lives, in any process.
  explicit TrainingLock(const std::string& model);
  TrainingLock(const TrainingLock&) = delete;
  TrainingLock& operator=(const TrainingLock&) = delete;
  ~TrainingLock();

 private:
  int folder_ = -1;
};

}  // namespace weft
