// The table's rows as LibTorch runs them.
#pragma once

#include <functional>
#include <string>

struct Row {
  std::function<void()> step;
  std::function<double()> check;  // the largest relative difference of losses; throws when it is too large; may be empty
};

// An empty step: there is no such row.
Row make_row(const std::string& name, const std::string& folder);
Row make_micro_row(const std::string& name);
