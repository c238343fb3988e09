#include <weft/tensor/array/tensor.h>
#include <weft/tensor/base/plain_text.h>

#include <algorithm>
#include <iomanip>

namespace weft {

namespace {

constexpr std::int64_t kEdge = 3;  // numbers shown at each end of a long axis

struct Printer {
  const Tensor& tensor;
  PlainText out;
  std::size_t width = 0;

  std::string number(std::int64_t at) const {
    PlainText text;
    visit(tensor.dtype(), [&](auto type) {
      auto value = tensor.data<decltype(type)>()[at];
      if constexpr (std::is_same_v<decltype(type), bool>)
        text << (value ? "true" : "false");
      else if constexpr (std::is_floating_point_v<decltype(type)>)
        text << std::setprecision(5) << printable(value);
      else
        text << +value;
    });
    return text.str();
  }

  template <class F>
  void for_shown(std::int64_t size, F f) const {
    for (std::int64_t i = 0; i < size; ++i)
      if (size <= 2 * kEdge + 2 || i < kEdge || i >= size - kEdge) f(i);
  }

  void measure(int axis, std::int64_t at) {
    if (axis == tensor.dims()) {
      width = std::max(width, number(at).size());
      return;
    }
    for_shown(tensor.shape()[axis], [&](std::int64_t i) { measure(axis + 1, at + i * tensor.strides()[axis]); });
  }

  void print(int axis, std::int64_t at) {
    if (axis == tensor.dims()) {
      out << std::setw(static_cast<int>(width)) << number(at);
      return;
    }
    bool innermost = axis == tensor.dims() - 1;
    std::int64_t last = -1;
    out << '[';
    for_shown(tensor.shape()[axis], [&](std::int64_t i) {
      if (i) out << (innermost ? ", " : ",\n" + std::string(static_cast<std::size_t>(axis) + 1, ' '));
      if (i != last + 1) out << (innermost ? "..., " : "...,\n" + std::string(static_cast<std::size_t>(axis) + 1, ' '));
      print(axis + 1, at + i * tensor.strides()[axis]);
      last = i;
    });
    out << ']';
  }
};

}  // namespace

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined()) return "undefined";
  Printer printer{tensor, {}, 0};
  printer.measure(0, 0);
  printer.print(0, 0);
  printer.out << "  " << describe(tensor);
  return printer.out.str();
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) { return out << to_string(tensor); }

}  // namespace weft
