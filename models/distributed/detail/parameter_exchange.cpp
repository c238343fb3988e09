#include <weft/models/distributed/detail/parameter_exchange.h>
#include <weft/models/distributed/detail/piece_exchange.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/indexing/detail/row_range.h>

#include <algorithm>
#include <cstdlib>

namespace weft {

namespace {

// The gradients of one round.
class GradientRound {
 public:
  GradientRound(Communicator& ranks, const Round& round, const std::vector<Variable>& parameters,
                std::vector<ParameterGradient>& gradients, const std::vector<std::string>& kinds);
  void run();

 private:
  void exchange_row_counts();
  void add_dense(std::size_t i);
  void add_rows(std::size_t i);
  IndexRange rows(std::size_t i, IndexRange parts) const {
    return rows_of_parts(rows_of(parameters_[i].shape()), parts, ranks_.size());
  }

  Communicator& ranks_;
  const Round& round_;
  const std::vector<Variable>& parameters_;
  std::vector<ParameterGradient>& gradients_;
  std::string mine_, theirs_;  // kinds of the sums so far
  std::vector<RowSparse> received_;
  std::vector<std::int64_t> their_rows_;
  detail::PieceExchange pieces_;
};

GradientRound::GradientRound(Communicator& ranks, const Round& round, const std::vector<Variable>& parameters,
                             std::vector<ParameterGradient>& gradients, const std::vector<std::string>& kinds)
    : ranks_(ranks), round_(round), parameters_(parameters), gradients_(gradients), received_(gradients.size()) {
  // Before this round, each of the two has the sum over its neighbours at smaller distances.
  const int group = std::abs(round.partner - ranks.rank());
  auto sum_of = [&](int rank) {
    std::string sum(gradients.size(), kNone);
    for (int member = rank / group * group, i = 0; i < group; ++i, ++member)
      for (std::size_t p = 0; p < sum.size(); ++p)
        sum[p] = static_cast<char>(sum[p] | kinds[static_cast<std::size_t>(member)][p]);
    return sum;
  };
  mine_ = sum_of(ranks.rank());
  theirs_ = sum_of(round.partner);
}

void GradientRound::exchange_row_counts() {
  std::vector<std::int64_t> own(gradients_.size());
  their_rows_.resize(gradients_.size());
  for (std::size_t i = 0; i < own.size(); ++i)
    if (mine_[i] & kRows) own[i] = rows_between(gradients_[i].rows, rows(i, round_.other)).rows.numel();
  ranks_.exchange(round_.partner, std::as_bytes(std::span(own)), std::as_writable_bytes(std::span(their_rows_)));
}

void GradientRound::add_dense(std::size_t i) {
  const bool has = mine_[i] & kDense;
  if (has) pieces_.send(rows_in(gradients_[i].dense, rows(i, round_.other)));
  if (!(theirs_[i] & kDense)) return;
  if (!has) gradients_[i].dense = Tensor(parameters_[i].shape(), parameters_[i].dtype());
  const Tensor own = rows_in(gradients_[i].dense, rows(i, round_.own));
  has ? pieces_.add_received(own) : pieces_.receive(own);
}

void GradientRound::add_rows(std::size_t i) {
  if (mine_[i] & kRows) {
    const RowSparse other = rows_between(gradients_[i].rows, rows(i, round_.other));
    pieces_.send(other.rows);
    pieces_.send(other.values);
  }
  if (!(theirs_[i] & kRows)) return;
  const Shape& shape = parameters_[i].shape();
  received_[i] = {Tensor({their_rows_[i]}, DType::i64), Tensor({their_rows_[i], shape[1]}, parameters_[i].dtype()), shape[0]};
  pieces_.receive(received_[i].rows);
  pieces_.receive(received_[i].values);
}

void GradientRound::run() {
  const auto has_rows = [](char kinds) { return (kinds & kRows) != 0; };
  if (std::any_of(mine_.begin(), mine_.end(), has_rows) || std::any_of(theirs_.begin(), theirs_.end(), has_rows))
    exchange_row_counts();
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    add_dense(i);
    add_rows(i);
  }
  pieces_.run(ranks_, round_.partner);
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    RowSparse& sum = gradients_[i].rows;
    if (mine_[i] & kRows) sum = rows_between(sum, rows(i, round_.own));
    if (!(theirs_[i] & kRows)) continue;
    sum = !sum.defined() ? received_[i] : round_.first ? add(sum, received_[i]) : add(received_[i], sum);
  }
}

// Says for each gradient whether it is defined, dense or in rows.
std::string kinds_of(const std::vector<ParameterGradient>& gradients) {
  std::string kinds;
  for (const ParameterGradient& gradient : gradients)
    kinds += static_cast<char>((gradient.dense.defined() ? kDense : kNone) | (gradient.rows.defined() ? kRows : kNone));
  return kinds;
}

}  // namespace

ParameterExchange::ParameterExchange(Communicator& ranks, std::vector<Variable> parameters)
    : ranks_(ranks), parameters_(std::move(parameters)), overlapped_(ranks, parameters_) {}

// Halving takes the lower half of the parts if the lowest bit of the rank is 0, and so on for the other bits.
int ParameterExchange::part_of_rank(int rank) const {
  int part = 0;
  for (int distance = 1; distance < parts(); distance *= 2) part = 2 * part + ((rank & distance) != 0);
  return part;
}

bool ParameterExchange::start(std::size_t parameter, const Tensor& sum) {
  if (!overlapped_.chosen(parameter)) return false;
  overlapped_.start(parameter, sum);
  return true;
}

std::string ParameterExchange::finish_started(std::vector<ParameterGradient>& gradients) {
  std::string kinds = kinds_of(gradients);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (overlapped_.started(i))
      kinds[i] = static_cast<char>(kinds[i] | kDense);
    else if (gradients[i].dense.defined())
      start(i, gradients[i].dense);
  }
  overlapped_.finish();
  for (std::size_t i = 0; i < gradients.size(); ++i)
    if (overlapped_.started(i)) gradients[i].dense = overlapped_.take(i);
  return kinds;
}

void ParameterExchange::abandon() {
  std::vector<ParameterGradient> none(parameters_.size());
  finish_started(none);
}

void ParameterExchange::add_gradients(std::vector<ParameterGradient>& gradients, const std::vector<std::string>& kinds) {
  std::vector<std::string> left = kinds;  // what finish_started() has not added
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    ParameterGradient& gradient = gradients[i];
    if (overlapped_.chosen(i)) {
      const auto is_dense = [i](const std::string& rank) { return (rank[i] & kDense) != 0; };
      if (std::ranges::none_of(kinds, is_dense)) gradient.dense = {};
      for (std::string& rank : left) rank[i] = static_cast<char>(rank[i] & ~kDense);
    } else if (gradient.dense.defined()) {
      gradient.dense = contiguous(gradient.dense);
    }
  }
  for (const Round& round : rounds_of(ranks_)) GradientRound(ranks_, round, parameters_, gradients, left).run();
  overlapped_.choose(kinds);
}

namespace {

// Recursive doubling for one set of tensors, of which each rank has its part.
void collect(Communicator& ranks, const std::vector<Tensor>& tensors) {
  std::vector<Round> rounds = rounds_of(ranks);
  std::reverse(rounds.begin(), rounds.end());
  for (const Round& round : rounds) {
    detail::PieceExchange pieces;
    for (const Tensor& tensor : tensors) {
      const std::int64_t rows = rows_of(tensor.shape());
      pieces.send(rows_in(tensor, rows_of_parts(rows, round.own, ranks.size())));
      pieces.receive(rows_in(tensor, rows_of_parts(rows, round.other, ranks.size())));
    }
    pieces.run(ranks, round.partner);
  }
}

}  // namespace

void ParameterExchange::collect_parameters(const std::vector<ParameterGradient>& gradients) {
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (gradients[i].defined()) tensors.push_back(parameters_[i].tensor());
  collect(ranks_, tensors);
}

Tensor ParameterExchange::collected(const Tensor& part, const Shape& whole) {
  Tensor all(whole, part.dtype());
  Tensor own = rows_in(all, part_of(rows_of(whole), this->part(), parts()));
  if (part.numel() > 0) copy_to(own, reshape(part, own.shape()));
  collect(ranks_, {all});
  return all;
}

}  // namespace weft
