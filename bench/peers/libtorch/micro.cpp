// The MICRO rows in LibTorch.
#include "rows.h"

#include <torch/torch.h>

#include <map>

namespace {

using torch::Tensor;
using Step = std::function<void()>;
constexpr int64_t kMany = 1 << 24;

Tensor uniform(torch::IntArrayRef shape, double low = -1, double high = 1) { return torch::empty(shape).uniform_(low, high); }

Step inference(std::function<Tensor()> f) {
  return [f] {
    c10::InferenceMode guard;
    f();
  };
}

// Computes f(leaves) and its gradients. Without a seed, f returns a scalar.
Step with_gradients(std::vector<Tensor> leaves, Tensor seed, std::function<Tensor(const std::vector<Tensor>&)> f) {
  for (Tensor& leaf : leaves) leaf.requires_grad_();
  return [=] {
    for (const Tensor& leaf : leaves) leaf.mutable_grad() = Tensor();
    f(leaves).backward(seed);
  };
}

Step add_forward_grad() {
  Tensor a = torch::ones(16).requires_grad_(), b = torch::ones(16).requires_grad_();
  return [=] { a + b; };
}

Step adam() {
  Tensor weight = uniform({10'000'000}).requires_grad_();
  weight.mutable_grad() = uniform({10'000'000});
  auto adam = std::make_shared<torch::optim::Adam>(std::vector<Tensor>{weight}, torch::optim::AdamOptions(1e-3));
  return [=] { adam->step(); };
}

Step embedding() {
  Tensor zipf = 1 / torch::arange(1, 10001, torch::kFloat), ids = torch::multinomial(zipf, 6400, true);
  return with_gradients({uniform({10000, 128})}, uniform({6400, 128}),
                        [=](const auto& leaves) { return torch::embedding(leaves[0], ids); });
}

Step layer_norm() {
  return with_gradients({uniform({1600, 512}), torch::ones(512), torch::zeros(512)}, uniform({1600, 512}),
                        [](const auto& leaves) { return torch::layer_norm(leaves[0], {512}, leaves[1], leaves[2]); });
}

Step cross_entropy() {
  Tensor targets = torch::randint(0, 8000, {1600});
  return with_gradients({uniform({1600, 8000}, -3, 3)}, {},
                        [=](const auto& leaves) { return torch::cross_entropy_loss(leaves[0], targets); });
}

Step binary(Tensor a, Tensor b, Tensor (*f)(const Tensor&, const Tensor&)) {
  return inference([=] { return f(a, b); });
}

Step unary(Tensor x, Tensor (*f)(const Tensor&)) {
  return inference([=] { return f(x); });
}

Step tanh_muladd() {
  Tensor a = uniform({kMany}), b = uniform({kMany}), c = uniform({kMany});
  return inference([=] { return torch::tanh(a * b + c); });
}

const std::map<std::string, Step (*)()> kMicro{
    {"add16/forward",
     [] { return binary(torch::ones(16), torch::ones(16), [](const Tensor& a, const Tensor& b) { return a + b; }); }},
    {"add16/forward_grad", add_forward_grad},
    {"add16/forward_backward",
     [] {
       return with_gradients({torch::ones(16), torch::ones(16)}, torch::ones(16),
                             [](const auto& leaves) { return leaves[0] + leaves[1]; });
     }},
    {"tanh_muladd/16M", tanh_muladd},
    {"exp/16M", [] { return unary(uniform({kMany}, -3, 3), [](const Tensor& x) { return torch::exp(x); }); }},
    {"softmax/6400x200",
     [] {
       return unary(uniform({6400, 200}, -3, 3), [](const Tensor& x) { return torch::softmax(x, -1); });
     }},
    {"layer_norm/1600x512", layer_norm},
    {"cross_entropy/1600x8000", cross_entropy},
    {"matmul/64x512x2048",
     [] {
       return binary(uniform({64, 512}), uniform({2048, 512}),
                     [](const Tensor& x, const Tensor& w) { return torch::linear(x, w); });
     }},
    {"matmul/batched_32x200x128x200",
     [] {
       return binary(uniform({32, 200, 128}), uniform({32, 128, 200}),
                     [](const Tensor& a, const Tensor& b) { return torch::bmm(a, b); });
     }},
    {"embedding/6400x128", embedding},
    {"adam/10M", adam},
    {"sum_axis0/4096",
     [] {
       return unary(uniform({4096, 4096}), [](const Tensor& x) { return x.sum(0); });
     }},
    {"max_index_axis0/4096",
     [] {
       return unary(uniform({4096, 4096}), [](const Tensor& x) { return std::get<1>(x.max(0)); });
     }},
    {"transpose_copy/4096",
     [] {
       return unary(uniform({4096, 4096}), [](const Tensor& x) { return x.t().contiguous(); });
     }},
};

}  // namespace

Row make_micro_row(const std::string& name) {
  auto found = kMicro.find(name);
  return {found == kMicro.end() ? Step() : found->second(), {}};
}
