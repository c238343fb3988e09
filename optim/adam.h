// Adam and AdamW.
#pragma once

#include <weft/optim/optimizer.h>
#include <weft/tensor/base/enum_names.h>

namespace weft::optim {

// What a row-sparse gradient, such as that of an embedding, does to the rows that it does not contain. A gradient that has all
// rows, such as that of tied weights, or that a hook has seen, is not row-sparse.
enum class RowUpdates {
  exact,  // their g is 0: the same bits as Adam on the dense gradient, which is not materialized
  lazy,   // they and their m, v stay unchanged: faster, but m and v do not decay while a row is not used. PyTorch's SparseAdam
};
inline constexpr EnumName<RowUpdates> kRowUpdatesNames[] = {{RowUpdates::lazy, "lazy"}, {RowUpdates::exact, "exact"}};

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;  // PyTorch's default; Keras's is 1e-7
  double weight_decay = 0;
  RowUpdates row_updates = RowUpdates::exact;
};

// m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
// p -= lr m^ / (sqrt(v^) + epsilon) with m^ = m / (1 - beta1^t), v^ = v / (1 - beta2^t). Kingma & Ba 2015.
// t counts a parameter's own steps and is the same for all rows. Weight decay is added to the gradient as decay p; with
// RowUpdates::lazy only in the rows of the gradient.
class Adam : public Optimizer {
 public:
  explicit Adam(AdamOptions options = {}, Where caller = Where::here()) : Adam("Adam", options, caller) {}
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<Adam>(*this); }
  const char* name() const override { return "Adam"; }

 protected:
  Adam(const char* name, const AdamOptions& options, Where caller);
  std::vector<std::string> slots() const override { return {"m", "v"}; }
  void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) override;
  void update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) override;
  void adam_step(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step);
  void adam_step(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step);
  bool lazy() const { return options_.row_updates == RowUpdates::lazy; }

 private:
  struct Factors {
    double rate, epsilon, weight1, weight2;
  };
  Factors factors(const Step& step) const;

  AdamOptions options_;
};

struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;  // PyTorch's default; Keras's is 0.004
  RowUpdates row_updates = RowUpdates::exact;
};

// Adam with decay that shrinks the parameter itself: p *= 1 - lr decay, before the step. Loshchilov & Hutter 2019. With
// RowUpdates::lazy only the rows of the gradient shrink.
class AdamW : public Adam {
 public:
  explicit AdamW(AdamWOptions options = {}, Where caller = Where::here())
      : Adam("AdamW", {options.lr, options.beta1, options.beta2, options.epsilon, options.weight_decay, options.row_updates},
             caller) {}
  std::unique_ptr<Optimizer> clone() const override { return std::make_unique<AdamW>(*this); }
  const char* name() const override { return "AdamW"; }

 private:
  void update(Tensor& parameter, const Tensor& gradient, std::vector<Tensor>& slots, const Step& step) override;
  void update_by_rows(Tensor& parameter, const RowSparse& gradient, std::vector<Tensor>& slots, const Step& step) override;
};

}  // namespace weft::optim
