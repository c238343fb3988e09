// Switching graph recording off and on.
#pragma once

namespace weft {

// Returns whether ops of this thread build the graph.
bool grad_enabled();

// Sets this, and restores it at the end of the scope.
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

// In this scope backward passes check every gradient, and ops every result, for NaN and infinity, and throw a GradError that
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
