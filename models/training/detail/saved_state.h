// The contents of a checkpoint.
#pragma once

#include <weft/models/training/detail/training.h>
#include <weft/tensor/files/safetensors.h>

#include <map>
#include <string>
#include <vector>

namespace weft::detail {

// Returns the tensors, which share memory with those of the training. Their names are a parameter's path after "model.", "best."
// or "average.", and the names of the optimizer's state after "optimizer.".
std::map<std::string, Tensor> saved_tensors(Training& training);
// Returns the optimizer's state for all rows of the parameters, of which each rank keeps a part. Must be called on all ranks.
std::map<std::string, Tensor> optimizer_state(Training& training);

// Returns everything else as JSON. `record` and `tally` are those of the epoch in progress.
std::string saved_state(const Training& training, const EpochRecord& record, const std::vector<double>& tally);

// Restores a training from a checkpoint that was read from `path`. Throws ValueError for an epoch that this training does not
// have, FormatError for a file that is damaged or contradicts itself.
void restore(Training& training, const std::string& path, const TensorFile& file);

}  // namespace weft::detail
