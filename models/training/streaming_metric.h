// Metrics that are summed up batch by batch.
#pragma once

#include <weft/tensor/tensor.h>

#include <memory>
#include <string>

namespace weft {

// A score over everything added since reset(). Targets of kIgnored do not count.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual std::string name() const = 0;
  virtual void reset() = 0;
  // logits [.., classes] and targets [..], i64.
  virtual void add(const Tensor& logits, const Tensor& targets) = 0;
  virtual double value() const = 0;
};
using Metrics = std::vector<std::shared_ptr<Metric>>;

namespace metrics {

// The share of targets whose class has the largest logit.
std::shared_ptr<Metric> accuracy();
// The mean F1 over classes: see macro_f1 in metrics.h.
std::shared_ptr<Metric> macro_f1();

}  // namespace metrics

}  // namespace weft
