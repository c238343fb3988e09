// Undefined Tensors and Variables as arguments never crash: the error is one line and names the op.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/functions/activations.h>
#include <weft/autograd/functions/combinations.h>
#include <weft/autograd/functions/division.h>
#include <weft/autograd/functions/logarithms.h>
#include <weft/autograd/functions/rounding.h>
#include <weft/autograd/functions/trigonometry.h>
#include <weft/autograd/fused/additive_score.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/fused/recurrence.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/sort.h>
#include <weft/autograd/losses/loss.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/functions/division.h>
#include <weft/tensor/fused/layer_norm.h>
#include <weft/tensor/fused/softmax.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/indexing/sort.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {

struct Call {
  const char* op;
  std::function<void()> run;
};

// Calls with an undefined argument of type X and the defined ones x [2, 3] and ids [2].
template <class X>
std::vector<Call> calls() {
  static const X none{}, x = ones({2, 3});
  static const Tensor ids = zeros({2}, DType::i64), mask = ones({2, 3}, DType::boolean), nothing{};
  return {
      {"exp", [] { exp(none); }},
      {"neg", [] { neg(none); }},
      {"add", [] { x + none; }},
      {"add", [] { none + x; }},
      {"mul", [] { none * 2; }},
      {"div", [] { 2 / none; }},
      {"pow", [] { pow(x, none); }},
      {"maximum", [] { maximum(x, none); }},
      {"clamp", [] { clamp(none, 0, 1); }},
      {"where", [] { where(mask, x, none); }},
      {"where", [] { where(nothing, x, x); }},
      {"fma", [] { fma(x, none, x); }},
      {"tan", [] { tan(none); }},
      {"atan2", [] { atan2(x, none); }},
      {"logaddexp", [] { logaddexp(none, x); }},
      {"floor", [] { floor(none); }},
      {"sign", [] { sign(none); }},
      {"remainder", [] { remainder(x, none); }},
      {"fmod", [] { fmod(none, 2); }},
      {"lerp", [] { lerp(x, none, 0.5); }},
      {"addcmul", [] { addcmul(x, x, none); }},
      {"mish", [] { mish(none); }},
      {"softshrink", [] { softshrink(none); }},
      {"sum", [] { sum(none); }},
      {"sum", [] { sum(none, 1); }},
      {"mean", [] { mean(none, {1}); }},
      {"mean", [] { mean(none, ids); }},
      {"mean", [] { mean(x, nothing); }},
      {"max", [] { max(none, 0); }},
      {"min", [] { min(none); }},
      {"logsumexp", [] { logsumexp(none, 1); }},
      {"var", [] { var(none, 1); }},
      {"norm", [] { norm(none, 1); }},
      {"sum_to", [] { sum_to(none, {1}); }},
      {"softmax", [] { softmax(none); }},
      {"softmax", [] { softmax(none, ids); }},
      {"log_softmax", [] { log_softmax(none, 1); }},
      {"cross_entropy", [] { cross_entropy(none, ids); }},
      {"cross_entropy", [] { cross_entropy(x, nothing); }},
      {"layer_norm", [] { layer_norm(none, none, none); }},
      {"additive_score", [] { additive_score(none, x, x); }},
      {"additive_score",
       [] {
         additive_score(ones({1, 2, 3}), ones({1, 2, 3}), none);
       }},
      {"matmul", [] { matmul(x, none); }},
      {"matmul", [] { matmul(none, x); }},
      {"linear", [] { linear(x, none, none); }},
      {"linear", [] { linear(none, x, none); }},
      {"linear_transposed", [] { linear_transposed(x, none); }},
      {"reshape", [] { reshape(none, {1}); }},
      {"transpose", [] { transpose(none); }},
      {"permute",
       [] {
         permute(none, {0, 1});
       }},
      {"slice", [] { slice(none, 0, 1); }},
      {"select", [] { select(none, 0, 0); }},
      {"expand", [] { expand(none, {2}); }},
      {"squeeze", [] { squeeze(none, 0); }},
      {"unsqueeze", [] { unsqueeze(none, 0); }},
      {"concat",
       [] {
         concat({none, x});
       }},
      {"concat",
       [] {
         concat({x, none});
       }},
      {"stack",
       [] {
         stack({none, x});
       }},
      {"stack",
       [] {
         stack({x, none});
       }},
      {"split", [] { split(none, 1, 0); }},
      {"unbind", [] { unbind(none, 0); }},
      {"pad",
       [] {
         pad(none, {{1, 1}});
       }},
      {"flip", [] { flip(none, {0}); }},
      {"repeat", [] { repeat(none, {2}); }},
      {"roll", [] { roll(none, 1, 0); }},
      {"index_select", [] { index_select(none, 0, ids); }},
      {"index_select", [] { index_select(x, 0, nothing); }},
      {"segment_sum", [] { segment_sum(none, ids, 2); }},
      {"embedding", [] { embedding(none, ids); }},
      {"embedding", [] { embedding(x, nothing); }},
      {"gather", [] { gather(none, 0, ids); }},
      {"gather", [] { gather(x, 0, nothing); }},
      {"scatter_add", [] { scatter_add(none, 0, ids, x); }},
      {"scatter_add",
       [] {
         scatter_add(x, 0, zeros({2, 3}, DType::i64), none);
       }},
      {"masked_fill", [] { masked_fill(none, mask, 0); }},
      {"masked_fill", [] { masked_fill(x, nothing, 0); }},
      {"tril", [] { tril(none); }},
      {"triu", [] { triu(none); }},
      {"sort", [] { sort(none); }},
      {"topk", [] { topk(none, 1); }},
      {"cumsum", [] { cumsum(none, 0); }},
  };
}

void check_calls(const std::vector<Call>& calls) {
  for (const Call& call : calls) {
    CAPTURE(call.op);
    std::string message = "no error";
    try {
      call.run();
    } catch (const Error& error) {
      message = error.what();
    }
    CAPTURE(message);
    CHECK(message.find(std::string(call.op) + ": ") == 0);
    CHECK((message.find("undefined") != std::string::npos));
    CHECK(message.find("undefined_test.cpp:") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("every op names undefined Tensors") { check_calls(calls<Tensor>()); }

TEST_CASE("every op names undefined Variables") { check_calls(calls<Variable>()); }

TEST_CASE("ops that only Tensors have name undefined tensors") {
  static const Tensor none{}, x = ones({2}), whole = ones({2}, DType::i64);
  check_calls({{"equal", [] { (void)(x == none); }},
               {"less", [] { (void)(none < x); }},
               {"equal", [] { (void)(none == 1); }},
               {"logical_not", [] { logical_not(none); }},
               {"logical_and", [] { logical_and(x, none); }},
               {"argmax", [] { argmax(none); }},
               {"argsort", [] { argsort(none); }},
               {"one_hot", [] { one_hot(none, 3); }},
               {"floor_divide", [] { floor_divide(none, whole); }},
               {"floor_divide", [] { floor_divide(whole, none); }},
               {"remainder", [] { remainder(none, 2); }},
               {"copy_to",
                [] {
                  Tensor to;
                  copy_to(to, x);
                }},
               {"fill",
                [] {
                  Tensor to;
                  fill(to, 1);
                }},
               {"shape", [] { (void)none.shape(); }},
               {"dims", [] { (void)none.dims(); }},
               {"numel", [] { (void)none.numel(); }},
               {"dtype", [] { (void)none.dtype(); }},
               {"less", [] { (void)(1 < none); }},
               {"item", [] { (void)none.item(); }},
               {"at", [] { (void)none.at({0}); }},
               {"size", [] { (void)none.size(0); }},
               {"data", [] { none.data<float>(); }},
               {"clone", [] { clone(none); }},
               {"cast", [] { cast(none, DType::f64); }}});
}

TEST_CASE("losses and recurrent layers name undefined Variables") {
  static const Variable none{}, x = ones({2, 3, 4});
  static const Tensor ids = zeros({2}, DType::i64);
  check_calls({{"nll_loss", [] { nll_loss(none, ids); }},
               {"mse_loss", [] { mse_loss(none, x); }},
               {"mse_loss", [] { mse_loss(x, none); }},
               {"mse_loss", [] { mse_loss(none, none); }},
               {"binary_cross_entropy", [] { binary_cross_entropy(none, none); }},
               {"binary_cross_entropy_with_logits", [] { binary_cross_entropy_with_logits(x, none); }},
               {"kl_div_loss", [] { kl_div_loss(none, none); }},
               {"lstm", [] { recurrent_sequence(RecurrentCell::lstm, x, {}); }},
               {"gru", [] { recurrent_sequence(RecurrentCell::gru, none, {}); }},
               {"rnn",
                [] {
                  recurrent_steps(RecurrentCell::rnn, x, {x, select(x, 0, 0), {}, {}});
                }},
               {"rnn", [] {
                  recurrent_sequence(RecurrentCell::rnn, x, {none, ones({5, 5}), none, none});
                }}});
  CHECK_FALSE(none.tensor().defined());
}

TEST_CASE("other functions name undefined Variables, and detach() leaves them undefined") {
  check_calls({{"tensor",
                [] {
                  Variable changed;
                  (void)changed.tensor();
                }},
               {"shape", [] { (void)Variable().shape(); }},
               {"dims", [] { (void)Variable().dims(); }},
               {"numel", [] { (void)Variable().numel(); }},
               {"dtype", [] { (void)Variable().dtype(); }},
               {"size", [] { (void)Variable().size(0); }},
               {"item", [] { (void)Variable().item(); }},
               {"set_grad", [] { Variable().set_grad({}); }},
               {"set_requires_grad", [] { Variable().set_requires_grad(false); }},
               {"register_hook", [] { Variable().register_hook({}); }},
               {"equal", [] { (void)(Variable() == 1); }},
               {"greater", [] { (void)(ones({1}) > Variable()); }},
               {"backward", [] { Variable().backward(); }}});
  CHECK_FALSE(Variable().detach().defined());
}
