// AnyAttention: a member whose kind of attention is chosen when the model is made.
#pragma once

#include <weft/nn/attention/scored_attention.h>
#include <weft/nn/module/any_module.h>

namespace weft::nn {

// Holds one ScoredAttention; its parameters have the same paths as if it were a member of that kind.
//
//     nn::AnyAttention attention{this, "attention", nn::GeneralAttention(nn::root, 512, 512)};
//     nn::Memory memory = attention->prepare(encoded, lengths);
class AnyAttention : public Module {
 public:
  // `attention` must have been made with nn::root.
  template <std::derived_from<ScoredAttention> Kind>
  AnyAttention(const Owner& parent, const std::string& name, Kind attention) : Module(parent, name), held_(std::move(attention)) {
    held_->move_under(path());
  }
  template <std::derived_from<ScoredAttention> Kind>
  AnyAttention(const Standalone& root, Kind attention) : AnyAttention(Owner(root), "", std::move(attention)) {}

  AnyAttention(const AnyAttention&) = default;
  AnyAttention(AnyAttention&&) = default;
  AnyAttention& operator=(const AnyAttention& other) {
    Module::operator=(other);
    held_ = other.held_;
    held_->move_under(path());
    return *this;
  }
  AnyAttention& operator=(AnyAttention&& other) {
    AnyAttention taken(std::move(other));
    Module::operator=(taken);
    held_ = std::move(taken.held_);
    held_->move_under(path());
    return *this;
  }

  const ScoredAttention& operator*() const { return *held_; }
  const ScoredAttention* operator->() const { return &*held_; }

 protected:
  void for_each_dynamic_child(const std::function<void(Module&)>& visit) override { visit(*held_); }

 private:
  AnyModule<ScoredAttention> held_;
};

}  // namespace weft::nn
