// The rows of the table in LibTorch.
#pragma once

#include <functional>
#include <string>

struct Row {
  std::function<void()> step;
  std::function<double()> check;  // returns the largest relative difference of losses; throws if it is too large; may be empty
};

// Returns an empty step if there is no such row.
Row make_row(const std::string& name, const std::string& folder);
Row make_micro_row(const std::string& name);
