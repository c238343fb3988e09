// Switching the graph off and on.
#pragma once

namespace weft {

// Whether ops of this thread build the graph.
bool grad_enabled();

// Sets it and restores it at the end of the scope.
class GradMode {
 public:
  explicit GradMode(bool enabled);
  ~GradMode();
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool before_;
};

// Ops in this scope build no graph.
class NoGrad : GradMode {
 public:
  NoGrad() : GradMode(false) {}
};

// In this scope backward passes look for NaN and infinity in every gradient, and ops in every result, and throw a GradError that
// names the op and its line.
class AnomalyMode {
 public:
  AnomalyMode();
  ~AnomalyMode();
  AnomalyMode(const AnomalyMode&) = delete;
  AnomalyMode& operator=(const AnomalyMode&) = delete;
  static bool active();
};

}  // namespace weft
