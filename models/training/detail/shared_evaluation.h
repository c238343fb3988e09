// What ranks do together besides the updates.
#pragma once

#include <weft/models/training/detail/training.h>
#include <weft/models/training/evaluate.h>

#include <functional>

namespace weft::detail {

// Throws ValueError on all ranks if the data, the options or the weights of one differ from those of the first.
void check_same_training(const Training& training);

// Throws ValueError on all ranks if the weights of one differ from those of the first.
void check_same_weights(const Training& training);

// As evaluate(learner, data), with the batches dealt out to the ranks: their results are added in the order of the batches, and
// do not depend on the number of ranks.
Scores evaluate_on_ranks(Learner& learner, const Task& data, Communicator* ranks, Where caller);

// Returns on all ranks what `compute` returns on the first.
double on_first_rank_number(Communicator* ranks, const std::function<double()>& compute);

}  // namespace weft::detail
