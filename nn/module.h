// Module: the base of layers and models, and Parameter, what they learn.
#pragma once

#include <weft/autograd/graph_dot.h>
#include <weft/tensor/profile_scope.h>
#include <weft/tensor/random.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace weft::nn {

class Parameter;
namespace init {
struct Preset;
}

// Marks a layer that stands alone: nn::Linear layer(nn::root, 2, 3).
struct Root {};
inline constexpr Root root;

// Layers and models are values: members of their parent, made with it and a name. Parameters then have paths such as
// "encoder.lstm.weight_ih_l0". A layer's only other constructor takes nn::root: such a layer stands alone, and as a member of
// another it would be neither trained nor saved.
//
//     struct Tagger : nn::Module {
//       nn::Embedding embedding{this, "embedding", {.rows = 1000, .dim = 64}};
//       nn::Linear dense{this, "dense", 64, 10};
//       Variable forward(const Batch& in) { return dense(embedding(in.tokens)); }
//     };
//
// Copies are deep: a copy has parameters of its own with the same values. Assignment gives values and leaves the rest: paths, and
// the leaves that optimizers hold. Children are kept as offsets from their parent, which stay right when it is copied or moved.
// Threads: a module is used by one thread at a time.
class Module {
 public:
  Module() = default;
  Module(Root) {}
  // A null parent counts as nn::root.
  Module(Module* parent, const std::string& name);
  Module(const Module&) = default;
  Module(Module&& other) noexcept : Module(std::as_const(other)) {}  // a path stays for what is assigned there later
  Module& operator=(const Module& other);
  virtual ~Module() = default;

  // Where it stands in its model: "encoder.lstm"; "" for the model itself.
  const std::string& path() const { return path_; }
  // The type's name, for summaries.
  std::string kind() const;

  // This module and all below it, parents first.
  void for_each_module(const std::function<void(Module&)>& visit);
  // All parameters: a module's own ones first, then its children's, each in the order they were made in.
  std::vector<Parameter*> parameters();

  // Training mode, which dropout asks for; off in a new module.
  void train(bool on = true);
  void eval() { train(false); }
  bool training() const { return training_; }

  void zero_grad();
  // Converts all parameters; gradient checks want f64. Gradients are dropped.
  void to(DType dtype);
  // Gives the module this path, and all below it theirs: for lists of layers made at run time.
  void move_under(const std::string& path);

  // Where this layer's own random numbers stand, for checkpoints; null for layers that draw none while they run.
  virtual Generator* generator() { return nullptr; }

  // Draws this module's own parameters anew; layers override it. Children are not touched: see nn::initialize.
  virtual void reset_parameters(const init::Preset&, Generator&) {}

 protected:
  // Children that are not members, such as those of a list.
  virtual void for_each_dynamic_child(const std::function<void(Module&)>&) {}

 private:
  friend class Parameter;
  enum class What : bool { module, parameter };
  struct Member {
    What what;
    std::ptrdiff_t at;
  };
  void add(What what, void* member) {
    members_.push_back({what, static_cast<std::byte*>(member) - reinterpret_cast<std::byte*>(this)});
  }
  void* member_at(const Member& member) { return reinterpret_cast<std::byte*>(this) + member.at; }

  std::vector<Member> members_;
  std::string path_;
  bool training_ = false;
};

// A tensor that is learnt: a leaf of the graph with a path. It converts to Variable wherever an op takes one. A copy is a leaf of
// its own; assignment, freezing and conversion keep the leaf, so that optimizers which hold it go on with what it then is.
class Parameter {
 public:
  // `tensor` holds the initial values; undefined for a parameter that a layer does without.
  Parameter(Module* owner, const std::string& name, const Tensor& tensor);
  Parameter(const Parameter& other);
  Parameter(Parameter&& other) noexcept : path_(other.path_), variable_(std::move(other.variable_)) {}
  // Takes over values and freezing, drops the gradient.
  Parameter& operator=(Parameter other);

  operator const Variable&() const { return variable_; }
  const Variable& variable() const { return variable_; }
  bool defined() const { return variable_.defined(); }
  const Tensor& tensor() const { return variable_.tensor(); }
  Tensor& tensor() { return variable_.tensor(); }
  const Shape& shape() const { return variable_.shape(); }
  Variable grad() const { return variable_.grad(); }
  void zero_grad() { variable_.zero_grad(); }
  const std::string& path() const { return path_; }

  // A frozen parameter loses its gradient and gets none, so that optimizers leave it alone.
  void freeze(bool frozen = true);
  bool frozen() const { return variable_.defined() && !variable_.requires_grad(); }

 private:
  friend class Module;
  std::string path_;
  Variable variable_;
};

// Layers open one at their entry: errors inside name the user's line and the layer's path, and a profile times the layer.
class LayerScope : CallScope {
 public:
  LayerScope(const Module& module, Where where);

 private:
  ProfileScope profile_;
};

// Draws all parameters of a model anew.
void initialize(Module& model, const init::Preset& preset, Generator& generator);

// Names a model's parameters by their paths in graph_dot(loss, parameter_names(model)). Parameters made or replaced later have no
// name there.
LeafNames parameter_names(Module& model);

// The generators of all layers that draw random numbers, in the order of for_each_module.
std::vector<Generator*> generators(Module& model);

// The number of trained numbers.
std::int64_t count_parameters(Module& model);

// A table of layers, parameter shapes and counts, with the total.
std::string summary(Module& model);

}  // namespace weft::nn
