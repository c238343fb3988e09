#include <weft/autograd/graph/detail/graph_leaves.h>
#include <weft/nn/module/detail/path.h>
#include <weft/nn/module/module.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/plain_text.h>

#include <cxxabi.h>

#include <cstdlib>
#include <iomanip>
#include <memory>
#include <typeinfo>
#include <unordered_map>

namespace weft::nn {

namespace {

std::string path_of(const void* module) {
  const auto* self = static_cast<const Module*>(module);
  return self->path().empty() ? self->kind() : self->path();
}

}  // namespace

std::string Module::kind() const {
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status), std::free);
  std::string full = status == 0 ? name.get() : typeid(*this).name();
  return full.substr(full.rfind(':') + 1);
}

std::vector<Module*> Module::children() {
  settle();
  std::vector<Module*> all;
  for (const detail::Slot& slot : slots_)
    if (slot.kind == detail::MemberKind::module) all.push_back(static_cast<Module*>(slot.member->member));
  return all;
}

std::vector<Parameter*> Module::own_parameters() {
  settle();
  std::vector<Parameter*> all;
  for (const detail::Slot& slot : slots_)
    if (slot.kind == detail::MemberKind::parameter) all.push_back(static_cast<Parameter*>(slot.member->member));
  return all;
}

void Module::for_each_module(const std::function<void(Module&)>& visit) {
  visit(*this);
  for (Module* child : children()) child->for_each_module(visit);
  for_each_dynamic_child([&](Module& child) { child.for_each_module(visit); });
}

std::vector<Parameter*> Module::parameters() {
  std::vector<Parameter*> all;
  for_each_module([&](Module& module) {
    for (Parameter* parameter : module.own_parameters())
      if (parameter->defined()) all.push_back(parameter);
  });
  return all;
}

void Module::train(bool on) {
  for_each_module([&](Module& module) { module.training_ = on; });
}

void Module::zero_grad() {
  for (Parameter* parameter : parameters()) parameter->zero_grad();
}

void Module::to(DType dtype) {
  for (Parameter* parameter : parameters()) {
    parameter->tensor() = cast(parameter->tensor(), dtype);
    parameter->zero_grad();
  }
}

void Module::move_under(const std::string& path) {
  placed_ = true;
  const std::size_t old = path_.size();
  auto moved = [&](const std::string& below) {
    const std::size_t rest = old + (old && below.size() > old);  // after the dot
    return rest == below.size() ? path : detail::join_path(path, below.substr(rest));
  };
  for_each_module([&](Module& module) {
    module.path_ = moved(module.path_);
    for (Parameter* parameter : module.own_parameters()) {
      parameter->path_ = moved(parameter->path_);
      name_leaf(parameter->variable(), parameter->path_);
    }
  });
}

Parameter::Parameter(const Owner& owner, const std::string& name, const Tensor& tensor)
    : Member(detail::MemberKind::parameter, owner, name), variable_(tensor.defined() ? leaf(tensor) : Variable()) {
  name_leaf(variable_, path());
}

Parameter::Parameter(const Parameter& other) : Member(other) {
  if (!other.defined()) return;
  variable_ = leaf(clone(other.tensor()));
  name_leaf(variable_, path());
  freeze(other.frozen());
}

Parameter& Parameter::operator=(Parameter other) {
  zero_grad();
  if (!defined() || !other.defined()) {
    variable_ = other.variable_;
    name_leaf(variable_, path());
  } else {
    tensor() = other.tensor();
    freeze(other.frozen());
  }
  return *this;
}

void Parameter::freeze(bool frozen) {
  if (defined()) variable_.set_requires_grad(!frozen);
}

LayerScope::LayerScope(const Module& module, Where caller)
    : CallScope(caller, &module, path_of),
      profile_([&] { return ProfileEvent{.kind = ProfileKind::layer, .name = path_of(&module), .caller = user_line(caller)}; }) {}

void initialize(Module& model, const init::Preset& preset, Generator& generator) {
  model.for_each_module([&](Module& module) { module.reset_parameters(preset, generator); });
}

LeafNames parameter_names(Module& model) {
  std::unordered_map<const VariableState*, std::string> names;
  for (Parameter* parameter : model.parameters()) names[parameter->variable().state().get()] = parameter->path();
  return [names = std::move(names)](const Variable& leaf) {
    auto found = names.find(leaf.state().get());
    return found == names.end() ? "" : found->second;
  };
}

std::vector<Generator*> generators(Module& model) {
  std::vector<Generator*> all;
  model.for_each_module([&](Module& module) {
    if (Generator* generator = module.generator()) all.push_back(generator);
  });
  return all;
}

std::int64_t count_parameters(Module& model) {
  std::int64_t total = 0;
  for (Parameter* parameter : model.parameters())
    if (!parameter->frozen()) total += parameter->tensor().numel();
  return total;
}

std::string summary(Module& model) {
  PlainText out;
  std::size_t width = 10;
  for (Parameter* parameter : model.parameters()) width = std::max(width, parameter->path().size() + 2);
  auto row = [&](const std::string& name, const std::string& what, const std::string& count) {
    out << std::left << std::setw(static_cast<int>(width)) << name << "  " << std::setw(24) << what << std::right << std::setw(14)
        << count << '\n';
  };
  row(model.kind(), "shape", "parameters");
  for (Parameter* parameter : model.parameters()) {
    PlainText shape;
    shape << parameter->shape();
    row("  " + parameter->path(), shape.str() + (parameter->frozen() ? " frozen" : ""),
        std::to_string(parameter->tensor().numel()));
  }
  row("total", "", std::to_string(count_parameters(model)));
  return out.str();
}

}  // namespace weft::nn
