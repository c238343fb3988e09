// Module: the base of layers and models, and Parameter, a tensor that they learn.
#pragma once

#include <weft/autograd/engine/graph_dot.h>
#include <weft/nn/module/member.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/profile_scope.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace weft::nn {

class Parameter;
namespace init {
struct Preset;
}

// Layers and models are values: a member is built with its parent and a name. Its parameters then have paths such as
// "encoder.lstm.weight_ih_l0". A layer's only other constructor takes nn::root and makes a stand-alone layer, which would be
// neither trained nor saved as a member of another.
//
//     struct Tagger : nn::Module {
//       nn::Embedding embedding{this, "embedding", {.num_embeddings = 1000, .embedding_dim = 64}};
//       nn::Linear dense{this, "dense", 64, 10};
//       Variable forward(const Batch& in) { return dense(embedding(in.tokens)); }
//     };
//
// Copies are deep: a copy has its own parameters with the same values. Assignment copies the values and keeps everything else:
// paths, and the leaves that optimizers hold. Use nn::ModuleList or nn::Sequential for layers whose number is only known at run
// time. Other layers that are stored outside their parent, in a std::vector or behind a std::unique_ptr, work as well (see
// Member), but a layer that a copy of the model would share with it, behind a std::shared_ptr, is an error. Threads: a module is
// used by one thread at a time; several may copy one that no thread changes.
class Module : public Member {
 public:
  Module() = default;
  Module(Root) {}
  // A null parent counts as nn::root. Throws ValueError if the name is empty, contains a dot or is already used in the parent.
  Module(const Owner& parent, const std::string& name) : Member(detail::MemberKind::module, parent, name) {}
  Module(const Module& other);
  Module(Module&& other) noexcept;
  Module& operator=(const Module& other);
  Module& operator=(Module&& other) noexcept;
  virtual ~Module();

  // The type's name, for summaries.
  std::string kind() const;

  // Visits this module and all below it, parents first. Throws ValueError for a copy that lacks a layer of its own.
  void for_each_module(const std::function<void(Module&)>& visit);
  // Returns all parameters: a module's own ones first, then its children's, each in the order in which they were made.
  std::vector<Parameter*> parameters();

  // Sets training mode, which dropout checks; it is off in a new module.
  void train(bool on = true);
  void eval() { train(false); }
  bool training() const { return training_; }

  void zero_grad();
  // Converts all parameters, for example to f64 for gradient checks. Gradients are dropped.
  void to(DType dtype);
  // Sets the path of this module and the paths of all below it: for lists of layers made at run time.
  void move_under(const std::string& path);

  // Returns the generator of this layer's random numbers, for checkpoints; null for layers that draw none while they run. Layers
  // that draw keep it in a RandomStream, so that copies draw different numbers.
  virtual Generator* generator() { return nullptr; }

  // Initializes this module's own parameters; layers override it. Children are not touched: see nn::initialize.
  virtual void reset_parameters(const init::Preset&, Generator&) {}

 protected:
  // Visits children that are not members, such as those of a list.
  virtual void for_each_dynamic_child(const std::function<void(Module&)>&) {}

 private:
  friend class Member;
  void add(detail::MemberKind kind, const std::string& name, const detail::HandlePtr& member);
  void replace(const detail::HandlePtr& member, const detail::HandlePtr& by);
  bool claim(const detail::HandlePtr& copy, const detail::HandlePtr& source);
  void follow(const Module& other, bool moved);
  void settle();
  bool settle(detail::Slot& slot);
  void take(detail::Slot& slot, detail::HandlePtr member);
  void close();
  std::vector<Module*> children();
  std::vector<Parameter*> own_parameters();

  std::vector<detail::Slot> slots_;
  bool open_ = false;      // whether slots wait for copies of another module's members
  bool assigned_ = false;  // whether that is due to an assignment, which is complete
  bool training_ = false;
};

// A learnt tensor: a leaf of the graph with a path. It converts to Variable wherever an op takes one. A copy is a new leaf;
// assignment, freezing and conversion keep the leaf, so that optimizers that hold it go on with its new values.
class Parameter : public Member {
 public:
  // `tensor` holds the initial values; it is undefined for a parameter that a layer does not use. Throws ValueError if the name
  // is empty, contains a dot or is already used in the owner.
  Parameter(const Owner& owner, const std::string& name, const Tensor& tensor);
  Parameter(const Parameter& other);
  Parameter(Parameter&& other) noexcept = default;
  // Copies the values and whether it is frozen, and drops the gradient.
  Parameter& operator=(Parameter other);

  operator const Variable&() const { return variable_; }
  const Variable& variable() const { return variable_; }
  bool defined() const { return variable_.defined(); }
  const Tensor& tensor() const { return variable_.tensor(); }
  Tensor& tensor(Where caller = Where::here()) { return variable_.tensor(caller); }
  const Shape& shape(Where caller = Where::here()) const { return variable_.shape(caller); }
  Variable grad() const { return variable_.grad(); }
  void zero_grad() { variable_.zero_grad(); }

  // A frozen parameter loses its gradient and gets none, so that optimizers do not change it.
  void freeze(bool frozen = true);
  bool frozen() const { return variable_.defined() && !variable_.requires_grad(); }

 private:
  Variable variable_;
};

// Each layer opens one at its entry: errors inside name the user's line and the layer's path, and a profile times the layer.
class LayerScope : CallScope {
 public:
  LayerScope(const Module& module, Where caller);

 private:
  ProfileScope profile_;
};

// Initializes all parameters of a model.
void initialize(Module& model, const init::Preset& preset, Generator& generator);

// Returns a function that names a model's parameters by their paths, for graph_dot(loss, parameter_names(model)). Parameters made
// or replaced later have no name there.
LeafNames parameter_names(Module& model);

// Returns the generators of all layers that draw random numbers, in the order of for_each_module.
std::vector<Generator*> generators(Module& model);

// Returns the number of trainable numbers.
std::int64_t count_parameters(Module& model);

// Returns a table of layers, parameter shapes and counts, with the total.
std::string summary(Module& model);

}  // namespace weft::nn
