// AnyModule: a layer of any type, held by value.
#pragma once

#include <weft/nn/module/module.h>

#include <memory>
#include <typeinfo>

namespace weft::nn {

// Owns a layer of some type derived from Base, made with nn::root. Copies are deep; assigning a layer of the same type assigns to
// the existing layer. AnyModule is not a module itself: a list of layers holds several of them and names them with
// Module::move_under.
template <class Base>
class AnyModule {
 public:
  template <std::derived_from<Base> Layer>
  explicit AnyModule(Layer layer)
      : layer_(std::make_unique<Layer>(std::move(layer))), copy_(copy_of<Layer>), assign_(assign<Layer>), move_(move<Layer>) {}
  AnyModule(const AnyModule& other)
      : layer_(other.copy_(*other.layer_)), copy_(other.copy_), assign_(other.assign_), move_(other.move_) {}
  AnyModule(AnyModule&&) noexcept = default;
  AnyModule& operator=(const AnyModule& other) {
    if (same_type(other))
      assign_(*layer_, *other.layer_);
    else
      *this = AnyModule(other);
    return *this;
  }
  AnyModule& operator=(AnyModule&& other) {
    if (same_type(other)) {
      move_(*layer_, *other.layer_);
    } else {
      std::swap(layer_, other.layer_);
      std::swap(copy_, other.copy_);
      std::swap(assign_, other.assign_);
      std::swap(move_, other.move_);
    }
    return *this;
  }

  Base& operator*() const { return *layer_; }
  Base* operator->() const { return layer_.get(); }

 private:
  template <class Layer>
  static std::unique_ptr<Base> copy_of(const Base& layer) {
    return std::make_unique<Layer>(static_cast<const Layer&>(layer));
  }

  template <class Layer>
  static void assign(Base& to, const Base& from) {
    static_cast<Layer&>(to) = static_cast<const Layer&>(from);
  }
  template <class Layer>
  static void move(Base& to, Base& from) {
    static_cast<Layer&>(to) = static_cast<Layer&&>(from);
  }
  bool same_type(const AnyModule& other) const { return layer_ && other.layer_ && typeid(*layer_) == typeid(*other.layer_); }

  std::unique_ptr<Base> layer_;
  std::unique_ptr<Base> (*copy_)(const Base&);
  void (*assign_)(Base& to, const Base& from);
  void (*move_)(Base& to, Base& from);
};

}  // namespace weft::nn
