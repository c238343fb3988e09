#include "rows.h"

#include "models.h"
#include "recorded.h"

namespace {

using torch::Tensor;
constexpr std::size_t kBatches = 8;
const Sizes kW2{true, 8000, 256, 512}, kW2b{false, 8000, 256, 512}, kW2s{false, 1000, 64, 128};

Tensor cross_entropy(const Tensor& logits, const Tensor& targets) {
  return torch::cross_entropy_loss(logits.flatten(0, -2), targets.flatten());
}

// Zeroes the gradients, runs forward, cross-entropy, backward and Adam, and reads the loss. logits(i) returns those of batch i.
Row training(std::shared_ptr<torch::nn::Module> model, Recorded recorded, const char* targets_name,
             std::function<Tensor(int64_t)> logits) {
  load_weights(*model, recorded);
  auto adam = std::make_shared<torch::optim::Adam>(model->parameters(), torch::optim::AdamOptions(1e-3));
  Tensor targets = recorded.inputs.at(targets_name);
  auto step = [=, steps = std::size_t{0}]() mutable {
    auto i = static_cast<int64_t>(steps++ % kBatches);
    adam->zero_grad();  // sets them to none
    Tensor loss = cross_entropy(logits(i), targets[i]);
    loss.backward();
    adam->step();
    return loss.item<double>();
  };
  auto shared = std::make_shared<decltype(step)>(step);
  auto check = [=] {
    std::vector<double> losses;
    for (std::size_t i = 0; i < recorded.losses.size(); ++i) losses.push_back((*shared)());
    return check_losses(recorded, losses);
  };
  return {[=] { (*shared)(); }, check};
}

Row classifier_training(const std::string& folder, const std::string& workload) {
  Recorded recorded = load_recorded(folder, workload);
  auto model = std::make_shared<Classifier>(workload == "W1p");
  Tensor tokens = recorded.inputs.at("tokens");
  return training(model, recorded, "labels", [=](int64_t i) { return model->forward(tokens[i]); });
}

Row translator_training(const std::string& folder, const std::string& workload) {
  Recorded recorded = load_recorded(folder, workload);
  auto model = std::make_shared<Translator>(workload == "W2" ? kW2 : workload == "W2b" ? kW2b : kW2s);
  Tensor source = recorded.inputs.at("source"), target = recorded.inputs.at("target");
  return training(model, recorded, "next_words", [=](int64_t i) { return model->forward(source[i], target[i]); });
}

std::vector<Tensor> first_rows(const Tensor& batches, int64_t rows) {
  std::vector<Tensor> out;
  for (int64_t i = 0; i < batches.size(0); ++i) out.push_back(batches[i].slice(0, 0, rows).contiguous());
  return out;
}

Row prediction(const std::string& folder, const std::string& workload, int64_t rows) {
  Recorded recorded = load_recorded(folder, workload);
  auto model = std::make_shared<Classifier>(workload == "W1p");
  load_weights(*model, recorded);
  std::vector<Tensor> batches = first_rows(recorded.inputs.at("tokens"), rows);
  auto step = [=, i = std::size_t{0}]() mutable {
    c10::InferenceMode inference;
    model->forward(batches[i++ % kBatches]);
  };
  auto check = [=] {
    c10::InferenceMode inference;
    std::vector<Tensor> logits;
    for (const Tensor& part : recorded.inputs.at("tokens")[0].split(rows)) logits.push_back(model->forward(part));
    return check_losses(recorded, {cross_entropy(torch::cat(logits), recorded.inputs.at("labels")[0]).item<double>()});
  };
  return {step, check};
}

Row greedy(const std::string& folder, int64_t rows) {
  Recorded recorded = load_recorded(folder, "GREEDY");
  auto model = std::make_shared<Translator>(kW2);
  load_weights(*model, recorded);
  std::vector<Tensor> batches = first_rows(recorded.inputs.at("source"), rows);
  auto step = [=, i = std::size_t{0}]() mutable {
    c10::InferenceMode inference;
    model->greedy(batches[i++ % kBatches]);
  };
  auto check = [=] {
    c10::InferenceMode inference;
    std::vector<double> means;
    for (int64_t i = 0; i < static_cast<int64_t>(recorded.losses.size()); ++i) {
      std::vector<Tensor> largest;
      for (const Tensor& part : recorded.inputs.at("source")[i].split(rows)) largest.push_back(model->greedy(part));
      means.push_back(torch::cat(largest).to(torch::kFloat64).mean().item<double>());
    }
    return check_losses(recorded, means);
  };
  return {step, check};
}

Row lstm(const std::string& folder) {
  Recorded recorded = load_recorded(folder, "lstm");
  torch::nn::LSTM lstm(torch::nn::LSTMOptions(256, 512).batch_first(true));
  load_weights(*lstm, recorded);
  Tensor x = recorded.inputs.at("x").requires_grad_(), seed = recorded.inputs.at("seed");
  auto step = [=] {
    torch::nn::LSTM(lstm)->zero_grad();
    x.mutable_grad() = Tensor();
    Tensor output = std::get<0>(torch::nn::LSTM(lstm)->forward(x));
    output.backward(seed);
    return output;
  };
  auto check = [=] {
    double value = (step().to(torch::kFloat64) * seed).sum().item<double>();
    auto squares = [](const Tensor& g) { return g.to(torch::kFloat64).square().sum().item<double>(); };
    return check_losses(recorded, {value, squares(x.grad()), squares(lstm->named_parameters()["weight_hh_l0"].grad())});
  };
  return {[=] { step(); }, check};
}

}  // namespace

Row make_row(const std::string& name, const std::string& folder) {
  std::string workload = name.substr(0, name.find('/'));
  if (name == "W1/train" || name == "W1p/train") return classifier_training(folder, workload);
  if (name == "W2/train" || name == "W2b/train" || name == "W2s/train") return translator_training(folder, workload);
  if (name == "W1/predict_b32" || name == "W1p/predict_b32") return prediction(folder, workload, 32);
  if (name == "W1/predict_b1") return prediction(folder, workload, 1);
  if (name == "GREEDY/b1" || name == "GREEDY/b64") return greedy(folder, std::stoi(name.substr(8)));
  if (workload == "lstm") return lstm(folder);
  return make_micro_row(name);
}
