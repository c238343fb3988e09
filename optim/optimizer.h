// Optimizer: the base of all update rules.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace weft::optim {

// The settings in which a group of parameters differs.
struct GroupOptions {
  double learning_rate_scale = 1;           // a factor of the optimizer's rate
  std::optional<double> weight_decay = {};  // replaces the optimizer's
};

// Holds the parameters that it trains and their state. A step changes, in place, every parameter that has a gradient; the others
// and their state stay unchanged. A copy trains the same parameters with a copy of the state.
class Optimizer {
 public:
  Optimizer(double learning_rate, double weight_decay) : learning_rate_(learning_rate), weight_decay_(weight_decay) {}
  Optimizer(const Optimizer& other);
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;
  virtual std::unique_ptr<Optimizer> clone() const = 0;
  virtual const char* name() const = 0;

  // Adds a group. It may contain frozen leaves, which train once they are no longer frozen. Throws GradError for a parameter that
  // is not a leaf, ValueError for one that was added before and for negative options.
  void add(const std::vector<Variable>& parameters, GroupOptions options = {}, Where caller = Where::here());

  // Updates every parameter that has a gradient; gradients stay until zero_grad(). Throws ValueError if add() was not called.
  void step(Where caller = Where::here());
  void zero_grad();

  double learning_rate() const { return learning_rate_; }
  // Throws ValueError unless the rate is finite and not negative.
  void set_learning_rate(double rate, Where caller = Where::here());
  // Returns the number of steps taken.
  std::int64_t steps() const { return steps_; }

  // Restricts the optimizer to part `part` of the rows of each parameter, as tensor/array/detail/row_parts.h cuts them: it
  // changes only these and keeps state only for them. Several processes can so share the steps, each with another part. State of
  // all rows is cut; that of another part is dropped. state() and load_state() are about these rows. Part 0 of 1 is all rows.
  void restrict_to_part(int part, int parts);
  // Returns the parameters in the order in which the names of the state count them.
  std::vector<Variable> parameters() const;

  // Returns a copy of the state, for checkpoints: "0.m" is slot m of the first parameter, "0.steps" its number of steps.
  // load_state throws FormatError if names, shapes or dtypes differ, and then changes nothing.
  std::map<std::string, Tensor> state() const;
  void load_state(const std::map<std::string, Tensor>& state, std::int64_t steps);

 protected:
  // Returns the names of the tensors that the rule keeps per parameter; each starts at zero.
  virtual std::vector<std::string> slots() const = 0;
  // The settings of one parameter's step: its group's rate and decay, and the number of its steps, including this one.
  struct Step {
    double rate, weight_decay;
    std::int64_t count;
  };
  // Changes a parameter, or on several ranks of a training the rows of one that belong to this rank, as a matrix. Each element
  // must depend on the same element of the gradient and of the slots alone, or the ranks give another result than one.
  virtual void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) = 0;
  // The same for a row-sparse gradient, such as that of an embedding; it is made dense unless a rule overrides this.
  virtual void update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step);

 private:
  struct Entry {
    Variable parameter;
    GroupOptions options;
    std::vector<Tensor> slots = {};
    std::int64_t steps = 0;  // steps with a gradient
  };
  void fit_state(Entry& entry) const;
  Tensor own_rows(const Tensor& x) const;
  void step_part(Entry& entry, const Step& step);

  double learning_rate_, weight_decay_;
  std::int64_t steps_ = 0;
  std::vector<Entry> entries_;
  int part_ = 0, parts_ = 1;
};

// Throws ValueError if one of an optimizer's options is negative, infinite or NaN; `options` holds names and values.
void check_not_negative(const char* optimizer, std::initializer_list<std::pair<const char*, double>> options);

// Returns g + decay p: L2 regularisation as part of the gradient; g itself without decay.
Tensor with_decay(const Tensor& gradient, const Tensor& parameter, double decay);

}  // namespace weft::optim
