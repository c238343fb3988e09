#include "recorded.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace {

torch::Dtype dtype_of(const std::string& name) {
  return name == "F32" ? torch::kFloat32 : name == "F64" ? torch::kFloat64 : torch::kInt64;
}

bool take_prefix(std::string& name, const std::string& prefix) {
  if (name.rfind(prefix, 0) != 0) return false;
  name = name.substr(prefix.size());
  return true;
}

}  // namespace

Recorded load_recorded(const std::string& folder, const std::string& workload) {
  std::ifstream file(folder + "/" + workload + ".safetensors", std::ios::binary);
  std::uint64_t length = 0;
  file.read(reinterpret_cast<char*>(&length), sizeof length);
  if (!file) throw std::runtime_error(folder + "/" + workload + ".safetensors cannot be read");
  std::string header(length, ' ');
  file.read(header.data(), static_cast<std::streamsize>(length));
  Recorded recorded;
  recorded.workload = workload;
  const nlohmann::json entries = nlohmann::json::parse(header);
  for (const auto& [key, entry] : entries.items()) {
    if (key == "__metadata__") continue;
    torch::Tensor x = torch::empty(entry["shape"].get<std::vector<std::int64_t>>(), dtype_of(entry["dtype"]));
    file.seekg(static_cast<std::streamoff>(8 + length + entry["data_offsets"][0].get<std::uint64_t>()));
    file.read(static_cast<char*>(x.data_ptr()), static_cast<std::streamsize>(x.nbytes()));
    std::string name = key;
    if (take_prefix(name, "weights."))
      recorded.weights[name] = x;
    else if (take_prefix(name, "inputs."))
      recorded.inputs[name] = x;
    else
      recorded.losses.assign(x.data_ptr<double>(), x.data_ptr<double>() + x.numel());
  }
  return recorded;
}

void load_weights(torch::nn::Module& model, const Recorded& recorded) {
  torch::NoGradGuard no_grad;
  auto parameters = model.named_parameters();
  if (parameters.size() != recorded.weights.size())
    throw std::runtime_error(recorded.workload + ": other parameters than weft's");
  for (auto& parameter : parameters) parameter.value().copy_(recorded.weights.at(parameter.key()));
}

double check_losses(const Recorded& recorded, const std::vector<double>& losses) {
  double worst = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    double difference = std::abs(recorded.losses.at(i) - losses[i]) / std::abs(recorded.losses[i]);
    if (!(difference <= 1e-4)) {
      std::ostringstream text;
      text.precision(8);
      text << recorded.workload << ": loss " << i << " is " << losses[i] << ", weft's is " << recorded.losses[i] << ": "
           << difference << " apart, allowed are 1e-4";
      throw std::runtime_error(text.str());
    }
    worst = std::max(worst, difference);
  }
  return worst;
}
