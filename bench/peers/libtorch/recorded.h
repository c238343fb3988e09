// The numbers that weft recorded for a workload (bench/record.h), and the comparison of losses with them.
#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

struct Recorded {
  std::string workload;
  std::map<std::string, torch::Tensor> weights, inputs;
  std::vector<double> losses;
};

// Throws std::runtime_error if the file cannot be read.
Recorded load_recorded(const std::string& folder, const std::string& workload);

// Copies the weights to the parameters of the same names; throws std::runtime_error unless the names are the same.
void load_weights(torch::nn::Module& model, const Recorded& recorded);

// Returns the largest relative difference from the first losses that weft recorded. Throws std::runtime_error above 1e-4.
double check_losses(const Recorded& recorded, const std::vector<double>& losses);
