// Optimizer: what all update rules share.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace weft::optim {

// What a group of parameters does differently.
struct GroupOptions {
  double learning_rate_scale = 1;           // times the optimizer's rate
  std::optional<double> weight_decay = {};  // instead of the optimizer's
};

// Holds the parameters it trains and their state. One step changes every parameter that has a gradient, in place; the others and
// their state stay as they are. A copy trains the same parameters with a copy of the state.
class Optimizer {
 public:
  Optimizer(double learning_rate, double weight_decay) : learning_rate_(learning_rate), weight_decay_(weight_decay) {}
  Optimizer(const Optimizer& other);
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;
  virtual std::unique_ptr<Optimizer> clone() const = 0;
  virtual const char* name() const = 0;

  // Adds a group; frozen leaves may be among them, and train once they are not. Throws GradError for a parameter that is no leaf,
  // ValueError for one that was added before and for negative
  // options.
  void add(const std::vector<Variable>& parameters, GroupOptions options = {}, Where where = Where::here());

  // One update of every parameter that has a gradient, by that gradient; gradients stay for zero_grad().
  void step();
  void zero_grad();

  double learning_rate() const { return learning_rate_; }
  // Throws ValueError unless it is a finite number from 0 on.
  void set_learning_rate(double rate, Where where = Where::here());
  // How many steps were taken.
  std::int64_t steps() const { return steps_; }

  // A copy of the state, for checkpoints: "0.m" is slot m of the first parameter, "0.steps" how many steps it took. load_state
  // throws FormatError when names, shapes or dtypes differ, and then changes nothing.
  std::map<std::string, Tensor> state() const;
  void load_state(const std::map<std::string, Tensor>& state, std::int64_t steps);

 protected:
  // Names of the tensors that the rule keeps per parameter; each starts at zero.
  virtual std::vector<std::string> slots() const = 0;
  // What a step of one parameter goes by: its group's rate and decay, and how many steps it has taken, this one included.
  struct Step {
    double rate, weight_decay;
    std::int64_t count;
  };
  virtual void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) = 0;
  // The same by a row-sparse gradient, as embeddings have it: made dense, unless a rule knows better.
  virtual void update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step);

 private:
  struct Entry {
    Variable parameter;
    GroupOptions options;
    std::vector<Tensor> slots = {};
    std::int64_t steps = 0;  // with a gradient
  };
  static void fit_state(Entry& entry);

  double learning_rate_, weight_decay_;
  std::int64_t steps_ = 0;
  std::vector<Entry> entries_;
};

// Throws ValueError when one of an optimizer's options is negative, infinite or NaN; `options` holds names and values.
void check_not_negative(const char* optimizer, std::initializer_list<std::pair<const char*, double>> options);

// g + decay p: L2 regularisation as part of the gradient; g itself without decay.
Tensor with_decay(const Tensor& gradient, const Tensor& parameter, double decay);

}  // namespace weft::optim
