#include <weft/weft.h>

#include <iostream>

using namespace weft;

struct Model : nn::Module {
  nn::Linear hidden{this, "hidden", 3, 8}, output{this, "output", 8, 1};

  Variable operator()(const Variable& x) const { return output(tanh(hidden(x))); }
};

int main() {
  Model model;
  Tensor x = normal({16, 3});

  Profile profile;
  profile.start();
  Variable loss = mean(square(model(x)));
  loss.backward();
  profile.stop();
  profile.write_chrome_trace("step.json");                   // for chrome://tracing and ui.perfetto.dev
  std::cout << profile.table();                              // ops, gradient rules and layers by their time
  std::cout << graph_dot(loss, nn::parameter_names(model));  // for `dot -Tsvg`
}
